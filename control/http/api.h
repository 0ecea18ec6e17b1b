// SPDX-License-Identifier: BSD-3-Clause
// The handlers of the API; their context is the core.
//
// Shape:   api_list.c reads lists and single things, api_lists.c is about the lists of names and
//          addresses, api_act.c acts, api_edit.c renames, api_join.c says which stations are one,
//          api_rule.c and api_profile.c make and change rules and profiles, api_submit.c hands
//          changes over and answers, api_change.c takes them back or keeps them, api_why.c explains
//          and tries out, api_learn.c watches devices, api_enforce.c holds them to it,
//          api_mud.c takes and gives MUD files, api_notify.c and api_mute.c are about
//          notifications, api_system.c tells how we are, api_tls.c whom to trust.
// Threads: the core thread.

#pragma once

#include "control/access/event.h"
#include "control/http/http.h"
#include "control/http/request.h"

struct core;
struct destination;
struct device;

void api_list_devices(struct http_request *r, void *core);
void api_get_device(struct http_request *r, void *core);
void api_list_destinations(struct http_request *r, void *core);
void api_get_destination(struct http_request *r, void *core);
void api_list_flows(struct http_request *r, void *core);
void api_get_flow(struct http_request *r, void *core);
void api_get_flow_eve(struct http_request *r, void *core);
void api_list_rules(struct http_request *r, void *core);
void api_get_rule(struct http_request *r, void *core);
void api_create_rule(struct http_request *r, void *core);
void api_edit_rule(struct http_request *r, void *core);
void api_explain(struct http_request *r, void *core);
void api_simulate(struct http_request *r, void *core);
void api_list_profiles(struct http_request *r, void *core);
void api_get_profile(struct http_request *r, void *core);
void api_put_profile(struct http_request *r, void *core);
void api_delete_profile(struct http_request *r, void *core);
void api_add_profile_rule(struct http_request *r, void *core);
void api_delete_profile_rule(struct http_request *r, void *core);
void api_list_changes(struct http_request *r, void *core);
void api_confirm_change(struct http_request *r, void *core);

void api_statistics(struct http_request *r, void *core);
void api_get_provider(struct http_request *r, void *core);
void api_grant_provider(struct http_request *r, void *core);
void api_end_provider(struct http_request *r, void *core);

void api_list_helps(struct http_request *r, void *core);
void api_create_help(struct http_request *r, void *core);
void api_redeem_help(struct http_request *r, void *core);
void api_log_in(struct http_request *r, void *core); // of a helpdesk's browser, and of all others
void api_log_out(struct http_request *r, void *core);
void api_delete_help(struct http_request *r, void *core);
void api_list_proposals(struct http_request *r, void *core);
void api_get_proposal(struct http_request *r, void *core);
void api_create_proposal(struct http_request *r, void *core);
void api_accept_proposal(struct http_request *r, void *core);
void api_decline_proposal(struct http_request *r, void *core);
void api_ask_proposal(struct http_request *r, void *core);
void api_answer_proposal(struct http_request *r, void *core);

void api_list_audit(struct http_request *r, void *core);
void api_export_audit(struct http_request *r, void *core);
void api_undo_audited(struct http_request *r, void *core);

void api_create_notification(struct http_request *r, void *core);
void api_list_incidents(struct http_request *r, void *core);
void api_report_incident(struct http_request *r, void *core);
void api_get_incident(struct http_request *r, void *core);
void api_contain_incident(struct http_request *r, void *core);
void api_dismiss_incident(struct http_request *r, void *core);
void api_withdraw_incident(struct http_request *r, void *core);
void api_list_integrations(struct http_request *r, void *core);
void api_get_integration(struct http_request *r, void *core);
void api_test_integration(struct http_request *r, void *core);
void api_list_lists(struct http_request *r, void *core);
void api_get_list(struct http_request *r, void *core);
void api_refresh_list(struct http_request *r, void *core);

void api_list_analyses(struct http_request *r, void *core);
void api_create_analysis(struct http_request *r, void *core);
void api_get_analysis(struct http_request *r, void *core);
void api_delete_analysis(struct http_request *r, void *core);
void api_put_analysis_part(struct http_request *r, void *core);
void api_analysis_summary(struct http_request *r, void *core);
void api_analysis_graph(struct http_request *r, void *core);
void api_list_analysis_devices(struct http_request *r, void *core);
void api_list_analysis_destinations(struct http_request *r, void *core);
void api_list_analysis_flows(struct http_request *r, void *core);

void api_list_notifications(struct http_request *r, void *core);
void api_list_notification_kinds(struct http_request *r, void *core);
void api_get_notification(struct http_request *r, void *core);
void api_edit_notification(struct http_request *r, void *core);
void api_read_notifications(struct http_request *r, void *core);
void api_block_notification(struct http_request *r, void *core);
void api_mute_notification(struct http_request *r, void *core);
void api_expect_notification(struct http_request *r, void *core);
void api_dismiss_notification(struct http_request *r, void *core);
void api_list_deliveries(struct http_request *r, void *core);
void api_test_delivery(struct http_request *r, void *core);
void api_list_mutes(struct http_request *r, void *core);
void api_delete_mute(struct http_request *r, void *core);

