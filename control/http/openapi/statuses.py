# SPDX-License-Identifier: BSD-3-Clause
"""Which errors an operation can answer with: those of its shape, and those of the keys in its x-problems.

None is left to "default", so that an answer which nobody described fails the tests. A wrong method (405) is an
error of the address, not of an operation: an operation is one method of it.
"""
import re
import sys

# A parameter or a value, Origin or who asks, address, Host, pace, head; and what no client can bring about.
ALL = {400, 403, 414, 421, 429, 431, 500, 503}
REF = "{$ref: '#/components/responses/Problem'}"


def errors(path, method, lines, problems):
    """The statuses of one operation, of its lines with their parameters put in."""
    found = set(ALL)
    text = "\n".join(lines)
    if "x-roles: [none]" not in text:
        found.add(401)
    if "{" in path and "x-makes: true" not in text:  # what its address names
        found.add(404)
    if method != "get":
        found |= {413, 415, 507}
    if method == "post" and "operationId: redeemHelp" not in text:  # to which nobody is known by anything but the code
        found |= {409, 422}  # Idempotency-Key
    if "/parameters/if_match'" in text:
        found.add(412)
    if "/parameters/confirm'" in text:
        found |= {409, 502}  # needs_confirmation, dataplane_refused
    for key in re.findall(r"\w+", "".join(re.findall(r"^      x-problems: \[(.*)\]$", text, re.M))):
        if key not in problems:
            sys.exit(f"{path}: x-problems has no key {key!r}; problem.h lists them")
        found.add(problems[key])
    return sorted(found)


def with_errors(lines, problems):
    """The whole with the errors of each operation after its other answers, anchors and aliases written out."""
    out, anchors, n, end = [], {}, lines.index("paths:") + 1, lines.index("components:")
    out.extend(lines[:n])
    path = None
    while n < end:
        address = re.fullmatch(r"  (/\S+):", lines[n])
        verb = re.fullmatch(r"    (get|put|post|patch|delete):", lines[n])
        path = address[1] if address else path
        if not verb:
            out.append(lines[n])
            n += 1
            continue
        stop = next(at for at in range(n + 1, end + 1) if at == end or re.match(r" {0,4}[^ ]", lines[at]) or not lines[at])
        operation = lines[n:stop]
        start = next(at for at, line in enumerate(operation) if line.startswith("      responses:"))
        after = next((at for at in range(start + 1, len(operation)) if not operation[at].startswith("        ")), len(operation))
        name = re.fullmatch(r"      responses:(?: ([&*])(\w+))?", operation[start])
        answers = [line for line in operation[start + 1 : after] if not line.startswith("        default: ")]
        if name[1] == "*":
            answers = [re.sub(r": &\w+ ", ": ", re.sub(r": &\w+$", ":", line)) for line in anchors[name[2]]]
        if name[1] == "&":
            anchors[name[2]] = answers
        given = {int(status) for status in re.findall(r"^        '(\d+)':", "\n".join(answers), re.M)}
        more = [f"        '{status}': {REF}" for status in errors(path, verb[1], operation, problems) if status not in given]
        out.extend([*operation[:start], "      responses:", *answers, *more, *operation[after:]])
        n = stop
    return out + lines[end:]
