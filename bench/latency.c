// SPDX-License-Identifier: BSD-3-Clause
// Sends stamped frames into one network namespace, receives them in another, and says how long they
// took: one thread and one clock, so that nothing has to be agreed upon between the ends.
//
// usage: latency PID-OF-SENDER PID-OF-RECEIVER FRAMES-PER-SECOND SECONDS [UNDER-WAY]
//        prints: sent received seconds p50 p99 (ns), seconds in which it was ready and had no CPU,
//        frames whose number a later one came without, frames behind a later one, the longest time
//        (ns) in which nothing came although something was under way;
//        0 frames a second: as many as can be sent; UNDER-WAY: but no more than so many at a time,
//        so that no queue overflows and what is lost is lost by the bridge

#include "platform/base.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define INTERFACE "eth0"
#define MARK 0x7370696e
#define FLOWS 64
#define BURST 32
#define FRAME 60
#define SAMPLES_MAX (1u << 22)
#define LAST_NS (50 * NS_PER_MS) // what has not come by then is lost

// 60 bytes: Ethernet, IPv4, UDP, 18 bytes of payload.
struct stamped {
	uint8_t to[6], from[6];
	uint16_t type;
	uint8_t ip[20];
	uint16_t source, target, length, checksum;
	uint32_t mark, number;
	uint64_t time;
	uint16_t pad;
} __attribute__((packed));
_Static_assert(sizeof(struct stamped) == FRAME, "the smallest frame");

static uint64_t *took;
static size_t took_n, received;
static uint32_t expected; // the next frame's number
static uint64_t missing, late;
static uint64_t heard_at, silence; // when something came last; the longest wait for it

static void __attribute__((noreturn)) fail(const char *what) {
	fprintf(stderr, "latency: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static uint64_t
now_ns(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static int
open_in(const char *pid) {
	static const int room = 1 << 24, yes = 1;
	char path[64];

	snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
	int ns = open(path, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNET) != 0)
		fail(path);
	close(ns);
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_IP));
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = (int)if_nametoindex(INTERFACE),
	};
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0)
		fail("a socket on " INTERFACE);
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes);
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	return fd;
}

static uint16_t
ip_checksum(const uint8_t *ip) {
	uint32_t sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t) ~(sum + (sum >> 16)));
}

static struct stamped
frame(unsigned int flow, bool back) {
	static const uint8_t near[6] = {2, 0, 0x5e, 0x20, 0, 1}, far[6] = {2, 0, 0x5e, 0x20, 0, 2};
	struct stamped f = {
		.type = htons(ETH_P_IP),
		.ip = {0x45, 0, 0, FRAME - 14, 0, 0, 0x40, 0, 64, 17},
		.source = htons((uint16_t)(back ? 9 : 20000 + flow)),
		.target = htons((uint16_t)(back ? 20000 + flow : 9)),
		.length = htons(FRAME - 34),
		.mark = MARK,
	};
	const uint8_t home[4] = {192, 168, 77, 9}, away[4] = {192, 168, 77, 8};

	memcpy(f.to, back ? near : far, 6);
	memcpy(f.from, back ? far : near, 6);
	memcpy(f.ip + 12, back ? away : home, 4);
	memcpy(f.ip + 16, back ? home : away, 4);
	uint16_t sum = ip_checksum(f.ip);
	memcpy(f.ip + 10, &sum, 2);
	return f;
}

static void
count(const struct stamped *got, uint64_t now) {
	received++;
	if (got->number < expected) {
		late++;
	} else {
		missing += got->number - expected;
		expected = got->number + 1;
	}
	if (took_n < SAMPLES_MAX)
		took[took_n++] = now - got->time;
}

// One burst of what has come, of `sent` frames.
static void
receive(int fd, uint64_t sent) {
	static struct stamped got[BURST];
	struct iovec place[BURST];
	struct mmsghdr message[BURST];

	for (int i = 0; i < BURST; i++) {
		place[i] = (struct iovec){&got[i], sizeof got[i]};
		message[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &place[i], .msg_iovlen = 1}};
	}
	int n = recvmmsg(fd, message, BURST, 0, NULL);
	uint64_t now = now_ns();
	for (int i = 0; i < n; i++) {
		if (message[i].msg_len != FRAME || got[i].mark != MARK || got[i].time == 0)
			continue;
		count(&got[i], now);
	}
	if (heard_at != 0 && now - heard_at > silence && received + missing < sent)
		silence = now - heard_at;
	if (n > 0 || received + missing >= sent)
		heard_at = now;
}

