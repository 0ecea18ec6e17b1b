// SPDX-License-Identifier: BSD-3-Clause
// Beginning and end of the state; every list knows how to empty itself.

#include "control/state.h"

#include <stdlib.h>

static const void *
device_key(const void *item, size_t *ret_length) {
	*ret_length = 6;
	return ((const struct device *)item)->mac;
}

static const void *
domain_key(const void *item, size_t *ret_length) {
	const struct destination *d = item;

	*ret_length = __builtin_strlen(d->name);
	return d->name;
}

static const void *
address_key(const void *item, size_t *ret_length) {
	const struct destination *d = item;

	*ret_length = sizeof d->key;
	return &d->key;
}

static const void *
link_key(const void *item, size_t *ret_length) {
	*ret_length = sizeof(struct link_key);
	return &((const struct link *)item)->key;
}

static const void *
peer_key(const void *item, size_t *ret_length) {
	*ret_length = sizeof(struct peer_key);
	return &((const struct peer *)item)->key;
}

static const void *
flow_key(const void *item, size_t *ret_length) {
	*ret_length = sizeof(uint64_t);
	return &((const struct flow *)item)->wire.id;
}

void
state_init(struct state *s) {
	*s = (struct state){.profiles = {.count = 0}};
	map_init(&s->devices_by_mac, device_key);
	map_init(&s->domains, domain_key);
	map_init(&s->addresses, address_key);
	map_init(&s->links, link_key);
	map_init(&s->peers, peer_key);
	map_init(&s->resolver, resolver_key);
	map_init(&s->flows, flow_key);
	map_init(&s->rule_names, rule_names_key);
	TAILQ_INIT(&s->by_age[DESTINATION_DOMAIN]);
	TAILQ_INIT(&s->by_age[DESTINATION_ADDRESS]);
	TAILQ_INIT(&s->peers_by_age);
	TAILQ_INIT(&s->resolver_by_age);
	TAILQ_INIT(&s->flows_by_age);
	TAILQ_INIT(&s->flows_by_birth);
}

void
state_fini(struct state *s) {
	while (s->rules_count > 0)
		rule_clear(s, s->rules[s->rules_count - 1]);
	while (!TAILQ_EMPTY(&s->flows_by_age))
		flow_forget(s, TAILQ_FIRST(&s->flows_by_age));
	while (!TAILQ_EMPTY(&s->peers_by_age))
		peer_forget(s, TAILQ_FIRST(&s->peers_by_age));
	resolver_fini(s);
	while (s->destinations_count > 0)
		destination_drop(s, s->destinations[s->destinations_count - 1]);
	for (size_t i = 0; i < s->devices_count; i++)
		device_free(s->devices[i]);
	free(s->devices);
	kind_rules_free(&s->kinds);
	free(s->destinations);
	free(s->rules);
	rule_names_clear(s);
	profiles_free(&s->profiles);
	map_fini(&s->devices_by_mac);
	map_fini(&s->domains);
	map_fini(&s->addresses);
	map_fini(&s->links);
	map_fini(&s->peers);
	map_fini(&s->flows);
}
