// SPDX-License-Identifier: BSD-3-Clause

#include "control/config.h"
#include "control/config_key.h"
#include "platform/base.h"
#include "platform/json_write.h"

#include <assert.h>

#define HOUR_S 3600u
#define DAY_S 86400u
#define YEARS (10ull * 366 * DAY_S)

#define FIELD(field) .offset = offsetof(struct config, field), .size = SIZE_OF(field)
#define SIZE_OF(field) sizeof(((struct config *)0)->field)
// What another file reads and shows: the key, and the struct that its readers fill.
#define PARTS(X)                                                                                   \
	X(banner, banner, banner_read, banner_write)                                               \
	X(eve_types, eve, eve_types_read, eve_types_write)                                         \
	X(cors, reach, listen_cors_read, listen_cors_write)                                        \
	X(lists, lists, lists_config_read, lists_config_write)                                     \
	X(names, reach, listen_names_read, listen_names_write)                                     \
	X(provider, reach, listen_provider_read, listen_provider_write)                            \
	X(spin_from, spin.from, spin_from_read, spin_from_write)

#define X(key, field, reader, writer)                                                              \
	static int read_##key(                                                                     \
		const struct yaml_tree *t,                                                         \
		const struct yaml_tree_node *value,                                                \
		struct config *c,                                                                  \
		char ret_error[YAML_ERROR]                                                         \
	) {                                                                                        \
		return reader(t, value, &c->field, ret_error);                                     \
	}                                                                                          \
	static void write_##key(const struct config *c, struct json *j) {                          \
		writer(&c->field, j);                                                              \
	}
PARTS(X)
#undef X

static int
read_notifications(
	const struct yaml_tree *t,
	const struct yaml_tree_node *value,
	struct config *c,
	char ret_error[YAML_ERROR]
) {
	return deliveries_read(t, value, &c->notifications, ret_error);
}

