# SPDX-License-Identifier: BSD-3-Clause
"""The table of control/access/roles.h from the parts of openapi.yaml: roles_table.py PART… > roles_table.c

Below every `operationId` stands its line `x-roles: […]`; admin is implied, none means everybody.
`x-recent-password: true` there means that a session is asked for its password again after ten minutes.
"""

import re
import sys

SCOPES = ("see", "act", "system")
ROLES = ("none", "metrics", "provider", "viewer", "user", "admin")


def rows(path):
    lines = open(path).read().split("\n")
    starts = [n for n, line in enumerate(lines) if re.fullmatch(r"\s+operationId: \w+", line)]
    for n, end in zip(starts, starts[1:] + [len(lines)]):
        operation = re.search(r": (\w+)", lines[n])
        said = next(filter(None, (re.fullmatch(r"\s+x-roles: \[([a-z, ]*)\]", line) for line in lines[n:end])), None)
        if not said:
            sys.exit(f"{path}:{n + 1}: {operation[1]} needs a line like `x-roles: [viewer, user]` below its operationId")
        roles = [role.strip() for role in said[1].split(",") if role.strip()]
        wrong = [role for role in roles if role not in ROLES]
        if wrong:
            sys.exit(f"{path}:{n + 1}: there is no role {wrong[0]}: {', '.join(ROLES)}")
        tags = re.search(r"\n\s+tags: \[([a-z, ]*)\]", "\n".join(lines[n:end]))
        scopes = [tag.strip() for tag in tags[1].split(",") if tag.strip() in SCOPES] if tags else []
        yield operation[1], (roles, scopes, any(line.strip() == "x-recent-password: true" for line in lines[n:end]))


def main(*parts):
    table = dict(row for part in parts for row in rows(part))
    print("// Made by roles_table.py.\n")
    print('#include "control/access/roles.h"\n')
    print("const struct role_row roles_table[] = {")
    for operation in sorted(table):
        bits = " | ".join(f"1u << ROLE_{role.upper()}" for role in table[operation][0]) or "0"
        scopes = " | ".join(f"1u << SCOPE_{scope.upper()}" for scope in table[operation][1]) or "0"
        print(f'\t{{"{operation}", {bits}, {scopes}, {str(table[operation][2]).lower()}}},')
    print("};\nconst size_t roles_table_count = sizeof(roles_table) / sizeof(roles_table[0]);")


main(*sys.argv[1:])
