// SPDX-License-Identifier: BSD-3-Clause
// What there is to notify people of: the one list from which the enum, the API's schema, its
// description (GET /api/v1/notifications/kinds) and the texts of every delivery follow.
//
// Shape:   a row: constant, key, severity, how sure we are, how many arguments say which one (so
//          that two lists are two notifications), the sentence, why one should care, and what to
//          do.  {0}, {1} … in the sentence are the arguments; of a notification about a
//          device {0} is the device's name.
// Threads: pure.
// Source:  ecosystem.md 4 (why, how sure, what to do); SPIN's messageKey and messageArgs.

#pragma once

#include "platform/wire_types.h"

#include <stdbool.h>
#include <stddef.h>

#define SEVERITIES(X)                                                                              \
	X(INFO, "info")                                                                            \
	X(WARNING, "warning")                                                                      \
	X(CRITICAL, "critical")

enum severity {
#define X(id, word) SEVERITY_##id,
	SEVERITIES(X)
#undef X
	SEVERITY_COUNT
};

#define CONFIDENCES(X)                                                                             \
	X(CERTAIN, "certain") /* measured */                                                       \
	X(LIKELY, "likely") /* what speaks for it outweighs the rest */                            \
	X(UNSURE, "unsure") /* a hint, to be looked at */

enum confidence {
#define X(id, word) CONFIDENCE_##id,
	CONFIDENCES(X)
#undef X
};

// clang-format off
// Of a home.
#define NOTIFY_HOME_KINDS(X) \
	X(NEW_DEVICE, "new_device", INFO, CERTAIN, 0, \
	  "{0} is new in the home.", \
	  "It may be a visitor's, something you just bought, or somebody who should not be here.", \
	  "Give it a name and a profile if you know it; block it if you do not.") \
	X(NEW_RANDOM, "new_device_random", INFO, UNSURE, 0, \
	  "{0} is new in the home, or a device you know that changed its address.", \
	  "Phones and laptops invent a new hardware address now and then, and look new each time.", \
	  "Join it with the device that it is, or give it a name; block it if you do not know it.") \
	X(PROFILE_SET, "profile_set", INFO, CERTAIN, 2, \
	  "{0} has the profile {1} now, by {2}.", \
	  "The profile decides what the device may talk to.", \
	  "Take it back with undo if that was not meant.") \
	X(PROFILE_FAILED, "profile_failed", WARNING, CERTAIN, 2, \
	  "{0} could not be given the profile {1}: {2}", \
	  "The device still has the profile that it had.", \
	  "See to what the sentence says, then give it the profile again.") \
	X(LEARNING_ENDED, "learning_ended", INFO, CERTAIN, 0, \
	  "{0} was watched long enough: {1} things that it needs were seen.", \
	  "What it needs can now be allowed, and all else be blocked.", \
	  "Read what was learned, leave out what looks wrong, and hold the device to it.") \
	X(SCANNING, "scanning", WARNING, LIKELY, 0, \
	  "{0} tries port {1} of many addresses, and none lets it in.", \
	  "A device that was taken over looks for others to take over in this way.", \
	  "Look whom it talks to; block it, or pull its plug, if you do not know why it does that.") \
	X(PROVIDER_BEGAN, "provider_access_started", WARNING, CERTAIN, 1, \
	  "{0} may look into this gateway until {1}.", \
	  "Somebody outside the home sees what you allowed, and acts where you allowed it.", \
	  "End the access with its button when the help is over, or if you did not allow it.") \
	X(PROVIDER_ENDED, "provider_access_ended", INFO, CERTAIN, 1, \
	  "{0} can no longer look into this gateway: {1}", \
	  "Nobody outside the home has access any more.", \
	  "What was done meanwhile stands in the audit trail, and can be undone there.") \
	X(PROVIDER_PROPOSED, "provider_proposal", INFO, CERTAIN, 3, \
	  "{0} proposes a {1}: {2}", \
	  "Nothing is done until you say so.", \
	  "Read what it wants to do, then accept it, decline it, or ask about it.") \
	X(INCIDENT_FOUND, "incident_found", WARNING, LIKELY, 4, \
	  "{0} took part in an attack on {2}, says {1}.", \
	  "A device that attacks others is often taken over; your connection may be cut for it.", \
	  "Look whom the device talks to; contain the incident or block the device.") \
	X(INCIDENT_ASKED, "incident_asked", WARNING, LIKELY, 4, \
	  "{0} took part in an attack on {2}, says {1}, who asks you to stop it.", \
	  "Nothing is done until you say so; a device that attacks others is often taken over.", \
	  "Contain the incident to keep the device from the target, or dismiss it.") \
	X(INCIDENT_CONTAINED, "incident_contained", WARNING, LIKELY, 4, \
	  "{0} took part in an attack on {2}, says {1}, and is kept from it now.", \
	  "A device that attacks others is often taken over.", \
	  "Look whom else it talks to; dismiss the incident if it is wrong, and it may again.") \
	X(PROVIDER_CAPTURED, "provider_capture", WARNING, CERTAIN, 2, \
	  "{0} is being recorded by {1}, from outside the home: headers only.", \
	  "Somebody outside the home reads whom it talks to and when, but not what is said.", \
	  "Stop or remove the capture if you did not expect it; end the access with its button.")

