// SPDX-License-Identifier: BSD-3-Clause

#include "control/organisation.h"

#include "control/domain.h"
#include "control/text/language.h"
#include "control/yaml_tree.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static_assert(ORGANISATION_ERROR == YAML_ERROR);

struct owned {
	char *domain;
	char *organisation;
	const char *file; // whose word it is; to compare only
};

static const void *
key_of(const void *item, size_t *ret_length) {
	const struct owned *o = item;

	*ret_length = strlen(o->domain);
	return o->domain;
}

void
organisations_init(struct organisations *o) {
	map_init(&o->by_domain, key_of);
}

static void
owned_free(struct owned *o) {
	if (o) {
		free(o->domain);
		free(o->organisation);
	}
	free(o);
}

void
organisations_fini(struct organisations *o) {
	for (size_t i = 0; i < o->by_domain.capacity; i++)
		owned_free(o->by_domain.slots[i]);
	map_fini(&o->by_domain);
}

static int
set(struct organisations *o, const char *domain, const char *organisation, const char *file) {
	struct owned *old = map_find(&o->by_domain, domain, strlen(domain));
	struct owned *fresh = calloc(1, sizeof *fresh);

	if (!fresh)
		return -ENOMEM;
	*fresh = (struct owned){strdup(domain), strdup(organisation), file};
	if (!fresh->domain || !fresh->organisation) {
		owned_free(fresh);
		return -ENOMEM;
	}
	if (old) {
		map_remove(&o->by_domain, old);
		owned_free(old);
	}
	int r = map_put(&o->by_domain, fresh);
	if (r < 0)
		owned_free(fresh);
	return r;
}

static int
read_domain(
	struct organisations *o,
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	const char *organisation,
	char ret_error[YAML_ERROR]
) {
	uint8_t wire[DOMAIN_WIRE_MAX];
	const char *domain;
	int r = yaml_tree_text(t, value, 253, &domain, ret_error);

	if (r < 0)
		return r;
	bool plain = domain[strspn(domain, "abcdefghijklmnopqrstuvwxyz0123456789-.")] == 0;
	if (!plain || !strchr(domain, '.') || domain_wire(domain, wire) == 0
	    || domain_registrable(domain) != domain)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%.100s' is no domain as it is registered: write example.org, in lower "
			"case "
			"and without what stands before it",
			domain
		);
	const struct owned *old = map_find(&o->by_domain, domain, strlen(domain));
	if (old && old->file == t->file)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"'%.100s' is in this file already, of %.64s: write it once",
			domain,
			old->organisation
		);
	if (o->by_domain.count >= ORGANISATIONS_MAX)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"more than %d domains: leave some away",
			ORGANISATIONS_MAX
		);
	return set(o, domain, organisation, t->file);
}

static int
read_organisation(
	struct organisations *o,
	const struct yaml_tree *t,
	const struct yaml_item *item,
	char ret_error[YAML_ERROR]
) {
	const struct yaml_tree_node *value = &t->nodes[item->node];
	int r = 0;

	if (!item->key[0] || strlen(item->key) > ORGANISATION_NAME)
		return yaml_tree_fault(
			ret_error,
			t,
			item->line,
			item->column,
			"a name has 1 to %d bytes",
			ORGANISATION_NAME
		);
	if (value->kind != YAML_LIST || value->count == 0)
		return yaml_tree_fault(
			ret_error,
			t,
			value->line,
			value->column,
			"expected the domains of %.64s: [example.org, example.net]",
			item->key
		);
	for (unsigned int i = 0; i < value->count && r == 0; i++)
		r = read_domain(o, t, &t->nodes[value->items[i].node], item->key, ret_error);
	return r;
}

int
organisations_load(
	struct organisations *o,
	const char *file,
	bool must_exist,
	char ret_error[ORGANISATION_ERROR]
) {
	struct yaml_tree t;

	if (!must_exist && access(file, F_OK) != 0)
		return 0;
	int r = yaml_tree_load(file, &t, ret_error);
	if (r < 0)
		return r;
	const struct yaml_tree_node *top = &t.nodes[0];
	for (unsigned int i = 0; i < top->count && r == 0; i++)
		r = read_organisation(o, &t, &top->items[i], ret_error);
	if (r == -ENOMEM)
		strcpy(ret_error, _("out of memory"));
	yaml_tree_free(&t);
	return r;
}

int
organisations_start(
	struct organisations *o,
	const char *data_dir,
	const char *own_file,
	char ret_error[ORGANISATION_ERROR]
) {
	char path[PATH_MAX];

	organisations_init(o);
	snprintf(path, sizeof path, "%s/organisations.yaml", data_dir);
	int r = organisations_load(o, path, true, ret_error);
	return r < 0 ? r : organisations_load(o, own_file, false, ret_error);
}

const char *
organisation_of(const struct organisations *o, const char *domain) {
	const struct owned *found = o ? map_find(&o->by_domain, domain, strlen(domain)) : NULL;

	return found ? found->organisation : NULL;
}
