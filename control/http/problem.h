// SPDX-License-Identifier: BSD-3-Clause
// Every error the API can answer, one row each: status, stable key and title.
//
// Shape:   the key is what programs compare, the title what RFC 9457 calls one; the type of the
//          problem document is "/problems/" and the key with '-' for '_'.
// Source:  RFC 9457; openapi.yaml lists the keys from here.

#pragma once

#define PROBLEMS(X)                                                                                \
	X(BAD_REQUEST, 400, "bad_request", "The request cannot be understood")                     \
	X(BAD_JSON, 400, "bad_json", "The body is not JSON")                                       \
	X(BAD_BODY, 400, "bad_body", "The body is not what this request takes")                    \
	X(UNKNOWN_FIELD, 400, "unknown_field", "The body has an unknown field")                    \
	X(BAD_VALUE, 400, "bad_value", "A value is out of range")                                  \
	X(BAD_RULE, 400, "bad_rule", "The rule cannot be as it is")                                \
	X(BAD_PROFILE, 400, "bad_profile", "The profile cannot be as it is")                       \
	X(BAD_MUD, 400, "bad_mud", "The MUD file cannot be taken")                                 \
	X(BAD_BACKUP, 400, "bad_backup", "The backup cannot be used")                              \
	X(BAD_CONFIG, 400, "bad_config", "The configuration cannot be so")                         \
	X(BAD_INCIDENT, 400, "bad_incident", "The report cannot be understood")                    \
	X(BAD_FILTER, 400, "bad_filter", "The capture filter cannot be used")                      \
	X(UNKNOWN_PARAMETER, 400, "unknown_parameter", "The address has an unknown parameter")     \
	X(LOGIN_NEEDED, 401, "login_needed", "Log in first")                                       \
	X(SETUP_REQUIRED, 401, "setup_required", "There is no account yet")                        \
	X(LOGIN_FAILED, 401, "login_failed", "That lets nobody in")                                \
	X(CODE_NEEDED, 401, "code_needed", "A code is needed as well")                             \
	X(BAD_TOKEN, 401, "bad_token", "The token does not hold")                                  \
	X(CSRF_NEEDED, 403, "csrf_needed", "The session's own header is missing")                  \
	X(PASSWORD_NEEDED, 403, "password_needed", "Your password is needed again")                \
	X(NO_CONSENT, 403, "no_consent", "The household has not consented")                        \
	X(NOT_GRANTED, 403, "not_granted", "The household did not allow that")                     \
	X(DENIED, 403, "denied", "Not allowed")                                                    \
	X(FOREIGN_ORIGIN, 403, "foreign_origin", "The request comes from another web site")        \
	X(NOT_FOUND, 404, "not_found", "Not found")                                                \
	X(UNKNOWN_DEVICE, 404, "unknown_device", "Unknown device")                                 \
	X(UNKNOWN_DESTINATION, 404, "unknown_destination", "Unknown destination")                  \
	X(UNKNOWN_RULE, 404, "unknown_rule", "Unknown rule")                                       \
	X(UNKNOWN_PROFILE, 404, "unknown_profile", "Unknown profile")                              \
	X(UNKNOWN_LIST, 404, "unknown_list", "Unknown list")                                       \
	X(UNKNOWN_CHANGE, 404, "unknown_change", "Unknown change")                                 \
	X(UNKNOWN_PROPOSAL, 404, "unknown_proposal", "Unknown proposal")                           \
	X(UNKNOWN_HELP, 404, "unknown_help", "Unknown help")                                       \
	X(UNKNOWN_ENTRY, 404, "unknown_entry", "Unknown entry of the audit trail")                 \
	X(UNKNOWN_CAPTURE, 404, "unknown_capture", "Unknown capture")                              \
	X(UNKNOWN_FLOW, 404, "unknown_flow", "Unknown flow")                                       \
	X(UNKNOWN_NOTIFICATION, 404, "unknown_notification", "Unknown notification")               \
	X(UNKNOWN_ANALYSIS, 404, "unknown_analysis", "Unknown analysis")                           \
	X(UNKNOWN_INTEGRATION, 404, "unknown_integration", "Unknown integration")                  \
	X(UNKNOWN_INCIDENT, 404, "unknown_incident", "Unknown incident")                           \
	X(UNKNOWN_DELIVERY, 404, "unknown_delivery", "Unknown delivery")                           \
	X(UNKNOWN_MUTE, 404, "unknown_mute", "Unknown mute")                                       \
	X(UNKNOWN_USER, 404, "unknown_user", "Unknown account")                                    \
	X(UNKNOWN_TOKEN, 404, "unknown_token", "Unknown token")                                    \
	X(UNKNOWN_SESSION, 404, "unknown_session", "Unknown session")                              \
	X(UNKNOWN_ACTION, 404, "unknown_action", "Unknown action")                                 \
	X(METHOD_NOT_ALLOWED, 405, "method_not_allowed", "Method not allowed")                     \
	X(NAME_CONFLICT, 409, "name_conflict", "The name is taken")                                \
	X(JOIN_CONFLICT, 409, "join_conflict", "They cannot be one device")                        \
	X(NEVER_RULED, 409, "never_ruled", "No rule applies there")                                \
	X(NO_MUD_URL, 409, "no_mud_url", "No MUD URL is known")                                    \
	X(BAD_SIGNATURE, 409, "bad_signature", "The signature is not valid")                       \
	X(INTEGRATION_OFF, 409, "integration_off", "The integration is off")                       \
	X(NOTHING_TO_TEST, 409, "nothing_to_test", "There is nothing to test")                     \
	X(ALREADY_SET_UP, 409, "already_set_up", "There is an account already")                    \
	X(LAST_ADMIN, 409, "last_admin", "The last admin cannot go")                               \
	X(TOO_MANY_ACCOUNTS, 409, "too_many_accounts", "There are too many")                       \
	X(CODES_ON, 409, "codes_on", "Codes are on already")                                       \
	X(NO_CODES, 409, "no_codes", "No codes were asked for")                                    \
	X(NEEDS_CONFIRMATION, 409, "needs_confirmation", "This can cut people off")                \
	X(NOTHING_TO_CONFIRM, 409, "nothing_to_confirm", "Nothing waits for a word")               \
	X(NOTHING_TO_UNDO, 409, "nothing_to_undo", "Nothing to undo")                              \
	X(NOTHING_LEARNED, 409, "nothing_learned", "Nothing was learned")                          \
	X(NOTHING_TO_BLOCK, 409, "nothing_to_block", "Nothing to block")                           \
	X(TOO_MANY_ANALYSES, 409, "too_many_analyses", "Too many analyses")                        \
	X(ANALYSIS_NOT_READY, 409, "analysis_not_ready", "The analysis is not ready")              \
	X(WRONG_PART, 409, "wrong_part", "Another part is next")                                   \
	X(TOO_MANY_MUTES, 409, "too_many_mutes", "Too many mutes")                                 \
	X(PROFILE_IN_USE, 409, "profile_in_use", "The profile is in use")                          \
	X(SET_ELSEWHERE, 409, "set_elsewhere", "It is set elsewhere")                              \
	X(FILES_WRONG, 409, "files_wrong", "A file cannot be read")                                \
	X(TOO_MANY_INCIDENTS, 409, "too_many_incidents", "Too many incidents wait")                \
	X(TOO_MANY_PROPOSALS, 409, "too_many_proposals", "Too many proposals wait")                \
	X(TOO_MANY_HELPS, 409, "too_many_helps", "Too many helpdesks")                             \
	X(DECIDED_ALREADY, 409, "decided_already", "It was decided already")                       \
	X(HEADERS_ONLY, 409, "headers_only", "The capture holds headers only")                     \
	X(TOO_MANY_RULES, 409, "too_many_rules", "Too many rules")                                 \
	X(HISTORY_OFF, 409, "history_off", "No history is kept")                                   \
	X(CAPTURE_ENDED, 409, "capture_ended", "The capture has ended")                            \
	X(TOO_MANY_CAPTURES, 409, "too_many_captures", "Too many captures run")                    \
	X(NOT_RECORDED, 409, "not_recorded", "Nothing is recorded")                                \
	X(EDITED_MEANWHILE, 412, "edited_meanwhile", "Somebody else edited it meanwhile")          \
	X(ADDRESS_TOO_LONG, 414, "address_too_long", "The address is too long")                    \
	X(STILL_AT_WORK, 409, "still_at_work", "The first of these requests is not done yet")      \
	X(KEY_REUSED, 422, "key_reused", "The Idempotency-Key was used for something else")        \
	X(BODY_TOO_LARGE, 413, "body_too_large", "The body is too large")                          \
	X(UNSUPPORTED_MEDIA_TYPE, 415, "unsupported_media_type", "Unsupported media type")         \
	X(WRONG_HOST, 421, "wrong_host", "The request was meant for another host")                 \
	X(IF_MATCH_REQUIRED, 428, "if_match_required", "Say which version you edited")             \
	X(TOO_MANY_REQUESTS, 429, "too_many_requests", "Too many requests")                        \
	X(TOO_MANY_OF_YOURS, 429, "too_many_of_yours", "You have too many open")                   \
	X(HEAD_TOO_LARGE, 431, "head_too_large", "The headers are too large")                      \
	X(TOO_MANY_ATTEMPTS, 429, "too_many_attempts", "Too many wrong attempts")                  \
	X(INTERNAL, 500, "internal", "Internal error")                                             \
	X(STORAGE_FAILED, 500, "storage_failed", "The storage failed")                             \
	X(INTEGRATION_FAILED, 502, "integration_failed", "The integration failed")                 \
	X(DELIVERY_FAILED, 502, "delivery_failed", "The delivery failed")                          \
	X(DATAPLANE_REFUSED, 502, "dataplane_refused", "The dataplane refused")                    \
	X(MUD_UNREACHED, 502, "mud_unreached", "The maker's server did not give the file")         \
	X(TOO_MANY_STREAMS, 503, "too_many_streams", "Too many event streams")                     \
	X(DATAPLANE_AWAY, 503, "dataplane_away", "The dataplane is away")                          \
	X(BUSY, 503, "busy", "Busy")                                                               \
	X(STORAGE_FULL, 507, "storage_full", "The storage is full")

enum problem {
#define X(name, status, key, title) PROBLEM_##name,
	PROBLEMS(X)
#undef X
	PROBLEM_COUNT
};

int problem_status(enum problem p);
const char *problem_key(enum problem p);
const char *problem_title(enum problem p);
