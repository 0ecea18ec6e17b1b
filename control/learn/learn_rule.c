// SPDX-License-Identifier: BSD-3-Clause

#include "control/learn/learn_rule.h"

#include "control/rule_text.h"
#include "control/service.h"
#include "control/text/language.h"
#include "platform/text.h"

#include <stdio.h>
#include <string.h>

static const enum rule_object objects[LEARN_OBJECT_COUNT] = {
	[LEARN_DOMAIN] = RULE_DOMAIN,
	[LEARN_ADDRESS] = RULE_ADDRESS,
	[LEARN_LOCAL] = RULE_LOCAL,
	[LEARN_GATEWAY] = RULE_GATEWAY,
};

bool
learn_rule(const struct learn_row *row, struct rule_spec *ret) {
	char address[TEXT_ADDRESS], service[SERVICE_TEXT];
	const char *text = row->name;
	struct rule_fault f;

	*ret = (struct rule_spec){
		.action = ACTION_ALLOW,
		.subject = RULE_PROFILE,
		.direction = row->in ? RULE_IN : RULE_OUT,
	};
	if (row->object == LEARN_ADDRESS)
		text = text_address(row->family, row->address, address);
	// The service by its word, which may hold a port more: who opens https today tries QUIC
	// tomorrow.
	return rule_set_object(ret, objects[row->object], text, &f)
		&& rule_set_service(ret, service_text(row->protocol, row->port, service), &f)
		&& rule_spec_check(ret, &f);
}

const char *
learn_sentence(const struct rule_spec *r, char ret[LEARN_SENTENCE]) {
	char service[2 * SERVICE_TEXT], object[RULE_TEXT];
	const char *by = rule_service_text(&r->service, service);

	rule_object_text(NULL, r, object);
	// By the direction: both, out, in; of one service, and of all.
	static const char *const forms[2][3] = {
		{N_("may use %s with %.320s"),
		 N_("may open %s to %.320s"),
		 N_("may be reached by %s from %.320s")},
		{N_("may use anything with %.320s"),
		 N_("may open anything to %.320s"),
		 N_("may be reached by anything from %.320s")},
	};
	int way = r->direction == RULE_IN ? 2 : r->direction == RULE_OUT ? 1 : 0;
	const char *format = _(forms[!by[0]][way]);
	if (by[0])
		snprintf(ret, LEARN_SENTENCE, format, by, object);
	else
		snprintf(ret, LEARN_SENTENCE, format, object);
	return ret;
}
