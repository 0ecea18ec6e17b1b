// SPDX-License-Identifier: BSD-3-Clause

#include "control/geo/mmdb.h"

#include "platform/base.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static int
copy_file(const char *file, char ret_error[MMDB_ERROR]) {
	int from = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK), to = -1;
	const char *why = NULL;
	struct stat st;
	off_t got = 0;

	if (from < 0 || fstat(from, &st) != 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode) || st.st_size > (off_t)MMDB_BYTES_MAX)
		why = "is no file of at most 256 MiB";
	else if ((to = memfd_create("mmdb", MFD_CLOEXEC | MFD_ALLOW_SEALING)) < 0)
		why = strerror(errno);
	while (!why && got < st.st_size) {
		ssize_t n = sendfile(to, from, NULL, (size_t)(st.st_size - got));
		if (n <= 0)
			why = n < 0 ? strerror(errno) : "was cut while it was read";
		got += n;
	}
	if (!why)
		fcntl(to, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK);
	if (from >= 0)
		close(from);
	if (!why)
		return to;
	snprintf(ret_error, MMDB_ERROR, "%.150s: %.90s", file, why);
	if (to >= 0)
		close(to);
	return -EINVAL;
}

int
mmdb_open(struct mmdb *m, const char *file, char ret_error[MMDB_ERROR]) {
	char path[40];

	*m = (struct mmdb){.open = false};
	int fd = copy_file(file, ret_error);
	if (fd < 0)
		return fd;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	int r = MMDB_open(path, MMDB_MODE_MMAP, &m->db);
	close(fd);
	m->open = r == MMDB_SUCCESS;
	if (m->open && (m->db.metadata.ip_version == 4 || m->db.metadata.ip_version == 6))
		return 0;
	snprintf(
		ret_error,
		MMDB_ERROR,
		"%.120s: is no MaxMind DB that can be read (%.60s): fetch it again",
		file,
		m->open ? "of an unknown version of IP" : MMDB_strerror(r)
	);
	mmdb_close(m);
	return -EINVAL;
}

void
mmdb_close(struct mmdb *m) {
	if (m->open)
		MMDB_close(&m->db);
	m->open = false;
}

static bool
find(struct mmdb *m, unsigned int family, const uint8_t address[16], MMDB_entry_s *ret) {
	struct sockaddr_in in4 = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	int error = MMDB_SUCCESS;

	if (!m->open || (family == 6 && m->db.metadata.ip_version == 4))
		return false;
	memcpy(&in4.sin_addr, address, 4);
	memcpy(&in6.sin6_addr, address, 16);
	const void *at = family == 4 ? (const void *)&in4 : &in6;
	MMDB_lookup_result_s r = MMDB_lookup_sockaddr(&m->db, at, &error);
	m->damaged |= error != MMDB_SUCCESS;
	*ret = r.entry;
	return error == MMDB_SUCCESS && r.found_entry;
}

static bool
value(struct mmdb *m, MMDB_entry_s *e, const char *const *path, MMDB_entry_data_s *ret) {
	int r = MMDB_aget_value(e, ret, path);

	m->damaged |= r != MMDB_SUCCESS && r != MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR
		&& r != MMDB_INVALID_LOOKUP_PATH_ERROR;
	return r == MMDB_SUCCESS && ret->has_data;
}

static bool
country_of(struct mmdb *m, MMDB_entry_s *e, char ret[3]) {
	static const char *const paths[][3] = {
		{"country", "iso_code", NULL}, {"country_code", NULL}, {"country", NULL}};
	MMDB_entry_data_s d;

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		if (!value(m, e, paths[i], &d) || d.type != MMDB_DATA_TYPE_UTF8_STRING
		    || d.data_size != 2)
			continue;
		const char *code = d.utf8_string;
		if (code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z')
			continue;
		ret[0] = code[0];
		ret[1] = code[1];
		ret[2] = 0;
		return true;
	}
	return false;
}

bool
mmdb_country(struct mmdb *m, unsigned int family, const uint8_t address[16], char ret[3]) {
	MMDB_entry_s e;

	return find(m, family, address, &e) && country_of(m, &e, ret);
}

// "AS15169" as a number.
static uint32_t
as_number(const char *text, size_t length) {
	uint64_t n = 0;

	if (length < 3 || length > 12 || memcmp(text, "AS", 2) != 0)
		return 0;
	for (size_t i = 2; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		n = n * 10 + (uint64_t)(text[i] - '0');
	}
	return n <= UINT32_MAX ? (uint32_t)n : 0;
}

bool
mmdb_network(
	struct mmdb *m,
	unsigned int family,
	const uint8_t address[16],
	struct mmdb_network *ret
) {
	static const char *const number[] = {"autonomous_system_number", NULL};
	static const char *const asn[] = {"asn", NULL};
	static const char *const names[][2] = {
		{"autonomous_system_organization", NULL}, {"as_name", NULL}, {"name", NULL}};
	MMDB_entry_data_s d;
	MMDB_entry_s e;

	*ret = (struct mmdb_network){.number = 0};
	if (!find(m, family, address, &e))
		return false;
	if (value(m, &e, number, &d) && d.type == MMDB_DATA_TYPE_UINT32)
		ret->number = d.uint32;
	else if (value(m, &e, asn, &d) && d.type == MMDB_DATA_TYPE_UTF8_STRING)
		ret->number = as_number(d.utf8_string, d.data_size);
	for (size_t i = 0; i < ARRAY_LEN(names) && !ret->name[0]; i++)
		if (value(m, &e, names[i], &d) && d.type == MMDB_DATA_TYPE_UTF8_STRING)
			snprintf(
				ret->name,
				sizeof ret->name,
				"%.*s",
				(int)MIN_OF(d.data_size, (uint32_t)(MMDB_NETWORK_NAME - 1)),
				d.utf8_string
			);
	return ret->number != 0 || ret->name[0];
}

