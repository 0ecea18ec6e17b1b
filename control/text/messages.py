# SPDX-License-Identifier: BSD-3-Clause
"""Which sentences the sources have, and whether each .po has them all: messages.py BUILD [--update].

The sources are read behind the preprocessor, as the compiler of BUILD calls it, so that tables and joined strings
count as they are. --update writes the .po files anew: new sentences with an empty msgstr, stale ones left out."""

import json
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Functions that say their argument of this place in the language of the request; N_ marks what is said later.
SAYS = {
    "text_say": (0,),
    "N_": (0,),
    "http_problem": (2, 3),
    "http_problem_at": (3, 4),
    "rule_fault": (2, 3),
    "yaml_tree_fault": (4,),
    "fault_at_extends": (2,),
    "mud_fault": (1,),
    "mud_note": (1,),
    "call_refuse": (2, 3),
    # Kept as they are, and said when they are shown.
    "disconnect": (1,),
    "dplink_reset": (1,),
    "link_fail": (1,),
    "talk_test_ends": (1,),
    "give_up": (1,),
    "witness": (2,),
    "evidence": (1,),
    # A name that other files have for something else.
    "shape.c:refuse": (1,),
    "api_proposals.c:bad": (2, 3),
    "json_fields.c:refuse": (3,),
    "json_check.c:fail": (1,),
    "yaml_tree.c:fault_at": (2,),
    "filter.c:fault": (1, 2),
    "filter_words.c:fault": (2, 3),
    "read.c:refuse": (1,),
}
# Members of a table's rows that are said when they are shown; single words are for programs.
ROWS = ("help", "allowed")
SPEAKS = re.compile(rf"\b(_|{'|'.join(name.split(':')[-1] for name in SAYS)})\(|\.({'|'.join(ROWS)}) =")
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|\w+|[^\s\w]')
LINE = re.compile(r'# \d+ "([^"]*)"')


def preprocessed(command):
    words = shlex.split(command["command"])
    keep, skip = [], False
    for word in words:
        if skip or word in ("-c", "-MD", "-g") or word.startswith("-O"):
            skip = False
        elif word in ("-o", "-MQ", "-MF"):
            skip = True
        else:
            keep.append(word)
    if keep[0].endswith("ccache"):
        keep.pop(0)
    done = subprocess.run([*keep, "-E", "-DTEXT_MARKS"], cwd=command["directory"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def tokens(text, directory):
    """Those of this project's own lines."""
    own = False
    for line in text.split("\n"):
        if place := LINE.match(line):
            own = "/control/" in str((directory / place.group(1)).resolve())
        elif own and not line.startswith("#"):
            yield from TOKEN.findall(line)


def literals(argument):
    """Each run of string literals is one string."""
    run = []
    for token in [*argument, ""]:
        if token.startswith('"'):
            run.append(unquoted(token))
        elif run:
            yield "".join(run)
            run = []


def unquoted(token):
    return token[1:-1].replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\\\", "\\")


def is_sentence(text):
    return re.search(r"[A-Za-z]{2}", po.CONVERSION.sub("", text)) is not None


def sentences(stream, file):
    """Of each call of SAYS, the literals in its arguments that are said."""
    says = {name.removeprefix(f"{file}:"): places for name, places in SAYS.items()}
    calls = []  # [name, depth, argument, tokens of it]
    depth, before, row = 0, "", None
    for token in stream:
        if row is not None:
            row.append(token)
            if token in ",}":
                yield from (text for text in literals(row) if " " in text)
                row = None
        elif token == "=" and before in ROWS:
            row = []
        for call in calls:
            call[3].append(token)
        if token == "(":
            depth += 1
            if before in says:
                calls.append([before, depth, 0, []])
        elif token in ")," and calls and calls[-1][1] == depth:
            name, _, number, argument = calls[-1]
            if number in says[name]:
                yield from literals(argument[:-1])
            calls[-1][2:] = [number + 1, []]
        if token == ")":
            if calls and calls[-1][1] == depth:
                calls.pop()
            depth -= 1
        before = token


def found_in(command):
    directory = Path(command["directory"])
    if not SPEAKS.search((directory / command["file"]).read_text()):
        return []
    stream = tokens(preprocessed(command), directory)
    return [text for text in sentences(stream, Path(command["file"]).name) if is_sentence(text)]


def all_sentences(build):
    """The source of each, in the order of the sources."""
    commands = {}
    for command in json.loads((build / "compile_commands.json").read_text()):
        path = (Path(command["directory"]) / command["file"]).resolve()
        if (ROOT / "control") in path.parents:
            commands.setdefault(path.relative_to(ROOT), command)
    found = {}
    with ThreadPoolExecutor(4) as pool:
        for path, texts in zip(sorted(commands), pool.map(found_in, (commands[p] for p in sorted(commands))), strict=True):
            for text in texts:
                found.setdefault(text, []).append(path)
    for path in sorted((ROOT / "control/kinds").glob("*.yaml")):
        for text in re.findall(r"^ *says: '(.*)'$", path.read_text(encoding="utf-8"), re.M):
            found.setdefault(text.replace("''", "'"), []).append(path.relative_to(ROOT))
    return found


def write(path, found, known):
    head = path.read_text(encoding="utf-8").split("\n\n")[0].strip() + "\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for text, places in found.items():
            kind = "#, c-format\n" if "%" in text else ""
            file.write(f"\n#: {places[0]}\n{kind}{po.entry('msgid', text)}{po.entry('msgstr', known.get(text, ''))}")


def main(build, update):
    found = all_sentences(build)
    wrong = 0
    for path in sorted(HERE.glob("*.po")):
        known = po.read(path)
        if update:
            write(path, found, known)
            known = po.read(path)
        for text in found:
            if not known.get(text):
                print(f"{path.name}: no translation of {text!r}, said in {found[text][0]}")
                wrong += 1
        for text in known:
            if text not in found:
                print(f"{path.name}: nobody says {text!r} any more")
                wrong += 1
    print(f"{len(found)} sentences, {wrong} wrong")
    return wrong > 0


sys.exit(main(Path(sys.argv[1]), "--update" in sys.argv[2:]))