const struct config_key config_keys[] = {
	{.name = "listen",
	 .type = CONFIG_TYPE_LIST,
	 .flags = CONFIG_RESTART,
	 FIELD(listen),
	 .fallback = "127.0.0.1:13026, [::1]:13026",
	 .allowed = "addresses with a port; those of this machine alone are plain HTTP, others "
		    "HTTPS; port 0 picks a free one",
	 .option = "--listen",
	 .argument = "ADDRESS:PORT",
	 .help = "where the browser finds it; as an option it may be given several times",
	 .read = config_read_listen,
	 .write = config_write_listen},
	{.name = "certificate",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL,
	 FIELD(reach.certificate),
	 .help = "your own certificate for HTTPS, with its chain, instead of the household's; read "
		 "again when it changes"},
	{.name = "certificate_key",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL,
	 FIELD(reach.certificate_key),
	 .help = "the certificate's private key"},
	{.name = "names",
	 .type = CONFIG_TYPE_LIST,
	 .flags = CONFIG_RESTART,
	 FIELD(reach.names),
	 .allowed = "at most 8 host names in lower case",
	 .help = "by which names the gateway may be called, beside its addresses",
	 .read = read_names,
	 .write = write_names},
	{.name = "cors",
	 .type = CONFIG_TYPE_LIST,
	 .flags = CONFIG_RESTART,
	 FIELD(reach.cors),
	 .allowed = "at most 8 origins, such as https://panel.example",
	 .help = "pages of other sites that may use the API, with a token",
	 .read = read_cors,
	 .write = write_cors},
	{.name = "provider",
	 .type = CONFIG_TYPE_OBJECT,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL,
	 FIELD(reach.provider),
	 .allowed = "a mapping {listen: ADDRESS:PORT, client_ca: FILE}",
	 .help = "the way in for an access provider, closed until the household switches the "
		 "provider on",
	 .read = read_provider,
	 .write = write_provider},
	{.name = "events_max",
	 .type = CONFIG_TYPE_NUMBER,
	 .flags = CONFIG_RESTART | CONFIG_EXPERT,
	 FIELD(reach.events_max),
	 .fallback = "256",
	 .min = 1,
	 .max = LISTEN_EVENTS_MAX,
	 .help = "how many may follow events at once"},
	{.name = "events_max_per_source",
	 .type = CONFIG_TYPE_NUMBER,
	 .flags = CONFIG_RESTART | CONFIG_EXPERT,
	 FIELD(reach.events_max_per_source),
	 .fallback = "32",
	 .min = 1,
	 .max = LISTEN_EVENTS_MAX,
	 .help = "how many of them from one address"},
	{.name = "requests_per_second",
	 .type = CONFIG_TYPE_NUMBER,
	 .flags = CONFIG_RESTART | CONFIG_EXPERT,
	 FIELD(reach.requests_per_second),
	 .fallback = "100",
	 .min = 0,
	 .max = 100000,
	 .help = "how many requests a session, token or address may make over ten seconds, from "
		 "other "
		 "machines; 0: any number"},
	{.name = "run_dir",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL | CONFIG_EXPERT,
	 FIELD(run_dir),
	 .fallback = "/run/spin",
	 .option = "--run-dir",
	 .argument = "DIR",
	 .help = "sockets of dataplane and API"},
	{.name = "state_dir",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL | CONFIG_EXPERT,
	 FIELD(state_dir),
	 .fallback = "/var/lib/spin",
	 .option = "--state-dir",
	 .argument = "DIR",
	 .help = "names, rules and the rules image from which the dataplane starts"},
	{.name = "web_dir",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL | CONFIG_EXPERT,
	 FIELD(web_dir),
	 .fallback = SPIN_DATA_DIR "/web",
	 .option = "--web-dir",
	 .argument = "DIR",
	 .help = "the browser's files"},
	{.name = "data_dir",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL | CONFIG_EXPERT,
	 FIELD(data_dir),
	 .fallback = SPIN_DATA_DIR,
	 .option = "--data-dir",
	 .argument = "DIR",
	 .help = "shipped profiles and openapi.yaml"},
	{.name = "profiles_dir",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL,
	 FIELD(profiles_dir),
	 .fallback = "/etc/spin/profiles",
	 .option = "--profiles-dir",
	 .argument = "DIR",
	 .help = "your own profiles, one NAME.yaml each; they replace shipped ones of the same "
		 "name"},
	{.name = "organisations",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL | CONFIG_EXPERT,
	 FIELD(organisations),
	 .fallback = "/etc/spin/organisations.yaml",
	 .option = "--organisations",
	 .argument = "FILE",
	 .help = "whose domains are whose, beside those shipped; may be absent"},
	{.name = "kinds_dir",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL | CONFIG_EXPERT,
	 FIELD(kinds_dir),
	 .fallback = "/etc/spin/kinds",
	 .option = "--kinds-dir",
	 .argument = "DIR",
	 .help = "your own rules for kinds of devices"},
	{.name = "mud_ca",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_LOCAL | CONFIG_EXPERT,
	 FIELD(mud_ca),
	 .option = "--mud-ca",
	 .argument = "FILE",
	 .help = "certificates that vouch for MUD files, instead of the machine's own"},
	{.name = "default_profile",
	 .type = CONFIG_TYPE_TEXT,
	 FIELD(default_profile),
	 .fallback = "allow-all",
	 .allowed = "the name of a profile",
	 .option = "--default-profile",
	 .argument = "NAME",
	 .help = "the profile of a device that was given none"},
	{.name = "answers.dns",
	 .type = CONFIG_TYPE_WORD,
	 FIELD(answers.dns),
	 .fallback = "pass",
	 .allowed = "pass|nxdomain|zero|silence",
	 .help = "what a question for a blocked name is answered: pass lets the question go on and "
		 "stops what follows, nxdomain says there is no such name, zero gives 0.0.0.0 and "
		 "::"},
	{.name = "answers.tcp",
	 .type = CONFIG_TYPE_WORD,
	 FIELD(answers.tcp),
	 .fallback = "drop",
	 .allowed = "drop|reset",
	 .help = "what becomes of a connection that is stopped: reset makes applications fail at "
		 "once"},
	{.name = "server_names",
	 .type = CONFIG_TYPE_FLAG,
	 FIELD(answers.server_names),
	 .fallback = "false",
	 .help = "read the server's name where a TLS or QUIC connection begins, so that a rule "
		 "about "
		 "a domain also holds where the address came from elsewhere than DNS"},
	{.name = "flight_recorder.on",
	 .type = CONFIG_TYPE_FLAG,
	 .flags = CONFIG_RESTART,
	 FIELD(recorder.on),
	 .fallback = "false",
	 .help = "keep the headers of each device's newest frames in memory, for when an alert or "
		 "a "
		 "person wants to know what it did last"},
	{.name = "flight_recorder.packets",
	 .type = CONFIG_TYPE_NUMBER,
	 .flags = CONFIG_RESTART | CONFIG_EXPERT,
	 FIELD(recorder.packets),
	 .fallback = "1000",
	 .min = RECORDER_SLOTS_MIN,
	 .max = RECORDER_PACKETS_MAX,
	 .help = "frames of a device; each takes 160 bytes"},
	{.name = "flight_recorder.devices",
	 .type = CONFIG_TYPE_NUMBER,
	 .flags = CONFIG_RESTART | CONFIG_EXPERT,
	 FIELD(recorder.devices),
	 .fallback = "64",
	 .min = 8,
	 .max = RECORDER_DEVICES_MAX,
	 .help = "devices that are recorded at once"},
	{.name = "geo.country",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL | CONFIG_WHOLE,
	 FIELD(geo.country),
	 .help = "a MaxMind DB that tells an address's country"},
	{.name = "geo.network",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL | CONFIG_WHOLE,
	 FIELD(geo.network),
	 .help = "a MaxMind DB that tells whose network an address is in"},
	{.name = "lists",
	 .type = CONFIG_TYPE_LIST,
	 .flags = CONFIG_APART | CONFIG_KEYED,
	 FIELD(lists),
	 .allowed = "mappings {name, file or url, action: block, allow or none}, and optionally "
		    "every, "
		    "timeout, max, sha256, ca, allow_private",
	 .help = "files and feeds that name addresses and domains, and what becomes of them",
	 .read = read_lists,
	 .write = write_lists},
#include "control/export/eve/config_rows.inc"
#include "control/export/ipfix/config_rows.inc"
#include "control/export/mqtt/config_provider_rows.inc"
#include "control/export/mqtt/config_rows.inc"
#include "control/export/spin/config_rows.inc"
#include "control/export/ubus/config_rows.inc"
#include "control/history/config_rows.inc"
	{.name = "prometheus.devices",
	 .type = CONFIG_TYPE_FLAG,
	 FIELD(prometheus_devices),
	 .fallback = "false",
	 .help = "/metrics also counts each device by its id, at most 256 of them"},
	{.name = "mud_fetch.ca",
	 .type = CONFIG_TYPE_PATH,
	 .flags = CONFIG_LOCAL | CONFIG_EXPERT | CONFIG_WHOLE,
	 FIELD(mud_fetch.ca),
	 .help = "authorities of the servers that MUD files are fetched from, instead of the "
		 "machine's own"},
	{.name = "mud_fetch.allow_private",
	 .type = CONFIG_TYPE_FLAG,
	 .flags = CONFIG_LOCAL | CONFIG_EXPERT,
	 FIELD(mud_fetch.allow_private),
	 .fallback = "false",
	 .help = "such a server may be one of the home"},
#include "control/incident/config_rows.inc"
	{.name = "notifications",
	 .type = CONFIG_TYPE_LIST,
	 .flags = CONFIG_LOCAL | CONFIG_SECRET,
	 FIELD(notifications),
	 .allowed =
		 "mappings {name, webhook, mail or command}, and optionally template, token, ca, "
		 "allow_private, from, sendmail, severity, quiet, devices, timeout",
	 .help = "where notifications go, beside the browsers",
	 .read = read_notifications},
	{.name = "unix_group",
	 .type = CONFIG_TYPE_TEXT,
	 .flags = CONFIG_RESTART | CONFIG_LOCAL,
	 FIELD(unix_group),
	 .fallback = "spin-admin",
	 .option = "--unix-group",
	 .argument = "GROUP",
	 .help = "members may use the API's unix socket, beside root and the user of spin-control"},
	{.name = "log_level",
	 .type = CONFIG_TYPE_WORD,
	 FIELD(log_level),
	 .fallback = "info",
	 .allowed = "err|warn|info|debug",
	 .option = "--log-level",
	 .argument = "LEVEL",
	 .help = "what is written to the log"},
	{.name = "banner",
	 .type = CONFIG_TYPE_OBJECT,
	 FIELD(banner),
	 .allowed = "a mapping {title, text, try: [sentence]}, again beneath nl and de",
	 .help = "what everyone who opens the web interface is told first",
	 .read = read_banner,
	 .write = write_banner},
};
const size_t config_keys_count = ARRAY_LEN(config_keys);

static_assert(ARRAY_LEN(config_keys) <= CONFIG_KEYS_MAX);
