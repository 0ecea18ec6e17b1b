// SPDX-License-Identifier: BSD-3-Clause
// The one table of what a backup holds, and where it is on this machine.

#include "control/backup/backup.h"
#include "control/text/language.h"
#include "platform/base.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// name or folder in the archive, what config says of its place, what follows there, how its files
// end; a folder's name ends with '/'
#define PLACES(X)                                                                                  \
	X("etc/spin.yaml", file, "", "")                                                           \
	X("etc/conf.d/", file, CONFIG_FOLDER, ".yaml")                                             \
	X("profiles/", profiles_dir, "", ".yaml")                                                  \
	X("kinds/", kinds_dir, "", ".yaml")                                                        \
	X("organisations.yaml", organisations, "", "")                                             \
	X("state/tls/", state_dir, "tls", "")                                                      \
	X("state/gateway-name", state_dir, "gateway-name", "")                                     \
	X("state/spin-nodes", state_dir, "spin-nodes", "")                                         \
	X("state/spin-front", state_dir, "spin-front", "")                                         \
	X(BACKUP_DATABASE, state_dir, "state.db", "")

struct place {
	const char *name;
	const char *base;
	const char *below;
	const char *suffix;
	bool beside; // the base is a file, and this stands in its folder
};

static size_t
places_of(const struct config *c, struct place ret[16]) {
	const struct place all[] = {
#define X(name, field, below, suffix) {name, c->field, below, suffix, false},
		PLACES(X)
#undef X
	};

	memcpy(ret, all, sizeof all);
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		ret[i].beside = ret[i].base == c->file && ret[i].below[0];
	return ARRAY_LEN(all);
}

static void
path_of(const struct place *p, char *ret, size_t room) {
	const char *slash = strrchr(p->base, '/');
	int base = p->beside ? (slash ? (int)(slash - p->base) : 0) : (int)strlen(p->base);

	snprintf(
		ret,
		room,
		"%.*s%s%s",
		base,
		p->base,
		p->below[0] && (base || !p->beside) ? "/" : "",
		p->below
	);
}

static bool
is_folder(const struct place *p) {
	return p->name[strlen(p->name) - 1] == '/';
}

// Of people's files, and of ours: nothing that leads elsewhere.
static bool
is_name(const char *name, const char *suffix) {
	size_t n = strlen(name), end = strlen(suffix);

	return n > end && n < 100 && name[0] != '.' && strcmp(name + n - end, suffix) == 0
		&& strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
		== n;
}

bool
backup_place(const struct config *c, const char *name, char *ret_path, size_t room) {
	struct place places[16];
	size_t count = places_of(c, places);

	for (size_t i = 0; i < count; i++) {
		const struct place *p = &places[i];
		size_t n = strlen(p->name);
		if (!is_folder(p) && strcmp(p->name, name) == 0) {
			path_of(p, ret_path, room);
			return true;
		}
		if (is_folder(p) && strncmp(p->name, name, n) == 0
		    && is_name(name + n, p->suffix)) {
			path_of(p, ret_path, room);
			size_t used = strlen(ret_path);
			snprintf(ret_path + used, room - used, "/%s", name + n);
			return true;
		}
	}
	return false;
}

static void
hex(const unsigned char *bytes, unsigned int n, char *ret) {
	for (unsigned int i = 0; i < n; i++)
		snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

int
backup_hash(const char *path, uint64_t *ret_size, char ret_sha256[65]) {
	unsigned char buffer[16384], digest[EVP_MAX_MD_SIZE];
	unsigned int length = 0;
	FILE *f = fopen(path, "re");
	EVP_MD_CTX *md = f ? EVP_MD_CTX_new() : NULL;
	uint64_t size = 0;
	int r = f ? 0 : -errno;

	if (f && (!md || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1))
		r = -ENOMEM;
	while (r == 0) {
		size_t n = fread(buffer, 1, sizeof buffer, f);
		if (n == 0)
			break;
		size += n;
		if (EVP_DigestUpdate(md, buffer, n) != 1)
			r = -EIO;
	}
	if (r == 0 && (ferror(f) || EVP_DigestFinal_ex(md, digest, &length) != 1))
		r = -EIO;
	if (r == 0) {
		hex(digest, length, ret_sha256);
		*ret_size = size;
	}
	EVP_MD_CTX_free(md);
	if (f)
		fclose(f);
	return r;
}

static int
add(struct backup_set *s, const char *name, const char *path, char ret_error[BACKUP_ERROR]) {
	struct stat st;

	if (stat(path, &st) < 0 && errno == ENOENT)
		return 0;
	if (s->count == BACKUP_FILES_MAX) {
		snprintf(
			ret_error,
			BACKUP_ERROR,
			_("There are more than %d files."),
			BACKUP_FILES_MAX
		);
		return -E2BIG;
	}
	struct backup_item *i = &s->items[s->count];
	*i = (struct backup_item){.here = true};
	snprintf(i->name, sizeof i->name, "%s", name);
	snprintf(i->path, sizeof i->path, "%s", path);
	int r = backup_hash(path, &i->size, i->sha256);
	if (r < 0)
		snprintf(
			ret_error, BACKUP_ERROR, _("%.250s cannot be read: %s."), path, strerror(-r)
		);
	else
		s->count++;
	return r;
}

static int
by_name(const struct dirent **a, const struct dirent **b) {
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
add_folder(struct backup_set *s, const struct place *p, char ret_error[BACKUP_ERROR]) {
	char folder[CONFIG_PATH + 16], path[CONFIG_PATH + BACKUP_NAME], name[BACKUP_NAME];
	struct dirent **found;
	int r = 0;

	path_of(p, folder, sizeof folder);
	int count = scandir(folder, &found, NULL, by_name);
	for (int i = 0; i < count; i++) {
		if (r == 0 && is_name(found[i]->d_name, p->suffix)) {
			snprintf(name, sizeof name, "%s%.100s", p->name, found[i]->d_name);
			snprintf(path, sizeof path, "%s/%.100s", folder, found[i]->d_name);
			r = add(s, name, path, ret_error);
		}
		free(found[i]);
	}
	if (count >= 0)
		free(found);
	return r;
}

int
backup_look(const struct config *c, struct backup_set *ret, char ret_error[BACKUP_ERROR]) {
	struct place places[16];
	size_t count = places_of(c, places);
	int r = 0;

	ret->count = 0;
	for (size_t i = 0; i < count && r == 0; i++) {
		char path[CONFIG_PATH + 16];
		if (strcmp(places[i].name, BACKUP_DATABASE) == 0)
			continue;
		path_of(&places[i], path, sizeof path);
		r = is_folder(&places[i]) ? add_folder(ret, &places[i], ret_error)
					  : add(ret, places[i].name, path, ret_error);
	}
	return r;
}
