"""Read the log of an Odoo run; print what went wrong in it and, as last line, "N passed, N failed".

test_report.py [--no-tests] LOG STATUS     STATUS: exit status of Odoo; --no-tests: a run that is only an installation

A skipped test counts as failed. So does, when no test failed, anything else that makes the run fail: Odoo's exit
status, a record of level WARNING or above, or that no test ran.
"""

import re
import sys

RECORD = re.compile(r'^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<message>.*)')
STARTING = re.compile(r'Starting (\S+) \.\.\.\s*$')
SKIPPED = re.compile(r'skipped (\S+) : (.*)')
FAILED = re.compile(r'(?:FAIL|ERROR): (?:Subtest )?(\S+)')
SUMMARY = 'odoo.tests.result'  # repeats what failed
BAD = ('WARNING', 'ERROR', 'CRITICAL')


def read(lines):
    """Return the tests started, the failed ones, the skipped ones with the reason, the bad records with tracebacks."""
    started, failed, skipped, bad = set(), set(), {}, []
    in_bad = False
    for line in lines:
        record = RECORD.match(line)
        if not record:
            if in_bad:
                bad[-1] += line
            continue
        level, logger, message = record.group('level', 'logger', 'message')
        in_bad = level in BAD and logger != SUMMARY
        if in_bad:
            bad.append(line)
        if '.tests.' not in logger:
            continue
        place = logger.removeprefix('odoo.addons.')
        if found := STARTING.match(message):
            started.add(f'{place}:{found[1]}')
        elif found := SKIPPED.match(message):
            skipped[f'{place}:{found[1]}'] = found[2]
        elif level == 'ERROR' and (found := FAILED.match(message)):
            failed.add(f'{place}:{found[1]}')
    return started, failed, skipped, bad


def main(path, status, tests=True):
    """Print the report; return the exit status."""
    with open(path, encoding='utf-8', errors='replace') as log:
        started, failed, skipped, bad = read(log)
    print(''.join(bad), end='')
    for test, reason in skipped.items():
        print(f'skipped {test}: {reason}')
    passed = len(started - failed - set(skipped))
    failures = len(failed | set(skipped))
    if not tests:
        return bool(status or bad)
    if not failures and (status or bad or not passed):
        why = f'{len(bad)} records of level WARNING or above' if bad else f'Odoo ended with {status}'
        print(f'failed outside the tests: {why if bad or status else "no test ran"}')
        failures = 1
    print(f'log: {path}')
    print(f'{passed} passed, {failures} failed')
    return bool(failures)


if __name__ == '__main__':
    *options, log_path, exit_status = sys.argv[1:]
    sys.exit(main(log_path, int(exit_status), tests='--no-tests' not in options))
