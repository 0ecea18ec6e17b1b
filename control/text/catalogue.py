# SPDX-License-Identifier: BSD-3-Clause
"""The catalogue in C: catalogue.py nl.po de.po > catalogue.c. Ends with 1 when a translation takes other arguments."""

import re
import sys
from pathlib import Path

import po


def c_string(text):
    # A \x of hex digits would go on into the letters behind it; octal ends after three.
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}" for b in text.encode()) + '"'


def main(paths):
    languages = {path.stem: po.read(path) for path in paths}
    sentences = set()
    for path, said in zip(paths, languages.values(), strict=True):
        for english, other in said.items():
            if other:
                po.check(path, english, other)
        sentences.update(said)
    header = Path(__file__).with_name("language.h").read_text()
    ids = {tag: f"LANGUAGE_{id}" for id, tag in re.findall(r'X\((\w+), "(\w+)"\)', header)}
    columns = [ids["en"], *(ids[name] for name in languages)]
    print('// Made by catalogue.py.\n\n#include "control/text/catalogue.h"\n\nconst struct catalogue_entry catalogue[] = {')
    for english in sorted(sentences, key=str.encode):
        said = [english] + [known.get(english) for known in languages.values()]
        cells = (f"[{column}] = {c_string(text)}" for column, text in zip(columns, said, strict=True) if text)
        print("\t{{" + ",\n\t  ".join(cells) + "}},")
    print("};\nconst size_t catalogue_count = sizeof(catalogue) / sizeof(catalogue[0]);")


try:
    main([Path(name) for name in sys.argv[1:]])
except po.Wrong as wrong:
    sys.exit(str(wrong))
