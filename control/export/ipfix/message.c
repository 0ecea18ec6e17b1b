// SPDX-License-Identifier: BSD-3-Clause

#include "control/export/ipfix/message.h"

#include "platform/log.h"

#include <errno.h>
#include <fixbuf/public.h>
#include <stdlib.h>
#include <string.h>

LOG_DOMAIN("ipfix");

// A template is those rows whose bits are all in its flags.
enum {
	V4 = 1,
	V6 = 2,
	PORTS = 4,
	ICMP4 = 8,
	ICMP6 = 16,
	BIFLOW = 32
};

// As data_write writes them.
static fbInfoElementSpec_t rows[] = {
	{(char[]){"flowId"}, 8, 0},
	{(char[]){"flowStartMilliseconds"}, 8, 0},
	{(char[]){"flowEndMilliseconds"}, 8, 0},
	{(char[]){"octetDeltaCount"}, 8, 0},
	{(char[]){"layer2OctetDeltaCount"}, 8, 0},
	{(char[]){"packetDeltaCount"}, 8, 0},
	{(char[]){"reverseOctetDeltaCount"}, 8, BIFLOW},
	{(char[]){"reverseLayer2OctetDeltaCount"}, 8, BIFLOW},
	{(char[]){"reversePacketDeltaCount"}, 8, BIFLOW},
	{(char[]){"sourceIPv4Address"}, 4, V4},
	{(char[]){"destinationIPv4Address"}, 4, V4},
	{(char[]){"sourceIPv6Address"}, 16, V6},
	{(char[]){"destinationIPv6Address"}, 16, V6},
	{(char[]){"sourceTransportPort"}, 2, PORTS},
	{(char[]){"destinationTransportPort"}, 2, PORTS},
	{(char[]){"icmpTypeCodeIPv4"}, 2, ICMP4},
	{(char[]){"icmpTypeCodeIPv6"}, 2, ICMP6},
	{(char[]){"vlanId"}, 2, 0},
	{(char[]){"sourceMacAddress"}, 6, 0},
	{(char[]){"destinationMacAddress"}, 6, 0},
	{(char[]){"protocolIdentifier"}, 1, 0},
	{(char[]){"flowEndReason"}, 1, 0},
	{(char[]){"biflowDirection"}, 1, BIFLOW},
	FB_IESPEC_NULL,
};

static const struct {
	uint16_t id;
	uint32_t flags;
} templates[] = {
	{256, V4 | PORTS},
	{257, V4 | ICMP4},
	{258, V6 | PORTS},
	{259, V6 | ICMP6},
};

#define TEMPLATES (sizeof templates / sizeof templates[0])
#define RECORD_MAX 160

struct ipfix_message {
	fbInfoModel_t *model;
	fBuf_t *buffer; // owns session and exporter
	fbSession_t *session;
	fbExporter_t *exporter;
	bool biflow;
	bool some; // was added
	uint16_t template; // chosen now; 0: none
	uint8_t bytes[IPFIX_MESSAGE_MAX];
};

// -ENOSPC where the message is full, which is no failure.
static int
told(GError *e, const char *what) {
	int r = -EIO;

	if (e && g_error_matches(e, FB_ERROR_DOMAIN, FB_ERROR_EOM))
		r = -ENOSPC;
	else
		log_err("%s: %s", what, e ? e->message : "?");
	g_clear_error(&e);
	return r;
}

static int
add_template(struct ipfix_message *m, uint16_t id, uint32_t flags) {
	fbTemplate_t *t = fbTemplateAlloc(m->model);
	GError *e = NULL;

	if (!fbTemplateAppendSpecArray(t, rows, flags, &e)
	    || !fbSessionAddTemplate(m->session, TRUE, id, t, &e)
	    || !fbSessionAddTemplate(m->session, FALSE, id, t, &e)) {
		fbTemplateFreeUnused(t);
		return told(e, "a template cannot be made");
	}
	return 0;
}

int
ipfix_message_new(uint32_t domain, bool biflow, struct ipfix_message **ret) {
	struct ipfix_message *m = calloc(1, sizeof *m);
	int r = 0;

	if (!m)
		return -ENOMEM;
	m->biflow = biflow;
	m->model = fbInfoModelAlloc();
	m->session = fbSessionAlloc(m->model);
	fbSessionSetDomain(m->session, domain);
	for (size_t i = 0; i < TEMPLATES && r == 0; i++)
		r = add_template(m, templates[i].id, templates[i].flags | (biflow ? BIFLOW : 0));
	m->exporter = fbExporterAllocBuffer(m->bytes, sizeof m->bytes);
	m->buffer = fBufAllocForExport(m->session, m->exporter);
	fBufSetAutomaticMode(m->buffer, FALSE);
	if (r < 0) {
		ipfix_message_free(m);
		return r;
	}
	*ret = m;
	return 0;
}

