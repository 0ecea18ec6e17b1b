// SPDX-License-Identifier: BSD-3-Clause

#include "control/http/routes.h"

#include "control/http/api.h"
#include "control/http/stream.h"
#include "platform/base.h"

#include <string.h>

#define V1 "/api/v1"
#define PAGE "limit cursor "
#define ASK "confirm confirm_within"

static struct http_route routes[] = {
	{"GET", V1 "/health", api_health, "getHealth", NULL, NULL},
	{"GET", V1 "/summary", api_summary, "getSummary", "window", NULL},
	{"GET", V1 "/graph", api_graph, "getGraph", "window group ignored multicast", NULL},
	{"GET", V1 "/events", stream_handle, "streamEvents", "types last_event_id", NULL},
	{"GET", V1 "/metrics", api_metrics, "getMetricsV1", NULL, NULL},
	{"GET", "/metrics", api_metrics, "getMetrics", NULL, NULL},
	{"GET", V1 "/openapi.yaml", api_openapi, "getOpenapi", NULL, NULL},
	{"GET",
	 V1 "/devices",
	 api_list_devices,
	 "listDevices",
	 PAGE "online blocked profile mac name",
	 NULL},
	{"GET", V1 "/devices/{device}", api_get_device, "getDevice", NULL, NULL},
	{"PATCH", V1 "/devices/{device}", api_edit_device, "editDevice", ASK, NULL},
	{"GET",
	 V1 "/devices/{device}/suggestions",
	 api_list_suggestions,
	 "listSuggestions",
	 NULL,
	 NULL},
	{"POST", V1 "/devices/{device}:join", api_join_device, "joinDevice", ASK, NULL},
	{"POST", V1 "/devices/{device}:part", api_part_device, "partDevice", ASK, NULL},
	{"POST", V1 "/devices/{device}:learn", api_learn_device, "learnDevice", NULL, NULL},
	{"GET", V1 "/devices/{device}/learned", api_get_learned, "getLearned", NULL, NULL},
	{"POST", V1 "/devices/{device}:enforce", api_enforce_device, "enforceDevice", ASK, NULL},
	{"POST", V1 "/devices/{device}:{action}", api_act_device, "actOnDevice", ASK, NULL},
	{"POST",
	 V1 "/devices/{device}/destinations/{destination}:{action}",
	 api_act_pair,
	 "actOnPair",
	 ASK,
	 NULL},
	{"GET",
	 V1 "/destinations",
	 api_list_destinations,
	 "listDestinations",
	 PAGE "blocked name kind device",
	 NULL},
	{"GET",
	 V1 "/destinations/{destination}",
	 api_get_destination,
	 "getDestination",
	 NULL,
	 NULL},
	{"PATCH",
	 V1 "/destinations/{destination}",
	 api_edit_destination,
	 "editDestination",
	 NULL,
	 NULL},
	{"POST",
	 V1 "/destinations/{destination}:{action}",
	 api_act_destination,
	 "actOnDestination",
	 ASK,
	 NULL},
	{"GET", V1 "/flows", api_list_flows, "listFlows", PAGE "device destination verdict", NULL},
	{"GET",
	 V1 "/rules",
	 api_list_rules,
	 "listRules",
	 PAGE "action device destination profile object",
	 NULL},
	{"POST", V1 "/rules", api_create_rule, "createRule", ASK, NULL},
	{"POST", V1 "/rules:simulate", api_simulate, "simulateRule", "window", NULL},
	{"GET", V1 "/explain", api_explain, "explain", "device to protocol direction", NULL},
	{"GET", V1 "/rules/{rule}", api_get_rule, "getRule", NULL, NULL},
	{"PATCH", V1 "/rules/{rule}", api_edit_rule, "editRule", ASK, NULL},
	{"DELETE", V1 "/rules/{rule}", api_delete_rule, "deleteRule", ASK, NULL},
	{"GET", V1 "/profiles", api_list_profiles, "listProfiles", PAGE, NULL},
	{"GET", V1 "/lists", api_list_lists, "listLists", NULL, NULL},
	{"GET", V1 "/lists/{list}", api_get_list, "getList", NULL, NULL},
	{"POST", V1 "/lists/{list}:refresh", api_refresh_list, "refreshList", NULL, NULL},
	{"GET", V1 "/profiles/{profile}", api_get_profile, "getProfile", NULL, NULL},
	{"PUT", V1 "/profiles/{profile}", api_put_profile, "putProfile", ASK, NULL},
	{"DELETE", V1 "/profiles/{profile}", api_delete_profile, "deleteProfile", ASK, NULL},
	{"POST", V1 "/profiles/{profile}/rules", api_add_profile_rule, "addProfileRule", ASK, NULL},
	{"DELETE",
	 V1 "/profiles/{profile}/rules/{n}",
	 api_delete_profile_rule,
	 "deleteProfileRule",
	 ASK,
	 NULL},
	{"POST", V1 "/profiles/{profile}:import-mud", api_import_mud, "importMud", ASK, NULL},
	{"GET", V1 "/profiles/{profile}/mud", api_export_mud, "exportMud", NULL, NULL},
	{"GET",
	 V1 "/profiles/{profile}/mud-difference",
	 api_compare_mud,
	 "compareMud",
	 "with",
	 NULL},
	{"GET", V1 "/changes", api_list_changes, "listChanges", "pending", NULL},
	{"POST", V1 "/changes/{change}:confirm", api_confirm_change, "confirmChange", NULL, NULL},
	{"POST", V1 "/changes/{change}:undo", api_undo_change, "undoChange", ASK, NULL},
	{"POST", V1 "/undo", api_undo, "undo", ASK, NULL},
};

const struct http_route *
routes_all(struct stream *stream, size_t *ret_count) {
	for (size_t i = 0; i < ARRAY_LEN(routes); i++)
		if (strcmp(routes[i].operation, "streamEvents") == 0)
			routes[i].context = stream;
	*ret_count = ARRAY_LEN(routes);
	return routes;
}
