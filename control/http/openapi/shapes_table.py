# SPDX-License-Identifier: BSD-3-Clause
"""The table of control/http/shape.h from the whole: shapes_table.py openapi.yaml > shapes_table.c"""
import sys

import shapes


def main(path):
    paths, known = shapes.read(path)
    print("// Made by shapes_table.py.\n")
    print('#include "control/http/shape.h"\n')
    print("const struct shape shapes_table[] = {")
    for operation, schema, is_list, sort in sorted(shapes.operations(paths, known)):
        fields = " ".join(known[schema])
        columns = " ".join(shapes.columns(known, schema)) if is_list else ""
        cells = [f'"{operation}"', f'"{fields}"', f'"{columns}"' if is_list else "NULL", f'"{sort}"' if sort else "NULL"]
        print("\t{" + ",\n\t ".join(cells) + "},")
    print("};\nconst size_t shapes_table_count = sizeof(shapes_table) / sizeof(shapes_table[0]);")


main(sys.argv[1])
