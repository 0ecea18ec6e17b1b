# SPDX-License-Identifier: BSD-3-Clause
"""What answers consist of, from the lines of openapi.yaml: the fields of each, and the columns of tables.

The parts are written in one regular way, which is all that is read here: a schema stands at four blanks, its
properties at eight; what has `items` of one schema is a list, and a list is a table too.
"""
import re

REF = re.compile(r"\$ref: '#/components/schemas/(\w+)'")


def schemas(lines):
    """name -> {property: its lines}"""
    found, name, prop, within = {}, None, None, False
    for line in lines:
        top = re.match(r"    (\w+):", line)
        inner = re.match(r"        ([\w-]+):", line)
        if top:
            name, prop, within = top[1], None, False
            inline = re.search(r" properties: \{(.*)\}", line)
            found[name] = {p: [p] for p in re.findall(r"(\w+): \{", inline[1])} if inline else {}
        elif re.match(r"      \w", line):
            within, prop = line.strip() == "properties:", None
            inline = re.match(r"      properties: \{(.*)\}", line)
            if inline:
                found[name] = {p: [p] for p in re.findall(r"(\w+): \{", inline[1])}
        elif within and inner:
            prop = inner[1]
            found[name][prop] = [line]
        elif prop:
            found[name][prop].append(line)
    return found


def columns(all_schemas, name):
    for prop, lines in all_schemas[name].items():
        ref = REF.search(lines[0])
        deep = [m[1] for m in (re.match(r"            (\w+):", line) for line in lines) if m]
        whole = "array" not in lines[0] and not any("array" in line for line in lines[1:2])
        if ref and whole and all_schemas.get(ref[1]):
            yield from (f"{prop}.{inner}" for inner in all_schemas[ref[1]])
        elif deep and whole and "properties:" in "".join(lines):
            yield from (f"{prop}.{inner}" for inner in deep)
        else:
            yield prop


def read(path):
    """The lines of the paths, and the schemas, of the whole file."""
    lines = open(path).read().split("\n")
    return lines[lines.index("paths:") + 1 : lines.index("components:")], schemas(lines[lines.index("  schemas:") + 1 :])


def item_of(all_schemas, name):
    """The schema of a list's items, where they are objects; else None."""
    lines = "".join(all_schemas.get(name, {}).get("items", []))
    ref = REF.search(lines) if "type: array" in lines else None
    return ref[1] if ref and all_schemas.get(ref[1]) else None


def operations(paths, all_schemas):
    """(operation, schema of what `fields` chooses from, whether it is a list, its x-sort) of every GET with one."""
    anchors, method, operation, anchor, sort = {}, None, None, None, ""
    for line in paths:
        verb = re.fullmatch(r"    (get|put|post|patch|delete):", line)
        if re.match(r"      x-sort: ", line):
            sort = " ".join(re.findall(r"\w+", line.split(": ")[1]))
        label = re.match(r"      responses: &(\w+)", line)
        if verb:
            method, operation, anchor, sort = verb[1], None, None, ""
        if re.match(r"      operationId: ", line):
            operation = line.split(": ")[1]
        if label:
            anchor = label[1]
        alias = re.match(r"      responses: \*(\w+)", line)
        ref = REF.search(line) if "application/json: {schema: {$ref" in line else None
        if alias and method == "get" and alias[1] in anchors:
            yield (operation, *anchors[alias[1]], sort)
        if not ref or not operation:
            continue
        schema = all_schemas.get(ref[1], {})
        item = item_of(all_schemas, ref[1])
        what = (item, True) if item else (ref[1], False)
        if anchor:
            anchors.setdefault(anchor, what)
        if method == "get" and all_schemas.get(what[0]):
            yield (operation, *what, sort)
            operation = None
