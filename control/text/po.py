# SPDX-License-Identifier: BSD-3-Clause
"""gettext's .po files, as far as this project uses them: read, written, and held to agree with the English.

Only Python's own library, because the build stands on it; plurals and contexts are not used."""

import ast
import re

CONVERSION = re.compile(r"%(?:(\d+)\$)?([-+ #0']*)(\*|\d+)?(?:\.(\*|\d+))?(hh|h|ll|l|z|j|t|L)?([diouxXeEfFgGcsp%])|\{(\d)\}")


class Wrong(Exception):
    pass


def read(path):
    """The translations by their English, in the file's order; "" where there is none yet. The head is left out."""
    found = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        text, into = {"msgid": "", "msgstr": ""}, None
        lines = [line for line in block.split("\n") if line and not line.startswith("#")]
        for line in lines:
            keyword, _, rest = line.partition(" ")
            if not line.startswith('"'):
                into, line = keyword, rest
            if into not in text or not re.fullmatch(r'"(?:[^"\\]|\\[\\"nt])*"', line):
                raise Wrong(f"{path}: neither msgid, msgstr nor their text: {line}")
            text[into] += ast.literal_eval(line)
        if text["msgid"] in found:
            raise Wrong(f"{path}: given twice: {text['msgid']!r}")
        if lines:
            found[text["msgid"]] = "" if re.search("^#,.*fuzzy", block, re.M) else text["msgstr"]
    found.pop("", None)
    return found


def arguments(text):
    """What a format takes, by the number of the argument; {0} stands beside them."""
    taken, turn, places = {}, 0, set()
    for number, _flags, width, precision, size, letter, brace in (m.groups() for m in CONVERSION.finditer(text)):
        if brace:
            places.add(brace)
            continue
        if letter == "%":
            continue
        for star in (width, precision):
            if star == "*":
                turn += 1
                taken[turn] = "*"
        turn += not number
        taken[int(number) if number else turn] = (size or "") + ("d" if letter == "i" else letter)
    if "$" in text and re.search(r"%\d+\$", text) and re.search(r"%[-+ #0']*(\*|\.\*)", text):
        raise Wrong(f"numbered arguments and * in one: {text!r}")
    return taken, places


def check(path, english, said):
    """Raises what would make printf read arguments that are not there."""
    if arguments(english) != arguments(said):
        raise Wrong(f"{path}: the arguments differ: {english!r} and {said!r}")
    if re.search(r"%\d+\$", said) and re.search(r"%(?!\d+\$|%)[-.+ #0']*\w", said):
        raise Wrong(f"{path}: number all arguments or none: {said!r}")
    for edge in (0, -1):
        if (english[edge] == " ") != (said[edge] == " ") or (english[edge] == "\n") != (said[edge] == "\n"):
            raise Wrong(f"{path}: spaces at the ends differ: {english!r} and {said!r}")


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def entry(keyword, text, width=100):
    """One line, or an empty one and the text in lines that end at a space."""
    if len(keyword) + len(text) + 3 <= width:
        return f"{keyword} {quoted(text)}\n"
    lines = re.findall(rf".{{1,{width - 3}}}(?: |$)|\S+", text, re.S)
    assert "".join(lines) == text, text
    return f'{keyword} ""\n' + "".join(quoted(line) + "\n" for line in lines)
