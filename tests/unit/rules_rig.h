// SPDX-License-Identifier: BSD-3-Clause
// Rules and packets in words: what goes through the real compiler and the real stages.
//
// Shape:   rules, one after another, parted by ';':
//            VERB SUBJECT OBJECT [SERVICE] [out|in]
//              VERB     block allow (a person's own), pause, free (containment: stops, lets pass),
//                       p-block p-allow (of a profile), l-block (of a list), limit: with up=N,
//                       down=N (bytes a second, and as many at once) and flows=N behind
//              SUBJECT  * (everyone), a device, p1 (a profile), a@a2 (a where it has a2's address)
//              OBJECT   any, node:NAME, node:PARTY, addr:PARTY, net:PARTY/LENGTH, domain:NAME,
//                       suffix:NAME, list:BIT, country:BIT, local, gateway
//              SERVICE  tcp, tcp/443, udp/1000-2000, icmp
//            DEVICE in p1        its profile: p0 lets pass what no rule names, p1 blocks it
//            default p1          that of devices without a row
//            home PARTY/LENGTH   a prefix of the home, for `local`
//            known DEVICE PARTY OBJECT   what control knows of the time before a restart
//          steps, one after another, parted by ';':
//            X>Y PROTO [PORT] [FLAGS...]  X sends to Y's port; tcp: syn unless said otherwise
//            X<Y PROTO [PORT] [FLAGS...]  Y sends from its port back to X; tcp: synack
//            X!Y PROTO [PORT] [FLAGS...]  Y sends to X that X>Y did not arrive
//              PROTO    tcp udp icmp other (protocol 47), raw (not IP)
//              FLAGS    syn ack synack data; #N (another client port); first later (fragments)
//            X?NAME=Y, X?NAME/ALIAS=Y     X resolves NAME to Y's address
//            wait SECONDS, start (the dataplane has just started)
//          Parties: a c (devices on the LAN), a2 (behind a: its MAC, its own address), host (the
//          gateway), far other cdn bad nl named (the Internet, behind a router), router (itself, at
//          a home address), group (multicast), all (broadcast).
//          Lists: 0 blocks listed.example and bad, 1 has named.example and named, 2 has nl.

#pragma once

#include "tests/unit/bridge.h"

#include <stdbool.h>

struct rules_rig {
	struct bridge b;
	unsigned int family; // 4 or 6, of every packet
};

// Without rules; what is known is where everybody is.
void rules_rig_open(struct rules_rig *r, unsigned int family);
void rules_rig_close(struct rules_rig *r);

void rules_rig_set(struct rules_rig *r, const char *rules);
// Returns why the last frame ended.
enum reason rules_rig_run(struct rules_rig *r, const char *steps);
