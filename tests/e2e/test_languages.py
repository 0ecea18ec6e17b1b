# SPDX-License-Identifier: BSD-3-Clause
"""The API's sentences in the language of who asks; what programs read is the same in each."""

import json

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


def test_what_is_said_to_one_is_not_written_for_all(ask):
    rule = {"action": "block", "subject": {"everyone": True}, "object": {"domain": "ads.example"}, "service": {"name": "https"}}
    made = ask("POST", "/rules", "nl", rule)
    assert made.json["rule"]["sentence"] == "ads.example is voor iedereen geblokkeerd via https", made.body
    assert [r["sentence"] for r in ask("GET", "/rules", "de").json["items"]] == ["ads.example ist für alle gesperrt über https"]
    trail = ask("GET", "/audit", "nl").body.decode()
    assert "ads.example is blocked for everyone over https" in trail and "geblokkeerd" not in trail
    wrong = ask("POST", "/rules", "nl", {**rule, "object": {"domain": "two words"}}).json
    assert wrong["errors"] == [{"pointer": "/object/domain", "detail": "object/domain: 'two words' is geen domeinnaam."}]
    assert wrong["hint"] == "Schrijf het als ads.example.org."
    unread = ask("POST", "/profiles", "de", {"name": 1})
    assert unread.status in (400, 404, 405) and unread.headers["Content-Language"] == "de"


def test_a_profile_speaks_and_its_errors_name_their_place(ask):
    text = "description: 'x'\ndefault: block\nrules:\n  - allow: {local: true}\n"
    assert ask("PUT", "/profiles/mine", "nl", {"yaml": text}).status in (200, 201, 202)
    assert [r["sentence"] for r in ask("GET", "/profiles/mine", "nl").json["rules"]] == [
        "Elk apparaat met profiel mine mag het eigen netwerk van het huis bereiken"]
    wrong = ask("PUT", "/profiles/other", "nl", {"yaml": "default: perhaps\n"}).json
    assert wrong["detail"].endswith("1:10: 'perhaps' is geen oordeel: schrijf 'allow' of 'block'."), wrong


def test_the_banner_in_the_languages_it_has(make_home, tmp_path):
    gateway = make_home().gateway
    words = {"title": "Hello", "text": "All", "try": ["One"]}
    (tmp_path / "spin.yaml").write_text(json.dumps({"banner": {**words, "nl": {"title": "Hallo", "text": "Alles", "try": ["Een"]}}}))
    gateway.start_control("--config", tmp_path / "spin.yaml", connected=False)
    said = lambda language: gateway.api.request("GET", "/health", headers={"Accept-Language": language}).json["banner"]
    assert said("nl") == {"title": "Hallo", "text": "Alles", "try": ["Een"]}
    assert said("de") == said("en") == words
    kept = gateway.api.get("/config?detailed=1")["items"]
    assert next(row["value"] for row in kept if row["key"] == "banner")["nl"]["title"] == "Hallo"


def test_what_is_kept_in_english_is_said_when_it_is_shown(ask):
    away = {"en": "The dataplane is not running: start spin-dataplane.", "nl": "De dataplane draait niet: start spin-dataplane.",
            "de": "Die Dataplane läuft nicht: Starten Sie spin-dataplane."}
    for language, sentence in away.items():
        assert ask("GET", "/health", language).json["dataplane"]["message"] == sentence
    kinds = {kind["message_key"]: kind for kind in ask("GET", "/notifications/kinds", "de").json["items"]}
    assert kinds["new_device"]["message"] == "{0} ist neu im Haus."


def test_what_other_threads_list_and_what_adapters_are_called(ask):
    kept = [row["what"] for row in ask("GET", "/privacy/inventory", "de").json["items"]]
    english = [row["what"] for row in ask("GET", "/privacy/inventory", "en").json["items"]]
    # A file that is known by its name alone is called so in every language.
    assert len(english) > 20 and not [what for what in set(kept) & set(english) if " " in what]
    titles = {row["name"]: row["title"] for row in ask("GET", "/integrations", "nl").json["items"]}
    assert titles["mqtt"] == "MQTT en Home Assistant" and titles["ipfix"] == "IPFIX"
