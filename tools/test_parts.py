"""Share the test files of an addon out over processes; print the --test-tags of each, one line per process.

test_parts.py FOLDER NAME COUNT     FOLDER: of the addon, NAME: its technical name

Every process gets about as much to do: files go, the longest first, to whom has the least so far.
"""

import re
import sys
from pathlib import Path

BROWSER, WORKBOOK = 12, 4  # a test that drives a browser, or reads a store's workbook, lasts as long as so many others


def get_weight(source):
    """Return about how long the tests of a file last, in ordinary tests."""
    tests = len(re.findall(r'^ +def test_', source, re.MULTILINE))
    factor = BROWSER if 'start_tour(' in source or 'browser_js(' in source else WORKBOOK if '.xlsx' in source else 1
    return 3 + tests * factor  # 3: what all of them have in common, made once


def main(folder, name, count):
    """Print the parts; those without a file are left out."""
    files = sorted((-get_weight(path.read_text(encoding='utf-8')), path.relative_to(folder).as_posix())
                   for path in Path(folder, 'tests').rglob('test_*.py'))
    parts = [[0, []] for _part in range(count)]
    for weight, path in files:
        part = min(parts, key=lambda part: part[0])
        part[0] -= weight
        part[1].append(f'/{name}/{path}')
    for _weight, paths in parts:
        if paths:
            print(','.join(paths))


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
