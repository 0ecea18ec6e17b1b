// SPDX-License-Identifier: BSD-3-Clause
#include "dataplane/analyze/capture.h"

#include "dataplane/analyze/stream.h"

#include <pcap/pcap.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct file {
	const char *name;
	pcap_t *pcap;
	bool waiting; // `next` holds a record that was not handed out yet
	struct frame next;
};

struct captures {
	int error;
	bool quiet;
	unsigned int n;
	struct file file[];
};

static int
open_file(struct file *f, const char *name) {
	char why[PCAP_ERRBUF_SIZE] = "";
	struct stat about;

	f->name = name;
	if (stat(name, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) {
		fprintf(stderr,
			"spinctl: %s: is not a file; a capture is read twice, so write it to a "
			"file first\n",
			name);
		return -ESPIPE;
	}
	FILE *stream = stream_open(name);
	if (stream == NULL) {
		int r = -errno;
		fprintf(stderr, "spinctl: %s: %s\n", name, strerror(-r));
		return r;
	}
	f->pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, why);
	if (f->pcap == NULL) {
		fclose(stream);
		fprintf(stderr, "spinctl: %s: not a pcap or pcapng capture (%s)\n", name, why);
		return -EBADMSG;
	}
	int type = pcap_datalink(f->pcap);
	if (type != DLT_EN10MB) {
		const char *text = pcap_datalink_val_to_name(type);
		fprintf(stderr,
			"spinctl: %s: link type %s; only Ethernet captures can be analyzed\n",
			name,
			text ? text : "unknown");
		return -ENOTSUP;
	}
	return 0;
}

// Mixed link types come to light only where the second interface stands in the file.
static void
tell_error(struct captures *c, const struct file *f) {
	const char *why = pcap_geterr(f->pcap);
	bool mixed = strstr(why, "different from the type of the first interface") != NULL;

	c->error = mixed ? -ENOTSUP : -EBADMSG;
	if (c->quiet)
		return;
	if (mixed)
		fprintf(stderr,
			"spinctl: %s: its interfaces have several link types; write one file for "
			"each, "
			"all Ethernet\n",
			f->name);
	else
		fprintf(stderr,
			"spinctl: %s: ends early: %s; what comes before is counted\n",
			f->name,
			why);
}

// Fills f->next; false at the end of the file.
static bool
read_file(struct captures *c, struct file *f) {
	struct pcap_pkthdr *h;
	const u_char *bytes;

	if (f->waiting)
		return true;
	if (f->pcap == NULL)
		return false;
	int r = pcap_next_ex(f->pcap, &h, &bytes);
	if (r != 1) {
		if (r == PCAP_ERROR)
			tell_error(c, f);
		pcap_close(f->pcap);
		f->pcap = NULL;
		return false;
	}
	f->next = (struct frame){
		.time = (ns_t)h->ts.tv_sec * NS_PER_S + (ns_t)h->ts.tv_usec,
		.kept = h->caplen,
		.wire = MAX_OF(h->len, h->caplen),
		.bytes = bytes,
	};
	f->waiting = true;
	return true;
}

struct captures *
capture_open(char *const *files, unsigned int n, int *ret_error) {
	struct captures *c = calloc(1, sizeof(*c) + n * sizeof(c->file[0]));

	if (c == NULL) {
		*ret_error = -ENOMEM;
		return NULL;
	}
	c->n = n;
	for (unsigned int i = 0; i < n; i++) {
		*ret_error = open_file(&c->file[i], files[i]);
		if (*ret_error < 0) {
			capture_close(c);
			return NULL;
		}
	}
	return c;
}

void
capture_close(struct captures *c) {
	for (unsigned int i = 0; c != NULL && i < c->n; i++) {
		if (c->file[i].pcap != NULL)
			pcap_close(c->file[i].pcap);
	}
	free(c);
}

bool
capture_next(struct captures *c, struct frame *ret) {
	struct file *first = NULL;

	for (unsigned int i = 0; i < c->n; i++) {
		struct file *f = &c->file[i];
		if (read_file(c, f) && (first == NULL || f->next.time < first->next.time))
			first = f;
	}
	if (first == NULL)
		return false;
	*ret = first->next;
	first->waiting = false;
	return true;
}

void
capture_quiet(struct captures *c) {
	c->quiet = true;
}

int
capture_error(const struct captures *c) {
	return c->error;
}
