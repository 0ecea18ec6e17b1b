# SPDX-License-Identifier: BSD-3-Clause
"""The API's sentences in the language of who asks; what programs read is the same in each."""

import pytest

# What a browser may send, and the language it gets.
ASKED = [
    (None, "en"),
    ("nl", "nl"),
    ("de-AT,de;q=0.9,en;q=0.5", "de"),
    ("fr;q=0.9,de;q=0.5", "de"),
    ("\xff;;q=,,=", "en"),
    ("nl;q=0", "en"),
    ("x," * 2000 + "nl", "en"),
]


@pytest.fixture
def ask(make_home):
    gateway = make_home().gateway
    gateway.start_control(connected=False)

    def ask(method, path, accepted, body=None):
        return gateway.api.request(method, path, body, {} if accepted is None else {"Accept-Language": accepted})

    return ask


def test_problems_and_settings(ask):
    refused = {"en": ("Unknown device", "There is no device 'dev_zz'."), "nl": ("Onbekend apparaat", "Er is geen apparaat 'dev_zz'."),
               "de": ("Unbekanntes Gerät", "Es gibt kein Gerät 'dev_zz'.")}
    described = {"en": "how many may follow events at once", "nl": "hoeveel er tegelijk gebeurtenissen mogen volgen",
                 "de": "wie viele gleichzeitig Ereignisse verfolgen dürfen"}
    same = set()
    for accepted, language in ASKED:
        answer = ask("POST", "/devices/dev_zz:block", accepted)
        assert answer.status == 404 and answer.headers["Content-Language"] == language, (accepted, answer.headers)
        assert "accept-language" in answer.headers["Vary"].lower()
        assert (answer.json["title"], answer.json["detail"]) == refused[language], accepted
        same.add((answer.json["type"], answer.json["key"]))
        keys = {row["key"]: row for row in ask("GET", "/config?detailed=1", accepted).json["items"]}
        assert keys["events_max"]["description"] == described[language]
    assert same == {("/problems/unknown-device", "unknown_device")}