// Of the gateway itself.
#define NOTIFY_OWN_KINDS(X) \
	X(LIST_OLD, "list_old", WARNING, CERTAIN, 1, \
	  "The list {0} cannot be kept up to date: {1}.", \
	  "What was added to the list since is not blocked; what it held still is.", \
	  "Look at its address or file in spin.yaml, then refresh it.") \
	X(DISK_FULL, "disk_full", CRITICAL, CERTAIN, 0, \
	  "Nothing can be stored: {0}", \
	  "Forwarding and blocks go on, but what you change now would be lost and is refused.", \
	  "Free some space in the state directory; storing goes on by itself.") \
	X(DATAPLANE_LOST, "dataplane_lost", CRITICAL, CERTAIN, 0, \
	  "The dataplane is away: {0}", \
	  "Nothing is seen or counted until it is back, and new rules wait for it.", \
	  "Look at its journal: journalctl -u spin-dataplane. It is started again by itself.") \
	X(DATAPLANE_BACK, "dataplane_back", INFO, CERTAIN, 0, \
	  "The dataplane is back after {0}.", \
	  "Rules are in force and traffic is counted again.", \
	  "Nothing; if it happens often, look at journalctl -u spin-dataplane.") \
	X(EVENT_LOSS, "event_loss", WARNING, CERTAIN, 0, \
	  "{0} reports of the dataplane were lost so far.", \
	  "Every frame is counted and judged, but some conversations may be shown late.", \
	  "Nothing, if it is rare; else give the gateway a faster processor or fewer workers.") \
	X(CONFIG_WRONG, "config_wrong", WARNING, CERTAIN, 0, \
	  "The configuration is wrong: {0}", \
	  "It was not taken; what was in force before still is.", \
	  "Correct the place that is named, then reload.") \
	X(CLIENT_SAYS, "client_message", INFO, UNSURE, 2, \
	  "{0} says: {1}", \
	  "A program that you let in left this message; it is in its own words.", \
	  "Read it, and do what you think is right: nothing was done by itself.") \
	X(TEST, "test", INFO, CERTAIN, 1, \
	  "This is a test of the delivery {0}.", \
	  "Notifications reach you this way.", \
	  "Nothing.")

// What the dataplane warns of; the argument is its own sentence, which says what to do.
#define NOTIFY_ALERT_KINDS(X) \
	X(OVERSIZE_OFFLOAD, "oversize_offload", WARNING, CERTAIN, 0, \
	  "{0}", \
	  "Frames are cut before they reach the gateway, so connections stall.", \
	  "Run the ethtool line of the sentence, and put it into the network's setup.") \
	X(FLOW_TABLE_FULL, "flow_table_full", WARNING, CERTAIN, 0, \
	  "{0}", \
	  "Conversations beyond the table are forwarded and judged, but slower and not listed.", \
	  "See who begins so many; raise the size of the table if that is how your home is.") \
	X(DEVICE_TABLE_FULL, "device_table_full", WARNING, CERTAIN, 0, \
	  "{0}", \
	  "Devices beyond the table are not shown and get the profile of a new device.", \
	  "See who invents so many addresses.") \
	X(POLICY_REJECTED, "policy_rejected", CRITICAL, CERTAIN, 0, \
	  "{0}", \
	  "The rules that you made last are not in force; those from before are.", \
	  "Take the last change back, and report this: it is a fault of the gateway.") \
	X(VLAN_REWRITTEN, "vlan_rewritten", WARNING, CERTAIN, 0, \
	  "{0}", \
	  "Networks that use two tags do not work over this port.", \
	  "Use another driver for the port, as the sentence says.") \
	X(PORTS_SWAPPED, "ports_swapped", CRITICAL, LIKELY, 0, \
	  "{0}", \
	  "The Internet's hosts are taken for devices of the home, and rules apply the wrong way.", \
	  "Swap the two cables, or lan and wan in the configuration.") \
	X(OUTSIDE_ROUTER, "outside_router", WARNING, LIKELY, 0, \
	  "{0}", \
	  "Behind the router all devices look like one, so none can be told from another.", \
	  "Put the gateway between the router and the home's devices.") \
	X(DNS_REFUSED, "dns_refused", WARNING, LIKELY, 0, \
	  "{0}", \
	  "Somebody may try to give an address another's name.", \
	  "See which device asks, and which server answers.")
// clang-format on

#define NOTIFY_KINDS(X)                                                                            \
	NOTIFY_HOME_KINDS(X)                                                                       \
	NOTIFY_OWN_KINDS(X)                                                                        \
	NOTIFY_ALERT_KINDS(X)

enum notify_kind {
#define X(id, ...) NOTIFY_##id,
	NOTIFY_KINDS(X)
#undef X
	NOTIFY_KIND_COUNT
};

struct notify_kind_row {
	const char *key;
	enum severity severity;
	enum confidence confidence;
	unsigned int by; // so many arguments say which one
	const char *sentence;
	const char *why;
	const char *advice;
};

const struct notify_kind_row *notify_kind_row(enum notify_kind k);
bool notify_kind_parse(const char *key, enum notify_kind *ret);
enum notify_kind notify_kind_of_alert(enum alert a);
const char *severity_word(enum severity s);
bool severity_parse(const char *word, enum severity *ret);
const char *confidence_word(enum confidence c);

// The sentence with its arguments; cut where there is no room.
#define NOTIFY_TEXT 1024
const char *
notify_sentence(const char *sentence, const char *const *args, size_t count, char ret[NOTIFY_TEXT]);
