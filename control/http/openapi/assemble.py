# SPDX-License-Identifier: BSD-3-Clause
"""openapi.yaml from its parts, one per area: assemble.py PROBLEM_H KIND_H VERSION_C HEAD PART… > openapi.yaml

Each part has `paths:` and `components:` as the whole has them; their lines are put together section by
section in the order given, so that comments stay, and an anchor of one part can be used in a later one.
Every answer takes `fields`, every list `format` and CSV, and `sort` where there is a line `x-sort: [name, …]`:
these are added here (shapes.py), so that no operation can lack them.
So are the statuses of errors (statuses.py): those that follow from the operation's shape, and those of the
keys in its line `x-problems: [key, …]`. `{{problem_keys}}` stands for the keys that control/http/problem.h lists, `{{notification_keys}}` for those of
control/notify/kind.h.
"""
import re
import sys

import shapes
import statuses

SECTIONS = ("securitySchemes", "parameters", "requestBodies", "responses", "schemas")


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


def with_shapes(lines, versioned):
    """The whole again, with the parameters and types that follow from what an answer consists of."""
    start, end = lines.index("paths:") + 1, lines.index("components:")
    known = shapes.schemas(lines[lines.index("  schemas:") + 1 :])
    found = {row[0]: row[1:] for row in shapes.operations(lines[start:end], known)}
    lists = {name for name in known if shapes.item_of(known, name)}
    out, more, path, method = [], [], None, None

    def place(line):
        """The parameters go into what is there, or before the answers."""
        inline = re.fullmatch(r"      parameters: \[(.*)\]", line)
        if line == "      parameters:":
            out.extend([line, *(f"        - {ref}" for ref in more)])
        elif inline:
            out.append(f"      parameters: [{', '.join([inline[1], *more])}]")
        else:
            out.extend([f"      parameters: [{', '.join(more)}]", line])
        more.clear()

    for n, line in enumerate(lines):
        address = re.fullmatch(r"  (/\S+):", line)
        verb = re.fullmatch(r"    (get|put|post|patch|delete):", line)
        path, method = address[1] if address else path, verb[1] if verb else method
        if start <= n < end and line.startswith("      operationId: "):
            if method == "post" and re.search(r"/\w+s$", path):
                more.append("{$ref: '#/components/parameters/idempotency_key'}")
            if path in versioned and method in ("put", "patch", "delete"):
                more.append("{$ref: '#/components/parameters/if_match'}")
            operation = line.split(": ")[1]
            if operation in found:
                _, is_list, sort = found[operation]
                names = ["fields"] + (["format"] if is_list else [])
                more.extend("{$ref: '#/components/parameters/%s'}" % name for name in names)
                if sort:
                    keys = ", ".join(key for word in sort.split() for key in (word, f"-{word}"))
                    more.append("{name: sort, in: query, description: 'By this, the other way round with -', schema: {type: string, enum: [%s]}}" % keys)
        table = re.search(r"application/json: \{schema: \{\$ref: '#/components/schemas/(\w+)'\}\}", line)
        if start <= n < end and table and table[1] in lists:
            line = line.replace(table[0], table[0] + ", text/csv: {schema: {type: string}}")
        if more and re.match(r"      (parameters|requestBody|responses):", line):
            place(line)
        else:
            out.append(line)
    return out


def main(problem_h, kind_h, version_c, head, *parts):
    problems = {key: int(status) for status, key in re.findall(r'^\s*X\([A-Z_]+, (\d+), "(\w+)"', open(problem_h).read(), re.M)}
    notices = re.findall(r'^\s*X\([A-Z_]+, "(\w+)", [A-Z]+, [A-Z]+, \d, \\$', open(kind_h).read(), re.M)
    versioned = {"/api/v1" + path for path in re.findall(r'\{V1 "([^"]+)"', open(version_c).read())}
    read = [sections(part) for part in parts]
    out = [open(head).read(), "paths:"]
    out += [line for part in read for line in part.get("paths", [])]
    out += ["", "components:"]
    for section in SECTIONS:
        out.append(f"  {section}:")
        out += [line for part in read for line in part.get(section, [])]
    whole = "\n".join(out).replace("{{problem_keys}}", ", ".join(problems))
    whole = whole.replace("{{notification_keys}}", ", ".join(notices))
    print("\n".join(statuses.with_errors(with_shapes(whole.split("\n"), versioned), problems)))


main(*sys.argv[1:])
