"""Check the files of the addon that no linter looks at: XML, manifest, and the house rule on lengths."""

import ast
import sys
from pathlib import Path

from lxml import etree

MAX_FILE, MAX_FUNCTION = 400, 40  # lines


def shipped(root, pattern):
    """Return the files of the addon proper (not of its tools) that match the pattern, sorted."""
    skip = {'.git', '.ci', 'docs', 'tools'}
    return sorted(path for path in root.rglob(pattern) if path.relative_to(root).parts[0] not in skip)


def xml_flaws(root):
    """Yield XML files that are not well-formed, or that the manifest forgets."""
    manifest = ast.literal_eval((root / '__manifest__.py').read_text(encoding='utf-8'))
    listed = {*manifest.get('data', ()), *manifest.get('demo', ())}
    for path in [*shipped(root, '*.xml'), *shipped(root, '*.svg')]:
        name = path.relative_to(root).as_posix()
        try:
            etree.parse(path)
        except etree.XMLSyntaxError as error:
            yield f'{name}:{error.lineno}: {error.msg}'
        if not name.startswith(('static/', 'tests/')) and name not in listed:
            yield f'{name}: not in the manifest'
    for name in sorted(listed):
        if not (root / name).exists():
            yield f'__manifest__.py: {name} does not exist'


def length_flaws(root):
    """Yield Python files, and functions outside the tests (those list cases), that are too long to read."""
    for path in shipped(root, '*.py'):
        name, source = path.relative_to(root), path.read_text(encoding='utf-8')
        if (lines := source.count('\n')) > MAX_FILE:
            yield f'{name}: {lines} lines, more than {MAX_FILE}'
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            yield f'{name}:{error.lineno}: {error.msg}'
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and name.parts[0] != 'tests':
                length = node.end_lineno - node.lineno + 1
                if length > MAX_FUNCTION:
                    yield f'{name}:{node.lineno}: {node.name}: {length} lines, more than {MAX_FUNCTION}'


if __name__ == '__main__':
    folder = Path(sys.argv[1])
    flaws = [*xml_flaws(folder), *length_flaws(folder)]
    print(*flaws, sep='\n')
    sys.exit(bool(flaws))
