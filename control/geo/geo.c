// SPDX-License-Identifier: BSD-3-Clause

#include "control/geo/geo.h"

#include "platform/base.h"
#include "platform/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

LOG_DOMAIN("geo");

struct source {
	const char *file;
	struct mmdb mmdb;
	struct timespec changed; // of the file that was tried last
	off_t size;
	ino_t inode;
	bool tried;
	char error[MMDB_ERROR];
};

struct geo {
	struct source country, network;
};

static void
look_at(struct source *s) {
	struct stat st = {0};
	char error[MMDB_ERROR];
	struct mmdb fresh;

	if (!s->file[0])
		return;
	stat(s->file, &st); // an error is told when it is opened
	if (s->tried && st.st_mtim.tv_sec == s->changed.tv_sec
	    && st.st_mtim.tv_nsec == s->changed.tv_nsec && st.st_size == s->size
	    && st.st_ino == s->inode)
		return;
	s->tried = true;
	s->changed = st.st_mtim;
	s->size = st.st_size;
	s->inode = st.st_ino;
	if (mmdb_open(&fresh, s->file, error) < 0) {
		if (strcmp(error, s->error) != 0)
			log_err("%s%s", error, s->mmdb.open ? "; the one before stays" : "");
		memcpy(s->error, error, sizeof s->error);
		return;
	}
	mmdb_close(&s->mmdb);
	s->mmdb = fresh;
	s->error[0] = 0;
	log_info("%s: %s", s->file, s->mmdb.db.metadata.database_type);
}

struct geo *
geo_new(const struct geo_config *config) {
	struct geo *g = calloc(1, sizeof *g);

	if (!g)
		return NULL;
	g->country.file = config->country;
	g->network.file = config->network;
	geo_look(g);
	return g;
}

void
geo_free(struct geo *g) {
	if (!g)
		return;
	mmdb_close(&g->country.mmdb);
	mmdb_close(&g->network.mmdb);
	free(g);
}

void
geo_look(struct geo *g) {
	look_at(&g->country);
	look_at(&g->network);
}

static void
note_damage(struct source *s) {
	if (!s->mmdb.damaged || s->error[0])
		return;
	snprintf(
		s->error,
		sizeof s->error,
		"%.150s: is damaged, a record in it cannot be read: fetch it again",
		s->file
	);
	log_err("%s", s->error);
}

void
geo_message(const struct geo *g, char ret[256]) {
	const char *error = g->country.error[0] ? g->country.error : g->network.error;

	snprintf(ret, 256, "%.250s%s", error, error[0] ? "." : "");
}

bool
geo_country(struct geo *g, unsigned int family, const uint8_t address[16], char ret[3]) {
	bool found = mmdb_country(&g->country.mmdb, family, address, ret);

	note_damage(&g->country);
	return found;
}

bool
geo_network(
	struct geo *g,
	unsigned int family,
	const uint8_t address[16],
	struct mmdb_network *ret
) {
	bool found = mmdb_network(&g->network.mmdb, family, address, ret);

	note_damage(&g->network);
	return found;
}