void
ipfix_message_free(struct ipfix_message *m) {
	if (!m)
		return;
	fBufFree(m->buffer);
	fbInfoModelFree(m->model);
	free(m);
}

// libfixbuf keeps templates and data in messages of their own: the first call after the other says
// that a new one must begin, where an empty one has begun already.
static bool
is_begun(const struct ipfix_message *m, int r) {
	return r == -ENOSPC && !m->some;
}

static int
write_templates(struct ipfix_message *m) {
	GError *e = NULL;

	m->template = 0;
	if (!fbSessionExportTemplates(m->session, &e))
		return told(e, "templates cannot be written");
	m->some = true;
	return 0;
}

int
ipfix_message_add_templates(struct ipfix_message *m) {
	int r = write_templates(m);

	return is_begun(m, r) ? write_templates(m) : r;
}

static size_t
put(uint8_t *into, const void *from, size_t length) {
	memcpy(into, from, length);
	return length;
}

// One way, or both: fields in the order of `rows`, numbers as the machine has them.
static size_t
data_write(const struct ipfix_record *r, unsigned int way, bool biflow, uint8_t *to) {
	size_t address = r->family == 6 ? 16 : 4, n = 0;
	uint32_t number;

	n += put(to + n, &r->flow, 8);
	n += put(to + n, &r->start_ms, 8);
	n += put(to + n, &r->end_ms, 8);
	n += put(to + n, &r->bytes[way], 8);
	n += put(to + n, &r->bytes[way], 8);
	n += put(to + n, &r->packets[way], 8);
	if (biflow) {
		n += put(to + n, &r->bytes[!way], 8);
		n += put(to + n, &r->bytes[!way], 8);
		n += put(to + n, &r->packets[!way], 8);
	}
	for (unsigned int i = 0; i < 2; i++) {
		const uint8_t *a = r->address[i ? !way : way];
		if (address == 4) { // a number, to libfixbuf
			number = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8
				| a[3];
			n += put(to + n, &number, 4);
		} else {
			n += put(to + n, a, 16);
		}
	}
	if (r->is_icmp) {
		uint16_t icmp = (uint16_t)(r->icmp[0] << 8 | r->icmp[1]);
		n += put(to + n, &icmp, 2);
	} else {
		n += put(to + n, &r->port[way], 2);
		n += put(to + n, &r->port[!way], 2);
	}
	n += put(to + n, &r->vlan, 2);
	n += put(to + n, r->mac[way], 6);
	n += put(to + n, r->mac[!way], 6);
	to[n++] = r->protocol;
	to[n++] = r->end;
	if (biflow)
		to[n++] = 1; // RFC 5103 6.3: the source is who began
	return n;
}

static uint16_t
template_of(const struct ipfix_record *r) {
	return templates[(r->family == 6 ? 2 : 0) + (r->is_icmp ? 1 : 0)].id;
}

static int
write_record(struct ipfix_message *m, const struct ipfix_record *r, unsigned int way) {
	uint8_t data[RECORD_MAX];
	uint16_t id = template_of(r);
	GError *e = NULL;

	if (m->template != id
	    && (!fBufSetInternalTemplate(m->buffer, id, &e)
		|| !fBufSetExportTemplate(m->buffer, id, &e)))
		return told(e, "a template cannot be used");
	m->template = id;
	size_t length = data_write(r, way, m->biflow, data);
	if (!fBufAppend(m->buffer, data, length, &e)) {
		m->template = 0;
		return told(e, "a record cannot be written");
	}
	m->some = true;
	return 0;
}

int
ipfix_message_add(struct ipfix_message *m, const struct ipfix_record *r, unsigned int way) {
	int n = write_record(m, r, way);

	return is_begun(m, n) ? write_record(m, r, way) : n;
}

const uint8_t *
ipfix_message_take(struct ipfix_message *m, size_t *ret_length) {
	GError *e = NULL;

	m->template = 0;
	if (!m->some)
		return NULL;
	m->some = false;
	if (!fBufEmit(m->buffer, &e)) {
		told(e, "a message cannot be finished");
		return NULL;
	}
	*ret_length = fbExporterGetMsgLen(m->exporter);
	return m->bytes;
}
