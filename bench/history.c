// SPDX-License-Identifier: BSD-3-Clause
// A home's past, made up through the real writer, and questions to it: bench/history.py and
// bench/month.py call this program.
//
// Usage:   bench_history generate DIR DAYS   coarse spans for the old days, as time has left them
//          bench_history month DIR DAYS      every ten seconds of it
//          bench_history query DIR ROUNDS    milliseconds of each kind of question
// Shape:   50 devices, of which a fifth are busy; 40 destinations each, a few of them most of the
//          time; nights are quiet.  One JSON object on stdout.

#include "control/history/ask.h"
#include "control/history/batch.h"
#include "control/history/tier.h"
#include "platform/base.h"
#include "tests/unit/seed.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define DEVICES 50
#define DESTINATIONS 1500
#define OWN 40
#define DAY_S 86400ull
#define END_S (20800 * DAY_S) // any day will do

static struct history_config config;
static uint64_t seed = 42;

static unsigned int
below(unsigned int n) {
	return (unsigned int)(seed_next(&seed) % n);
}

static void
fail(const char *what, const char *why) {
	fprintf(stderr, "bench_history: %s: %s\n", what, why);
	exit(1);
}

static double
read_ms(clockid_t id) {
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
now_ms(void) {
	return read_ms(CLOCK_MONOTONIC);
}

static uint64_t
device_id(unsigned int i) {
	return (END_S * 1000 << 20) - 1000 + i;
}

// What a device does in a span: more in the evening, a fifth of them ten times as much.
static unsigned int
rows_of(unsigned int device, uint64_t time_s, uint64_t span_s) {
	unsigned int hour = (unsigned int)(time_s / 3600 % 24);
	double busy = device % 5 == 0 ? 1.5 : 0.15;
	double day = hour < 7 ? 0.2 : hour < 17 ? 0.7 : 1.4;
	double want = busy * day * pow((double)span_s / 10, 0.45);
	unsigned int n = (unsigned int)want;

	return n + (below(1000) < (unsigned int)((want - n) * 1000));
}

static unsigned int
place_of(unsigned int device) {
	unsigned int own = below(4) ? below(6) : below(OWN); // a few most of the time

	return own < 6 ? (device * 7 + own) % 60 : (device * 31 + own * 17) % DESTINATIONS;
}

static struct history_counts
counts_of(uint64_t span_s) {
	uint64_t packets = 4 + below(40) * (1 + span_s / 60);

	return (struct history_counts){
		.packets_out = packets,
		.bytes_out = packets * 120,
		.packets_in = packets + below(100),
		.bytes_in = packets * 900 + below(5000),
		.dropped = below(20) == 0,
		.flows = 1 + span_s / 600,
	};
}

static struct history_batch *
batch_new(uint64_t time_s) {
	struct history_batch *b = calloc(1, sizeof *b);

	b->time_s = time_s;
	b->steady = true;
	b->rows = calloc(8192, sizeof *b->rows);
	b->totals = calloc(DEVICES, sizeof *b->totals);
	b->flows = calloc(4096, sizeof *b->flows);
	b->places = calloc(DESTINATIONS + 32, sizeof *b->places);
	b->places_count = 1;
	return b;
}

static uint32_t
place_in(struct history_batch *b, uint32_t *index, unsigned int place) {
	char name[48];

	if (index[place])
		return index[place];
	snprintf(name, sizeof name, "some-service-%u.example", place);
	b->places[b->places_count] =
		(struct batch_place){.kind = PLACE_DOMAIN, .id = 1 + place, .name = strdup(name)};
	return index[place] = (uint32_t)b->places_count++;
}

static void
add_flows(struct history_batch *b, uint32_t *index, unsigned int n, uint64_t span_s) {
	static uint64_t last;

	for (unsigned int i = 0; i < n && b->flows_count < 4096; i++) {
		unsigned int device = below(DEVICES);
		uint64_t began = (b->time_s + below((unsigned int)span_s)) * 1000;
		struct flow_row *f = &b->flows[b->flows_count++];
		*f = (struct flow_row){
			.id = MAX_OF(began << 20, last + 1),
			.device = device_id(device),
			.place = place_in(b, index, place_of(device)),
			.started_ns = began * NS_PER_MS,
			.ended_ns = (began + below(60000)) * NS_PER_MS,
			.service = 6u << 16 | 443,
			.family = 4,
			.counts = counts_of(10),
			.port = (uint16_t)(32768 + below(20000)),
			.has_address = true,
			.name = "edge-7.cdn.some-service.example",
		};
		last = f->id;
	}
}

static void
add_bases(struct history_batch *b) {
	b->bases_whole = b->time_s % 600 == 0;
	unsigned int n = b->bases_whole ? 400 : 20 + (unsigned int)b->rows_count;
	for (unsigned int i = 0; i < n; i++) {
		bytes_put(&b->bases, BASE_FLOW);
		bytes_put(&b->bases, 100000000 + below(100000));
		for (unsigned int k = 0; k < 5; k++)
			bytes_put(&b->bases, below(1000000));
	}
}

static struct history_batch *
make_span(uint64_t time_s, uint64_t span_s, bool flows, bool bases) {
	struct history_batch *b = batch_new(time_s);
	uint32_t index[DESTINATIONS] = {0};

	for (unsigned int device = 0; device < DEVICES; device++) {
		struct history_counts all = {.packets_in = 2, .bytes_in = 120};
		unsigned int n = rows_of(device, time_s, span_s);
		for (unsigned int i = 0; i < n && b->rows_count < 8192; i++) {
			struct history_counts c = counts_of(span_s);
			b->rows[b->rows_count++] = (struct batch_row){
				.device = device_id(device),
				.place = place_in(b, index, place_of(device)),
				.service = below(4) ? 6u << 16 | 443 : 17u << 16 | 443,
				.counts = c,
			};
			counts_add(&all, &c);
		}
		b->totals[b->totals_count++] =
			(struct batch_total){.device = device_id(device), .counts = all};
	}
	unsigned int hour = (unsigned int)(time_s / 3600 % 24);
	if (flows) // 75,000 a day
		add_flows(b, index, (unsigned int)(span_s * (hour < 7 ? 3 : 11) / 10), span_s);
	if (bases)
		add_bases(b);
	return b;
}

static void
write_batches(struct history_writer *w, struct history_batch *b) {
	if (batch_write(w, b) < 0)
		fail("batch", b->message);
	batch_free(b);
}

static void
open_writer(struct history_writer *w, const char *directory) {
	char message[HISTORY_MESSAGE] = "";

	*w = (struct history_writer){.config = &config};
	snprintf(w->file, sizeof w->file, "%s/history.db", directory);
	if (writer_ready(w, message) < 0)
		fail(w->file, message);
}

static uint64_t
written_bytes(void) {
	FILE *f = fopen("/proc/self/io", "re");
	char line[128];
	unsigned long long n = 0;

	while (f && fgets(line, sizeof line, f))
		sscanf(line, "wchar: %llu", &n);
	if (f)
		fclose(f);
	return n;
}

static void
print_result(struct history_writer *w, const char *what, double days, double took_ms) {
	struct rusage usage;
	uint64_t size = 0;

	tier_size(&w->db, &size);
	getrusage(RUSAGE_SELF, &usage);
	printf("{\"what\":\"%s\",\"days\":%.0f,\"bytes\":%llu,\"written\":%llu,\"seconds\":%.1f,"
	       "\"rss_kib\":%ld}\n",
	       what,
	       days,
	       (unsigned long long)size,
	       (unsigned long long)written_bytes(),
	       took_ms / 1e3,
	       usage.ru_maxrss);
}

static void
generate(const char *directory, unsigned int days) {
	struct history_writer w;
	double began = now_ms();

	open_writer(&w, directory);
	for (uint64_t t = END_S - days * DAY_S, step; t < END_S; t += step) {
		uint64_t ago = END_S - t;
		step = ago > DAY_S ? 3600 : ago > 2 * 3600 ? 60 : 10;
		write_batches(&w, make_span(t, step, ago <= 31 * DAY_S, ago <= 600));
	}
	print_result(&w, "generate", days, now_ms() - began);
	hdb_close(&w.db);
}

static void
month(const char *directory, unsigned int days) {
	struct history_writer w;
	double began = now_ms();

	open_writer(&w, directory);
	// As control does: a batch each ten seconds, so many of them in one transaction.
	for (uint64_t t = END_S - days * DAY_S; t < END_S; t += config.write_s) {
		struct history_batch *first = NULL, **last = &first;
		for (uint64_t at = t; at < t + config.write_s; at += 10) {
			*last = make_span(at, 10, true, true);
			last = &(*last)->next;
		}
		write_batches(&w, first);
	}
	print_result(&w, "month", days, now_ms() - began);
	hdb_close(&w.db);
}

// --- Questions ---

static int
by_size(const void *one, const void *other) {
	double a = *(const double *)one, b = *(const double *)other;

	return a < b ? -1 : a > b;
}

static void
random_question(struct history_question *q, uint64_t window_s, bool past) {
	uint64_t end = past ? END_S - below((unsigned int)(30 * DAY_S)) : END_S;

	*q = (struct history_question){
		.from_s = end - window_s,
		.to_s = end,
		.group = (enum ask_group)below(4),
		.limit = 50,
		.step_s = ask_step(window_s, END_S - (end - window_s)),
	};
	if (below(2))
		q->devices[q->devices_count++] = device_id(below(DEVICES));
	if (below(4) == 0) {
		q->one_place = true;
		snprintf(
			q->place.name, sizeof q->place.name, "some-service-%u.example", below(200)
		);
	}
	if (below(4) == 0)
		q->services[q->services_count++] = 6u << 16 | 443;
}

static void
query(const char *directory, unsigned int rounds) {
	static const struct {
		const char *name;
		uint64_t window_s;
		bool past;
	} windows[] = {
		{"10m", 600, false},
		{"1h", 3600, false},
		{"24h", DAY_S, false},
		{"7d", 7 * DAY_S, false},
		{"31d", 31 * DAY_S, false},
		{"400d", 400 * DAY_S, false},
		{"past-24h", DAY_S, true},
	};
	struct hdb db;
	char file[1100];
	double *took = calloc(rounds, sizeof *took);
	double *cpu = calloc(rounds, sizeof *cpu); // what it takes where nobody else is

	snprintf(file, sizeof file, "%s/history.db", directory);
	if (hdb_open_reader(&db, file) < 0)
		fail(file, db.message);
	printf("{\"what\":\"query\",\"windows\":[");
	for (size_t i = 0; i < ARRAY_LEN(windows); i++) {
		for (unsigned int k = 0; k < rounds; k++) {
			struct history_question q;
			struct history_answer a;
			random_question(&q, windows[i].window_s, windows[i].past);
			double began = now_ms(), cpu_began = read_ms(CLOCK_THREAD_CPUTIME_ID);
			if (ask_counts(&db, &q, &a) < 0)
				fail(windows[i].name, db.message);
			took[k] = now_ms() - began;
			cpu[k] = read_ms(CLOCK_THREAD_CPUTIME_ID) - cpu_began;
			answer_free_counts(&a);
		}
		qsort(took, rounds, sizeof *took, by_size);
		qsort(cpu, rounds, sizeof *cpu, by_size);
		printf("%s{\"window\":\"%s\",\"median_ms\":%.2f,\"p99_ms\":%.2f,\"p99_cpu_ms\":%."
		       "2f}",
		       i ? "," : "",
		       windows[i].name,
		       took[rounds / 2],
		       took[(rounds * 99 + 99) / 100 - 1],
		       cpu[(rounds * 99 + 99) / 100 - 1]);
	}
	printf("]}\n");
	free(took);
	free(cpu);
	hdb_close(&db);
}

int
main(int argc, char **argv) {
	history_config_defaults(&config);
	unsigned long n = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	if (n == 0 || n > 100000) {
		fprintf(stderr, "usage: bench_history generate|month|query DIR N\n");
		return 2;
	}
	if (strcmp(argv[1], "generate") == 0)
		generate(argv[2], (unsigned int)n);
	else if (strcmp(argv[1], "month") == 0)
		month(argv[2], (unsigned int)n);
	else if (strcmp(argv[1], "query") == 0)
		query(argv[2], (unsigned int)n);
	else
		return 2;
	return 0;
}
