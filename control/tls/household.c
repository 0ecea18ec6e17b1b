// SPDX-License-Identifier: BSD-3-Clause
// The authority's two files.
//
// The key is written first and the certificate can be made again from it, so a power cut between
// the two loses nothing.  The certificate's dates are constants: a gateway without a battery makes
// it while its clock still says 1970.

#include "control/tls/household.h"

#include "control/tls/household_own.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH 1100
#define PEM_MAX (16 * 1024)

const char *const household_names[2] = {"spin.local", "spin.home.arpa"};

int
household_fault(char ret_error[HOUSEHOLD_ERROR], const char *what) {
	const char *why = ERR_reason_error_string(ERR_peek_last_error());
	snprintf(ret_error, HOUSEHOLD_ERROR, "%s: %s", what, why ? why : "out of memory");
	ERR_clear_error();
	return -EINVAL;
}

static int
write_whole(int fd, const char *text, size_t length) {
	for (size_t done = 0; done < length;) {
		ssize_t n = write(fd, text + done, length - done);
		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int
sync_folder(const char *dir) {
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = fd < 0 || fsync(fd) < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	return r;
}

// Whole or not at all, whenever the power goes.
static int
save(const char *dir, const char *name, mode_t mode, const char *text, size_t length) {
	char path[PATH], temporary[PATH + 8];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	snprintf(temporary, sizeof temporary, "%s.new", path);
	unlink(temporary);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -errno;
	int r = write_whole(fd, text, length);
	close(fd);
	if (r == 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(temporary);
	return r < 0 ? r : sync_folder(dir);
}

static int
load(const char *dir, const char *name, char ret[PEM_MAX], size_t *ret_length) {
	char path[PATH];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	ssize_t n = read(fd, ret, PEM_MAX);
	int r = n < 0 ? -errno : n == PEM_MAX ? -EFBIG : 0;
	close(fd);
	*ret_length = n > 0 ? (size_t)n : 0;
	return r;
}

static int
keep_key(const char *dir, EVP_PKEY *key) {
	BIO *out = BIO_new(BIO_s_secmem());
	char *text;
	int r = -ENOMEM;

	if (out && PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1) {
		long length = BIO_get_mem_data(out, &text);
		r = save(dir, "ca.key", 0600, text, (size_t)length);
	}
	BIO_free(out);
	return r;
}

static int
keep_certificate(const char *dir, struct household *h) {
	BIO *out = BIO_new(BIO_s_mem());
	char *text;
	int r = -ENOMEM;

	if (out && PEM_write_bio_X509(out, h->ca) == 1) {
		long length = BIO_get_mem_data(out, &text);
		h->pem = strndup(text, (size_t)length);
		r = h->pem ? save(dir, "ca.pem", 0644, text, (size_t)length) : -ENOMEM;
	}
	BIO_free(out);
	return r;
}

static int
open_key(const char *dir, struct household *h) {
	char text[PEM_MAX];
	size_t length;
	int r = load(dir, "ca.key", text, &length);

	if (r == -ENOENT) {
		h->key = EVP_EC_gen("P-256");
		return h->key ? keep_key(dir, h->key) : -ENOMEM;
	}
	if (r < 0)
		return r;
	BIO *in = BIO_new_mem_buf(text, (int)length);
	// Without a callback a key with a pass phrase would ask on the terminal.
	h->key = in ? PEM_read_bio_PrivateKey(in, NULL, household_no_phrase, NULL) : NULL;
	BIO_free(in);
	explicit_bzero(text, sizeof text);
	return h->key ? 0 : -EBADMSG;
}

static int
open_certificate(const char *dir, struct household *h) {
	char text[PEM_MAX];
	size_t length;
	int r = load(dir, "ca.pem", text, &length);

	if (r == -ENOENT) {
		h->ca = household_make_ca(h->key);
		return h->ca ? keep_certificate(dir, h) : -ENOMEM;
	}
	if (r < 0)
		return r;
	BIO *in = BIO_new_mem_buf(text, (int)length);
	h->ca = in ? PEM_read_bio_X509(in, NULL, household_no_phrase, NULL) : NULL;
	BIO_free(in);
	h->pem = strndup(text, length);
	return h->ca && h->pem && X509_check_private_key(h->ca, h->key) == 1 ? 0 : -EBADMSG;
}

int
household_no_phrase(char *buffer, int size, int writing, void *context) {
	(void)buffer;
	(void)size;
	(void)writing;
	(void)context;
	return 0;
}

int
household_open(const char *state_dir, struct household *ret, char ret_error[HOUSEHOLD_ERROR]) {
	struct household h = {0};
	char dir[PATH];
	const char *name = "";
	int r = 0;

	if (snprintf(dir, sizeof dir, "%s/tls", state_dir) >= (int)sizeof dir - 16)
		r = -ENAMETOOLONG;
	if (r == 0 && mkdir(dir, 0700) < 0 && errno != EEXIST)
		r = -errno;
	if (r == 0) {
		name = "/ca.key";
		r = open_key(dir, &h);
	}
	if (r == 0) {
		name = "/ca.pem";
		r = open_certificate(dir, &h);
	}
	ERR_clear_error();
	if (r == 0) {
		*ret = h;
		return 0;
	}
	household_close(&h);
	snprintf(
		ret_error,
		HOUSEHOLD_ERROR,
		r == -EBADMSG ? "%.128s%s: is broken; put it back from a backup, or remove ca.key "
				"and ca.pem there to begin afresh (devices must trust the new one)"
			      : "%.128s%s: %s",
		dir,
		name,
		strerror(-r)
	);
	return r;
}

void
household_close(struct household *h) {
	EVP_PKEY_free(h->key);
	X509_free(h->ca);
	free(h->pem);
	*h = (struct household){0};
}