#define KNOWN 4096

struct step {
	uint32_t node;
	uint8_t depth;
	uint8_t address[16];
};

struct walk {
	struct mmdb *m;
	const char (*codes)[3];
	unsigned int count;
	mmdb_prefix tell;
	void *context;
	uint64_t visits;
	struct step stack[130];
	unsigned int steps;
	struct {
		uint32_t offset; // of the data, + 1
		int16_t code; // which of them; -1: none
	} known[KNOWN];
};

// Many prefixes share one record.
static int
code_of(struct walk *w, MMDB_entry_s *e) {
	uint32_t slot = e->offset % KNOWN;
	char code[3];

	if (w->known[slot].offset == e->offset + 1)
		return w->known[slot].code;
	int found = -1;
	if (country_of(w->m, e, code))
		for (unsigned int i = 0; i < w->count && found < 0; i++)
			if (strcmp(w->codes[i], code) == 0)
				found = (int)i;
	w->known[slot].offset = e->offset + 1;
	w->known[slot].code = (int16_t)found;
	return found;
}

static void
tell_prefix(struct walk *w, const struct step *s, MMDB_entry_s *e) {
	static const uint8_t zero[12] = {0};
	int code = code_of(w, e);

	if (code < 0 || s->depth == 0)
		return;
	bool inside4 = w->m->db.metadata.ip_version == 6 && s->depth > 96
		&& memcmp(s->address, zero, sizeof zero) == 0;
	uint8_t address[16] = {0};
	memcpy(address, s->address + (inside4 ? 12 : 0), inside4 ? 4 : 16);
	unsigned int family = inside4 || w->m->db.metadata.ip_version == 4 ? 4 : 6;
	w->tell(w->context, (unsigned int)code, family, address, s->depth - (inside4 ? 96u : 0u));
}

// IPv4 hangs in the tree once as such, and again under the prefixes that carry it.
static bool
is_alias(const struct walk *w, const struct step *s) {
	static const uint8_t zero[16] = {0};
	const MMDB_ipv4_start_node_s *start = &w->m->db.ipv4_start_node;

	return w->m->db.metadata.ip_version == 6 && s->node == start->node_value && s->depth > 0
		&& memcmp(s->address, zero, sizeof zero) != 0;
}

static const char *
follow(struct walk *w, const struct step *from, bool right, const MMDB_search_node_s *n) {
	unsigned int deepest = w->m->db.metadata.ip_version == 4 ? 32 : 128;
	uint64_t record = right ? n->right_record : n->left_record;
	MMDB_entry_s entry = right ? n->right_record_entry : n->left_record_entry;
	struct step s = *from;

	s.depth++;
	if (right)
		s.address[from->depth / 8] |= (uint8_t)(0x80 >> from->depth % 8);
	switch (right ? n->right_record_type : n->left_record_type) {
	case MMDB_RECORD_TYPE_SEARCH_NODE:
		if (s.depth >= deepest)
			return "its tree is deeper than an address is long";
		s.node = (uint32_t)record;
		if (!is_alias(w, &s))
			w->stack[w->steps++] = s;
		return NULL;
	case MMDB_RECORD_TYPE_DATA:
		tell_prefix(w, &s, &entry);
		return NULL;
	case MMDB_RECORD_TYPE_EMPTY:
		return NULL;
	default:
		return "its tree leads out of the file";
	}
}

static const char *
walk_tree(struct walk *w) {
	MMDB_search_node_s n;
	const char *why = NULL;

	while (!why && w->steps > 0) {
		struct step s = w->stack[--w->steps];
		if (++w->visits > w->m->db.metadata.node_count)
			why = "its tree goes round in circles";
		else if (MMDB_read_node(&w->m->db, s.node, &n) != MMDB_SUCCESS)
			why = "its tree leads out of the file";
		else if (!(why = follow(w, &s, true, &n)))
			why = follow(w, &s, false, &n);
	}
	return why ? why : w->m->damaged ? "a record in it cannot be read" : NULL;
}

int
mmdb_walk(
	struct mmdb *m,
	const char *file,
	const char (*codes)[3],
	unsigned int count,
	mmdb_prefix tell,
	void *context,
	char ret_error[MMDB_ERROR]
) {
	struct walk w = {
		.m = m,
		.codes = codes,
		.count = count,
		.tell = tell,
		.context = context,
		.steps = 1,
	};
	const char *why = walk_tree(&w);

	if (!why)
		return 0;
	snprintf(ret_error, MMDB_ERROR, "%.150s: is damaged, %.60s: fetch it again", file, why);
	return -EINVAL;
}