// As answers of a real server would: the bridge learns where it is, and that flows have two ends.
static void
teach(int near, int far) {
	for (unsigned int i = 0; i < FLOWS; i++) {
		struct stamped there = frame(i, false), back = frame(i, true);
		if (send(near, &there, sizeof there, 0) < 0 || send(far, &back, sizeof back, 0) < 0)
			fail("sending");
		struct timespec pause = {.tv_nsec = 200 * NS_PER_US};
		nanosleep(&pause, NULL);
	}
	for (uint64_t until = now_ns() + LAST_NS; now_ns() < until;)
		receive(far, 0);
	received = took_n = expected = missing = late = heard_at = silence = 0;
}

static unsigned int
send_burst(int fd, struct stamped *f, unsigned int n, uint64_t number) {
	struct iovec place[BURST];
	struct mmsghdr message[BURST];
	uint64_t now = now_ns();

	for (unsigned int i = 0; i < n; i++) {
		f[i].time = now;
		f[i].number = (uint32_t)(number + i);
		place[i] = (struct iovec){&f[i], sizeof f[i]};
		message[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &place[i], .msg_iovlen = 1}};
	}
	int sent = sendmmsg(fd, message, n, 0);
	if (sent < 0 && errno != EAGAIN && errno != ENOBUFS)
		fail("sending");
	return sent < 0 ? 0 : (unsigned int)sent;
}

// Since this thread began, the kernel's count.
static double
waited(void) {
	unsigned long long ran = 0, waited = 0;
	FILE *f = fopen("/proc/thread-self/schedstat", "re");

	if (!f || fscanf(f, "%llu %llu", &ran, &waited) != 2)
		fail("/proc/thread-self/schedstat");
	fclose(f);
	return (double)waited / NS_PER_S;
}

static int
by_size(const void *a, const void *b) {
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

int
main(int argc, char **argv) {
	struct stamped frames[FLOWS];
	uint64_t sent = 0;

	if (argc != 5 && argc != 6) {
		fputs("usage: latency PID-OF-SENDER PID-OF-RECEIVER FRAMES-PER-SECOND SECONDS "
		      "[UNDER-WAY]\n",
		      stderr);
		return 2;
	}
	int near = open_in(argv[1]), far = open_in(argv[2]);
	double rate = strtod(argv[3], NULL), seconds = strtod(argv[4], NULL);
	uint64_t most = argc > 5 ? strtoull(argv[5], NULL, 10) : UINT64_MAX;
	took = calloc(SAMPLES_MAX, sizeof *took);
	if (!took)
		fail("memory for samples");
	memset(took, 1, SAMPLES_MAX * sizeof *took); // no page faults while the clock runs
	for (unsigned int i = 0; i < FLOWS; i++)
		frames[i] = frame(i, false);
	teach(near, far);
	double before = waited();
	uint64_t start = now_ns(), end = start + (uint64_t)(seconds * NS_PER_S), now;
	while ((now = now_ns()) < end) {
		bool room = sent + BURST - received - missing <= most;
		if (rate == 0 && room)
			sent += send_burst(near, frames + sent % (FLOWS - BURST), BURST, sent);
		else if (rate != 0 && now >= start + (uint64_t)((double)sent * NS_PER_S / rate))
			sent += send_burst(near, frames + sent % FLOWS, 1, sent);
		receive(far, sent);
	}
	double elapsed = (double)(now - start) / NS_PER_S, lost = waited() - before;
	for (uint64_t until = now + LAST_NS; now_ns() < until && received + missing < sent;)
		receive(far, sent);
	qsort(took, took_n, sizeof *took, by_size);
	if (took_n == 0) {
		fputs("latency: nothing came\n", stderr);
		return EXIT_FAILURE;
	}
	printf("%llu %zu %.6f %llu %llu %.6f %llu %llu %llu\n",
	       (unsigned long long)sent,
	       received,
	       elapsed,
	       (unsigned long long)took[took_n / 2],
	       (unsigned long long)took[took_n * 99 / 100],
	       lost,
	       (unsigned long long)missing,
	       (unsigned long long)late,
	       (unsigned long long)silence);
	return EXIT_SUCCESS;
}
