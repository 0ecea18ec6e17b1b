// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a rules image, and a good image with any bytes changed: what the check accepts can
// be asked for anything, and every answer is a row that exists.
#include "platform/policy_image.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/image.h"

static void
ask(const struct policy_header *p) {
	const struct policy_device *device = policy_rows(p, p->devices);
	const struct policy_name *name = policy_rows(p, p->names);
	const struct policy_address *address = policy_rows(p, p->addresses);
	const uint8_t *text = policy_rows(p, p->text);
	static const uint8_t other[16] = {7};
	uint32_t row;

	for (uint32_t i = 0; i < p->devices.count; i++) {
		row = policy_find_device(p, device[i].mac);
		must(row == POLICY_NO_ROW || row < p->devices.count);
		must(device[i].profile < p->profiles.count);
		must(device[i].limit <= p->limits.count);
	}
	row = policy_find_device(p, other);
	must(row == POLICY_NO_ROW || row < p->devices.count);
	for (uint32_t i = 0; i < p->names.count; i++) {
		row = policy_find_name(p, text + name[i].text, name[i].length);
		must(row == POLICY_NO_ROW || row < p->destinations.count);
	}
	for (uint32_t i = 0; i < p->addresses.count; i++) {
		row = policy_find_address(p, address[i].family, address[i].address);
		must(row == POLICY_NO_ROW || row < p->destinations.count);
	}
	for (uint32_t i = 0; i < 8; i++)
		policy_pair_actions(p, i, i / 2);
}

static void
try(const uint8_t *bytes, size_t size) {
	size_t room = size ? (size + 63) & ~(size_t)63 : 64;
	uint8_t *exact = aligned_alloc(64, room);
	const char *why = NULL;

	must(exact != NULL);
	memcpy(exact, bytes, size);
	if (policy_check(exact, size, &why) == 0)
		ask((const struct policy_header *)(const void *)exact);
	else
		must(why != NULL);
	free(exact);
}

// The image of a small home, with each (offset, value) of the input put into it.
static void
try_changed(const uint8_t *data, size_t size) {
	static struct image image;
	static const uint8_t address[4] = {192, 0, 2, 1};
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
	size_t length;

	image_init(&image, POLICY_DEFAULT_ALLOW);
	uint32_t device = image_device(&image, mac, POLICY_BLOCK, 0);
	uint32_t to = image_destination(&image, POLICY_BLOCK);
	image_name(&image, to, "example.org");
	image_address(&image, to, 4, address);
	image_pair(&image, device, to, POLICY_ALLOW);
	uint8_t *bytes = image_build(&image, &length);
	for (; size >= 3; data += 3, size -= 3)
		bytes[((size_t)data[0] << 8 | data[1]) % length] = data[2];
	try(bytes, length);
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	try(data, size);
	try_changed(data, size);
	return 0;
}