void api_act_device(struct http_request *r, void *core);
void api_list_suggestions(struct http_request *r, void *core);
void api_join_device(struct http_request *r, void *core);
void api_part_device(struct http_request *r, void *core);
void api_import_mud(struct http_request *r, void *core);
void api_export_mud(struct http_request *r, void *core);
void api_fetch_mud(struct http_request *r, void *core);
void api_compare_mud(struct http_request *r, void *core);
void api_learn_device(struct http_request *r, void *core);
void api_get_learned(struct http_request *r, void *core);
void api_enforce_device(struct http_request *r, void *core);
void api_act_destination(struct http_request *r, void *core);
void api_act_pair(struct http_request *r, void *core);
void api_edit_device(struct http_request *r, void *core);
void api_edit_destination(struct http_request *r, void *core);
void api_delete_rule(struct http_request *r, void *core);
void api_undo(struct http_request *r, void *core);
void api_undo_change(struct http_request *r, void *core);

void api_get_privacy(struct http_request *r, void *core);
void api_edit_privacy(struct http_request *r, void *core);
void api_privacy_inventory(struct http_request *r, void *core);
void api_export_device(struct http_request *r, void *core);
void api_erase_device(struct http_request *r, void *core);

void api_history(struct http_request *r, void *core);
void api_device_history(struct http_request *r, void *core);
void api_history_flows(struct http_request *r, void *core);
void api_list_captures(struct http_request *r, void *core);
void api_create_capture(struct http_request *r, void *core);
void api_get_capture(struct http_request *r, void *core);
void api_freeze_device(struct http_request *r, void *core);
void api_stop_capture(struct http_request *r, void *core);
void api_approve_capture(struct http_request *r, void *core);
void api_make_capture_token(struct http_request *r, void *core);
void api_delete_capture(struct http_request *r, void *core);
void api_download_capture(struct http_request *r, void *core);
void api_capture_live(struct http_request *r, void *core);

void api_ready(struct http_request *r, void *core);
void api_get_log_level(struct http_request *r, void *core);
void api_put_log_level(struct http_request *r, void *core);
void api_get_backup(struct http_request *r, void *core);
void api_put_upload(struct http_request *r, void *core);
void api_restore(struct http_request *r, void *core);
void api_support_bundle(struct http_request *r, void *core);
void api_get_config(struct http_request *r, void *core);
void api_patch_config(struct http_request *r, void *core);
void api_reload_config(struct http_request *r, void *core);
void api_check_config(struct http_request *r, void *core);
void api_health(struct http_request *r, void *core);
void api_health_checks(struct http_request *r, void *core);
struct graph_query;
// The same of a window of the history.
// How it is asked for, but for its window; false: answered with what is wrong.
bool api_graph_asked(struct http_request *r, struct graph_query *q);
void api_graph_past(struct http_request *r, void *core, const struct graph_query *q);
void api_graph(struct http_request *r, void *core);
void api_summary(struct http_request *r, void *core);
void api_metrics(struct http_request *r, void *core);
void api_openapi(struct http_request *r, void *core);
void api_ca(struct http_request *r, void *core);

struct audit_by;
struct audit_entry;
struct change;
struct grant;
// A grant as a body describes it; false after the problem was answered.
bool api_read_grant(struct http_request *r, const struct json_doc *d, struct grant *ret);
// An entry of the audit trail for this request; NULL without memory.
struct audit_entry *api_entry(struct http_request *r);
// Who asks, for the audit trail; and the same for a change, with the operation.
void api_by(const struct http_request *r, struct audit_by *ret);
void api_author(const struct http_request *r, struct change *c);
// access_hook: which account or token the entry that comes now is about.
void api_heard(
	void *core,
	enum access_event what,
	const struct principal *who,
	const char *subject,
	const char *source
);
// http_config's `told`.
bool api_told(struct http_request *r, int status, void *core);

// What stands in the path, or NULL after the problem was answered.
struct device *api_device(struct http_request *r, const struct core *c);
struct destination *api_destination(struct http_request *r, const struct core *c);

struct act_result;
struct notice;
struct notify_wish;
struct json;
struct profile;
struct rule_fault;
struct rule_spec;
struct text;
// The notification in the path, or NULL after the problem was answered; and a wish about it,
// answered when it was written down.
const struct notice *api_notice(struct http_request *r, const struct core *c);
void api_decide(struct http_request *r, struct core *c, const struct notify_wish *w);
// The rule that the body describes, or false after the problem was answered.
bool api_read_rule(struct http_request *r, const struct core *c, struct rule_spec *ret);
// A rule that cannot be, with the field that is wrong.
void api_fault(struct http_request *r, enum problem p, const struct rule_fault *f);
#define API_ETAG 24
const char *api_etag(const struct profile *p, char ret[API_ETAG]);
// Asks first where the change can cut people off (query: confirm, confirm_within).
// Hands the change over and answers when it is done.
void api_submit(struct http_request *r, struct core *core, struct change *c);
// Its parts, for what takes several changes: the question, false after it was put; what went wrong;
// and the member that says until when it can be kept.
bool api_ask_first(struct http_request *r, struct core *core, struct change *c);
void api_trouble(struct http_request *r, const struct act_result *a);
void api_write_confirm(const struct change *c, struct json *j);
void api_write_force(const struct act_result *a, struct json *j);
void api_write_undo(const struct core *core, const struct change *c, struct json *j);
// Both false after the problem was answered.  The text (NULL: without the household's own) tried
// apart from what is in force; and whether what the person edited is what is there, where NULL
// stands for a profile that is new.
bool
api_try_profile(struct http_request *r, struct core *c, const char *name, const struct text *t);
bool api_is_the_version(
	struct http_request *r,
	const struct core *c,
	const struct profile *p,
	bool required
);

// The finished text; answers 500 when it failed.  Frees it.
void api_reply(struct http_request *r, int status, struct json *j);
