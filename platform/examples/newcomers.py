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


def main(url):
    gateway = Spin(url, os.environ["SPIN_TOKEN"])
    print(f"who is new at {url} gets the profile {PROFILE}", flush=True)
    for event, data in gateway.events("notification"):
        if event != "notification":
            continue
        for told in data["items"]:
            device = told["device"]
            if not told["message_key"].startswith("new_device") or told["outcome"] != "open" or not device:
                continue
            try:
                if gateway.ask("GET", f"/devices/{device}")["profile"] != PROFILE:
                    answer = gateway.ask("PATCH", f"/devices/{device}", {"profile": PROFILE})
                    print(f"{told['text']} It is a guest now (generation {answer['generation']}).", flush=True)
            except Refused as no:
                print(f"{device}: {no}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:13026")
