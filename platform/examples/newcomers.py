#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A program of your own: who is new in the home gets the profile of guests, until somebody says otherwise.

Events come in, a change goes out; the household sees both, and can undo it. Usage:

    SPIN_TOKEN=spin_… newcomers.py [http://127.0.0.1:13026]

The token is one of the role user: `spinctl tokens add newcomers --role user`.
"""

import os
import sys

from spin import Refused, Spin

PROFILE = "guest"


def is_newcomer(told):
    return told["message_key"].startswith("new_device") and told["outcome"] == "open" and told["device"]


def listed(gateway):
    return filter(is_newcomer, gateway.ask("GET", "/notifications?outcome=open")["items"])


def welcome(gateway, told):
    device = told["device"]
    if gateway.ask("GET", f"/devices/{device}")["profile"] != PROFILE:
        answer = gateway.ask("PATCH", f"/devices/{device}", {"profile": PROFILE})
        print(f"{told['text']} It is a guest now (generation {answer['generation']}).", flush=True)


def main(url):
    gateway = Spin(url, os.environ["SPIN_TOKEN"])
    known = {told["id"] for told in listed(gateway) if told["read"]}  # somebody saw to them before we came
    print(f"who is new at {url} gets the profile {PROFILE}", flush=True)
    for event, data in gateway.events("notification"):
        try:
            # A snapshot is where the stream begins, also after a break: what was said before stands in the list.
            for told in filter(is_newcomer, data["items"]) if event == "notification" else listed(gateway):
                if told["id"] in known:
                    continue
                welcome(gateway, told)
                known.add(told["id"])  # a person may decide otherwise now; read, so that we remember when we begin anew
                gateway.ask("PATCH", f"/notifications/{told['id']}", {"read": True})
        except (Refused, OSError) as no:
            print(no, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:13026")
