# SPDX-License-Identifier: BSD-3-Clause
"""The table of control/provider/rights.h from the parts of openapi.yaml: rights_table.py PART… > rights_table.c

An operation whose `x-roles` names the provider needs the right of its line `x-provider-right: word` (none:
consent is enough). Without one, what changes something needs `act`, and what is read the right of its part.
"""

import re
import sys
from pathlib import Path

RIGHTS = ("devices", "flows", "act", "capture", "statistics", "none")
AREAS = {"flows": "flows", "graph": "flows", "destinations": "flows", "history": "flows", "captures": "capture"}


def rows(path):
    method, operation, roles, said = None, None, [], None
    for number, line in enumerate(open(path).read().split("\n") + ["  /end:"], 1):
        ends = re.match(r"    (get|put|post|patch|delete):|  /|components:", line)
        if ends and operation:
            if "provider" in roles:
                area = AREAS.get(Path(path).stem, "devices")
                yield operation, said or (area if method == "get" or area == "capture" else "act")
            operation, roles, said = None, [], None
        if ends:
            method = ends[1] or method
        found = re.match(r"      operationId: (\w+)", line)
        operation = found[1] if found else operation
        found = re.match(r"      x-roles: \[(.*)\]", line)
        roles = [r.strip() for r in found[1].split(",")] if found else roles
        found = re.match(r"      x-provider-right: (\w+)", line)
        if found and found[1] not in RIGHTS:
            sys.exit(f"{path}:{number}: there is no right {found[1]}: {', '.join(RIGHTS)}")
        said = found[1] if found else said


def main(*parts):
    table = dict(row for part in parts for row in rows(part))
    print("// Made by rights_table.py.\n")
    print('#include "control/provider/rights.h"\n')
    print("const struct right_row rights_table[] = {")
    for operation in sorted(table):
        print(f'\t{{"{operation}", RIGHT_{table[operation].upper()}}},')
    print("};\nconst size_t rights_table_count = sizeof(rights_table) / sizeof(rights_table[0]);")


main(*sys.argv[1:])
