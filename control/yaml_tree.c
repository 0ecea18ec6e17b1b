// SPDX-License-Identifier: BSD-3-Clause
// Events, not documents: libyaml's document loader resolves aliases and knows no limits.

#include "control/yaml_tree.h"

#include "control/text/language.h"
#include "platform/base.h"

#include <yaml.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_STEP 8

struct reader {
	yaml_parser_t parser;
	struct yaml_tree *tree;
	char *error;
	const char *text;
	size_t length;
};

int
yaml_tree_fault(
	char ret_error[YAML_ERROR],
	const struct yaml_tree *t,
	unsigned int line,
	unsigned int column,
	const char *format,
	...
) {
	int used = snprintf(ret_error, YAML_ERROR, "%s:%u:%u: ", t->file, line, column);
	va_list arguments;

	if (used < 0 || used >= YAML_ERROR)
		return -EINVAL;
	va_start(arguments, format);
	vsnprintf(ret_error + used, YAML_ERROR - (size_t)used, _(format), arguments);
	va_end(arguments);
	return -EINVAL;
}

static int
fault_at(struct reader *r, yaml_mark_t mark, const char *what) {
	return yaml_tree_fault(
		r->error,
		r->tree,
		(unsigned int)mark.line + 1,
		(unsigned int)mark.column + 1,
		"%s",
		_(what)
	);
}

