"""Check or renew the translations of the addon.

translations.py check FRESH.pot FOLDER   say what FOLDER/*.po and FOLDER/*.pot lack; exit status 1 if anything
translations.py merge FRESH.pot FOLDER   write FOLDER/<addon>.pot, bring FOLDER/*.po in line with it
"""

import re
import sys
from pathlib import Path

import polib

ADDON = 'dealer_insurance'
LANGUAGES = ('zh_CN',)
VOLATILE = ('POT-Creation-Date', 'PO-Revision-Date')  # would differ at every export
PLACEHOLDER = re.compile(r'%(?:\(\w+\))?[sdifr]|\$\{[^}]*\}|\{\{[^}]*\}\}')


def flaws(path, fresh):
    """Yield what is wrong with one .po file, compared with the fresh template."""
    if not path.exists():
        yield 'missing'
        return
    wanted = {entry.msgid for entry in fresh}
    have = {entry.msgid: entry for entry in polib.pofile(path)}
    for msgid in sorted(wanted - {key for key, entry in have.items() if not entry.obsolete}):
        yield f'missing: {msgid!r}'
    for msgid, entry in have.items():
        if entry.obsolete or msgid not in wanted:
            yield f'obsolete: {msgid!r}'
        elif path.suffix == '.pot':
            continue
        elif not entry.msgstr.strip():
            yield f'untranslated: {msgid!r}'
        elif entry.fuzzy:
            yield f'fuzzy: {msgid!r}'
        elif sorted(PLACEHOLDER.findall(msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
            yield f'other placeholders: {msgid!r} -> {entry.msgstr!r}'


def check(fresh, folder):
    """Print the flaws of all files; return the exit status."""
    found = False
    for path in (folder / f'{ADDON}.pot', *(folder / f'{language}.po' for language in LANGUAGES)):
        for flaw in flaws(path, fresh):
            found = True
            print(f'{path.name}: {flaw}')
    if found:
        print('"make po" brings the files in line with the source; what is empty or fuzzy then, translate.')
    return found


def merge(fresh, folder):
    """Write the template; in each .po add new terms, empty, and keep translations without a term as obsolete."""
    for name in VOLATILE:
        fresh.metadata.pop(name, None)
    folder.mkdir(exist_ok=True)
    fresh.save(folder / f'{ADDON}.pot')
    for language in LANGUAGES:
        path = folder / f'{language}.po'
        po = polib.pofile(path, wrapwidth=78) if path.exists() else polib.POFile(wrapwidth=78)
        po.metadata = {**fresh.metadata, 'Language': language, 'Plural-Forms': 'nplurals=1; plural=0;'}
        before = {entry.msgid for entry in po if not entry.obsolete}
        po.merge(fresh)
        po[:] = sorted((entry for entry in po if not entry.obsolete or entry.msgstr), key=lambda entry: entry.msgid)
        po.save(path)
        after = {entry.msgid for entry in po if not entry.obsolete}
        empty = sum(not entry.obsolete and not entry.msgstr for entry in po)
        print(
            f'{path.name}: {len(after)} terms, {len(after - before)} new, {empty} to translate, '
            f'{len(po.obsolete_entries())} obsolete'
        )
    return 0


if __name__ == '__main__':
    command, pot, target = sys.argv[1:]
    sys.exit({'check': check, 'merge': merge}[command](polib.pofile(pot), Path(target)))
