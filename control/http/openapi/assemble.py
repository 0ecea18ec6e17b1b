# SPDX-License-Identifier: BSD-3-Clause
"""openapi.yaml from its parts, one per area: assemble.py PROBLEM_H KIND_H HEAD PART… > openapi.yaml

Each part has `paths:` and `components:` as the whole has them; their lines are put together section by
section in the order given, so that comments stay, and an anchor of one part can be used in a later one.
`{{problem_keys}}` stands for the keys that control/http/problem.h lists, `{{notification_keys}}` for those of
control/notify/kind.h.
"""
import re
import sys

SECTIONS = ("parameters", "requestBodies", "responses", "schemas")


def sections(path):
    """The lines of a part under `paths` and under each section of `components`."""
    found, where = {}, None
    for n, line in enumerate(open(path).read().splitlines(), 1):
        top = re.fullmatch(r"(paths|components):", line)
        second = re.fullmatch(r"  (\w+):", line) if where != "paths" else None
        if top:
            where = top[1]
        elif second:
            where = second[1]
        elif line.strip():
            found.setdefault(where, []).append(line)
        if where not in ("paths", "components", *SECTIONS):
            sys.exit(f"{path}:{n}: expected paths, or components with {', '.join(SECTIONS)}")
    return found


def main(problem_h, kind_h, head, *parts):
    keys = re.findall(r'^\s*X\([A-Z_]+, \d+, "(\w+)"', open(problem_h).read(), re.M)
    notices = re.findall(r'^\s*X\([A-Z_]+, "(\w+)", [A-Z]+, [A-Z]+, \d, \\$', open(kind_h).read(), re.M)
    read = [sections(part) for part in parts]
    out = [open(head).read(), "paths:"]
    out += [line for part in read for line in part.get("paths", [])]
    out += ["", "components:"]
    for section in SECTIONS:
        out.append(f"  {section}:")
        out += [line for part in read for line in part.get(section, [])]
    whole = "\n".join(out).replace("{{problem_keys}}", ", ".join(keys))
    print(whole.replace("{{notification_keys}}", ", ".join(notices)))


main(*sys.argv[1:])