// libyaml gives a reader's error only a byte offset.
static int
fault_of_parser(struct reader *r) {
	yaml_parser_t *p = &r->parser;

	if (p->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (p->error != YAML_READER_ERROR) {
		yaml_tree_fault(
			r->error,
			r->tree,
			(unsigned int)p->problem_mark.line + 1,
			(unsigned int)p->problem_mark.column + 1,
			"%s%s%s: check indentation, colons and quotes here",
			p->problem ? p->problem : _("not YAML"),
			p->context ? " " : "",
			p->context ? p->context : ""
		);
		return -EINVAL;
	}
	unsigned int line = 1;
	unsigned int column = 1;
	for (size_t i = 0; i < p->problem_offset && i < r->length; i++) {
		column++;
		if (r->text[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return yaml_tree_fault(
		r->error,
		r->tree,
		line,
		column,
		"%s: save the file as UTF-8 without control characters",
		p->problem ? p->problem : _("not UTF-8")
	);
}

static int
next_event(struct reader *r, yaml_event_t *event) {
	return yaml_parser_parse(&r->parser, event) ? 0 : fault_of_parser(r);
}

static const char *
forbidden(const yaml_event_t *e) {
	const yaml_char_t *anchor = NULL;
	const yaml_char_t *tag = NULL;

	if (e->type == YAML_ALIAS_EVENT)
		return _("aliases (*name) are not used here: write the value again");
	if (e->type == YAML_SCALAR_EVENT) {
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
	}
	if (anchor)
		return _("anchors (&name) are not used here: leave it out");
	if (tag)
		return _("tags (!type) are not used here: leave it out");
	return NULL;
}

// A text of several lines ends where the next one begins.
static unsigned int
last_line(const yaml_event_t *e) {
	bool before = e->end_mark.column == 0 && e->end_mark.line > e->start_mark.line;

	return (unsigned int)e->end_mark.line + !before;
}

static int
new_node(struct reader *r, const yaml_event_t *e, enum yaml_kind kind, unsigned int *ret) {
	struct yaml_tree *t = r->tree;

	if (t->count >= YAML_NODES_MAX)
		return fault_at(r, e->start_mark, "too many values: at most 16384 fit");
	if ((t->count & (t->count - 1)) == 0) {
		void *more = realloc(t->nodes, MAX_OF(t->count * 2, 1u) * sizeof *t->nodes);
		if (!more)
			return -ENOMEM;
		t->nodes = more;
	}
	struct yaml_tree_node *n = &t->nodes[t->count];
	*n = (struct yaml_tree_node){
		.kind = kind,
		.line = (unsigned int)e->start_mark.line + 1,
		.column = (unsigned int)e->start_mark.column + 1,
		.end_line = last_line(e),
	};
	if (kind == YAML_LIST)
		n->flow = e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	if (kind == YAML_MAP)
		n->flow = e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
	if (kind == YAML_TEXT) {
		n->quoted = !e->data.scalar.plain_implicit;
		n->text = strdup((const char *)e->data.scalar.value);
		if (!n->text)
			return -ENOMEM;
	}
	*ret = t->count++;
	return 0;
}

static int
add_item(struct reader *r, unsigned int parent, struct yaml_item item) {
	struct yaml_tree_node *n = &r->tree->nodes[parent];

	for (unsigned int i = 0; item.key && i < n->count; i++)
		if (strcmp(n->items[i].key, item.key) == 0) {
			yaml_tree_fault(
				r->error,
				r->tree,
				item.line,
				item.column,
				"'%s' was given already in line %u: keep one of them",
				item.key,
				n->items[i].line
			);
			free(item.key);
			return -EINVAL;
		}
	if (n->count % ITEMS_STEP == 0) {
		void *more = realloc(n->items, (n->count + ITEMS_STEP) * sizeof *n->items);
		if (!more) {
			free(item.key);
			return -ENOMEM;
		}
		n->items = more;
	}
	n->items[n->count++] = item;
	return 0;
}

static int read_value(struct reader *r, yaml_event_t *e, unsigned int depth, unsigned int *ret);

// A block's own end mark stands at whatever comes next, behind blank lines and comments.
static void
set_end(const struct yaml_tree *t, unsigned int at, unsigned int line) {
	struct yaml_tree_node *n = &t->nodes[at];

	if (n->flow)
		n->end_line = line;
	for (unsigned int i = 0; !n->flow && i < n->count; i++)
		n->end_line = MAX_OF(n->end_line, t->nodes[n->items[i].node].end_line);
}

// The items up to the container's end.
static int
read_items(struct reader *r, unsigned int parent, bool map, unsigned int depth) {
	for (;;) {
		yaml_event_t e;
		struct yaml_item item = {0};
		int result = next_event(r, &e);
		if (result < 0)
			return result;
		if (e.type == YAML_MAPPING_END_EVENT || e.type == YAML_SEQUENCE_END_EVENT) {
			set_end(r->tree, parent, (unsigned int)e.end_mark.line + 1);
			yaml_event_delete(&e);
			return 0;
		}
		item.line = (unsigned int)e.start_mark.line + 1;
		item.column = (unsigned int)e.start_mark.column + 1;
		if (map) {
			const char *why = forbidden(&e);
			if (!why && e.type != YAML_SCALAR_EVENT)
				why = _("a key must be a plain word");
			result = why ? fault_at(r, e.start_mark, why) : 0;
			item.key = why ? NULL : strdup((const char *)e.data.scalar.value);
			yaml_event_delete(&e);
			if (result == 0 && !item.key)
				result = -ENOMEM;
			if (result == 0)
				result = next_event(r, &e);
			if (result < 0) {
				free(item.key);
				return result;
			}
		}
		result = read_value(r, &e, depth, &item.node);
		yaml_event_delete(&e);
		if (result < 0) {
			free(item.key);
			return result;
		}
		result = add_item(r, parent, item);
		if (result < 0)
			return result;
	}
}

static int
read_value(struct reader *r, yaml_event_t *e, unsigned int depth, unsigned int *ret) {
	const char *why = forbidden(e);

	if (!why && depth >= YAML_DEPTH_MAX)
		why = _("nested too deeply: 8 levels are enough here");
	if (why)
		return fault_at(r, e->start_mark, why);
	if (e->type == YAML_SCALAR_EVENT)
		return new_node(r, e, YAML_TEXT, ret);
	bool map = e->type == YAML_MAPPING_START_EVENT;
	int result = new_node(r, e, map ? YAML_MAP : YAML_LIST, ret);
	return result < 0 ? result : read_items(r, *ret, map, depth + 1);
}

static int
read_document(struct reader *r) {
	bool seen = false;

	for (;;) {
		yaml_event_t e;
		unsigned int root;
		int result = next_event(r, &e);
		if (result < 0)
			return result;
		switch (e.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		case YAML_DOCUMENT_START_EVENT:
			if (seen)
				result = fault_at(
					r, e.start_mark, "a second document: one file holds one"
				);
			seen = true;
			break;
		case YAML_MAPPING_START_EVENT:
			result = read_value(r, &e, 0, &root);
			break;
		case YAML_STREAM_END_EVENT:
			yaml_event_delete(&e);
			return seen ? 0
				    : yaml_tree_fault(
					    r->error,
					    r->tree,
					    1,
					    1,
					    "the file is empty: write 'key: value' lines"
				    );
		default:
			result = fault_at(r, e.start_mark, "expected 'key: value' lines");
		}
		yaml_event_delete(&e);
		if (result < 0)
			return result;
	}
}

int
yaml_tree_parse(
	const char *file,
	const char *text,
	size_t length,
	struct yaml_tree *ret,
	char ret_error[YAML_ERROR]
) {
	struct reader r = {.tree = ret, .error = ret_error, .text = text, .length = length};

	*ret = (struct yaml_tree){.file = file};
	if (length > YAML_BYTES_MAX)
		return yaml_tree_fault(
			ret_error, ret, 1, 1, "larger than 1 MiB: this is no configuration"
		);
	if (!yaml_parser_initialize(&r.parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, length);
	int result = read_document(&r);
	yaml_parser_delete(&r.parser);
	if (result < 0) {
		if (result == -ENOMEM)
			snprintf(ret_error, YAML_ERROR, _("%s: out of memory"), file);
		yaml_tree_free(ret);
	}
	return result;
}
