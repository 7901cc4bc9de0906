import hashlib
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib import identifiers, ledger_words, values
from ...lib.cells import written

PRODUCTS = ('compulsory', 'commercial', 'non_motor')
ONE = {'no': 'policy_no', 'premium': 'premium', 'net': 'net_premium', 'rate': 'rate', 'commission': 'commission'}
AMOUNTS = ('premium', 'net_premium', 'commission', 'total_commission', 'vehicle_tax', *(
    f'{product}_{amount}' for product in PRODUCTS for amount in ('premium', 'net', 'commission')))
NUMBERS = ('policy_no', *(f'{product}_no' for product in PRODUCTS))
RATES = ('rate', *(f'{product}_rate' for product in PRODUCTS))
NAMED = ('vin', 'plate', 'insured', 'issue_date', 'start_date', 'salesperson', 'endorsement_no', 'remark')
FEW = 5  # numbers in common with another insurer that may be chance: insurers number for themselves
STATED = ('product', 'policy_key', 'endorsement_no', 'premium', 'commission', 'issue_date', 'start_date', 'vin')


class InsuranceImportStatement(models.AbstractModel):
    """The statement of an insurer: a row for each policy, or one with a column for each of up to three policies."""

    _name = 'insurance.import.statement'
    _inherit = 'insurance.import.handler.vehicle'
    _description = "Import of Insurers' Statements"

    _kind = 'statement'
    _reads_all_sheets = True
    _parsers = {
        'vin': identifiers.normalise_vin,
        'plate': identifiers.normalise_plate,
        'issue_date': values.parse_date,
        'start_date': values.parse_date,
        **dict.fromkeys(AMOUNTS, values.parse_money),
        **dict.fromkeys(RATES, values.parse_rate),
        **dict.fromkeys((*NUMBERS, 'endorsement_no'), identifiers.normalise_policy_no),
        **dict.fromkeys(('insured', 'salesperson'), identifiers.normalise_person),
        **dict.fromkeys(('product', 'kind', 'remark'), values.parse_text),
    }
    _date_fields = frozenset({'issue_date', 'start_date'})
    _advice_fields = frozenset({
        'vin', 'plate', 'insured', 'salesperson', 'product', 'kind', 'remark', 'vehicle_tax', 'net_premium',
        'total_commission', 'issue_date', 'start_date', *RATES, *(f'{product}_net' for product in PRODUCTS),
    })
    _required_choices = (
        NUMBERS,
        ('premium', *(f'{product}_premium' for product in PRODUCTS)),
        ('commission', 'total_commission', *(f'{product}_commission' for product in PRODUCTS)),
    )
    _title_fields = ('policy_no',)
    _subtitle_fields = ('insured',)

    @api.model
    def _begin(self, importing):
        if not importing.insurer_id:
            raise UserError(self.env._("%(file)s: choose the insurer whose statement it is.", file=importing.filename))
        return dict(super()._begin(importing), insurer=importing.insurer_id, read=[])

    # === ONE ROW === #

    @api.model
    def _parse(self, record, epoch, session):
        row, issues = super()._parse(record, epoch, session)
        issues += self._judge_car(row)
        row['stated_kind'], told = self._read_kind(row)
        lines = self._get_lines(row, record)
        issues += told + self._judge_lines(lines, row, {issue['args'].get('field') for issue in issues})
        return {
            'policy_no': " ".join(filter(None, (line['policy_no'] for line in lines))) or None,
            'insured': row.get('insured'), 'lines': [self._to_line(line) for line in lines],
        }, issues

    @api.model
    def _judge_car(self, row):
        """Return remarks on VIN and plate: a statement is taken as it is, they help to find the policy."""
        issues = []
        if row.get('vin') and identifiers.vin_problem(row['vin']):
            issues.append(self._issue(f"vin_{identifiers.vin_problem(row['vin'])}", 'warn', value=row['vin']))
        if row.get('plate') and identifiers.plate_problem(row['plate']):
            issues.append(self._issue('plate_malformed', 'warn', value=row['plate']))
        return issues

    @api.model
    def _read_kind(self, row):
        """Return the kind of line that the row names and remarks; None where it names none."""
        text = row.pop('kind', None)
        entry_type = ledger_words.read_business(text)[0] if text else None
        return {'policy': 'original'}.get(entry_type, entry_type), []

    @api.model
    def _get_lines(self, row, record):
        """Return the policies of a row: of the one it is about, or of each product that has a number or a premium."""
        common = {name: row.get(name) for name in (*NAMED, 'stated_kind')}
        if row.get('endorsement_no') and not row['endorsement_no'].strip('0'):
            common['endorsement_no'] = None  # a nought where there is none
        lines = []
        if row.get('policy_no') or row.get('premium') is not None:
            text = row.get('product')
            lines.append({
                **common, **{name: row.get(name) for name in ONE.values()}, 'product_text': text,
                'product': ledger_words.look_up(ledger_words.PRODUCTS, text) if text else None,
                'policy_key': row.get('policy_no'), 'policy_no': written(record.get('policy_no') or '') or None,
            })
        for product in PRODUCTS:
            if row.get(f'{product}_no') or row.get(f'{product}_premium'):
                lines.append({
                    **common, **{name: row.get(f'{product}_{code}') for code, name in ONE.items()}, 'product': product,
                    'policy_key': row.get(f'{product}_no'),
                    'policy_no': written(record.get(f'{product}_no') or '') or None,
                })
        if len(lines) == 1 and lines[0]['commission'] is None:
            lines[0]['commission'] = row.get('total_commission')
        if lines:
            lines[0]['vehicle_tax'] = row.get('vehicle_tax')
        row['total'] = row.get('total_commission')
        return lines

    @api.model
    def _judge_lines(self, lines, row, unreadable):
        """Return what is wrong with the policies of a row.

        :param set unreadable: codes whose cells could not be read, and are told already
        """
        issues = []
        if not lines and not unreadable & {*NUMBERS, *AMOUNTS}:
            issues.append(self._issue('stated_nothing'))
        for line in lines:
            names = {'premium', f"{line['product']}_premium"}
            if line['premium'] is None and not unreadable & names:
                issues.append(self._issue('stated_premium_missing', value=line['policy_no'] or ''))
            if not line['policy_key'] and not unreadable & {*NUMBERS}:
                issues.append(self._issue('stated_number_missing', 'warn'))
            if line['commission'] is None and not unreadable & {'commission', f"{line['product']}_commission"}:
                issues.append(self._issue('stated_commission_missing', 'warn', value=line['policy_no'] or ''))
            if line.get('product_text') and not line['product']:
                issues.append(self._issue('stated_product_unknown', 'warn', value=line['product_text']))
        told = [line['commission'] for line in lines]
        if row.get('total') is not None and lines and None not in told and sum(told) != row['total']:
            issues.append(self._issue('stated_sum_differs', 'warn', value=row['total'], reason=sum(told)))
        return issues

    @api.model
    def _to_line(self, line):
        """Return a line as JSON holds it, with the fingerprint of what it states."""
        line.pop('product_text', None)
        plain = {name: format(value, 'f') if isinstance(value, Decimal) else str(value)
                 for name, value in line.items() if value not in (None, '')}
        stated = "|".join(plain.get(name, '') for name in STATED)
        return dict(plain, fingerprint=hashlib.sha256(stated.encode()).hexdigest()[:32])

    @api.model
    def _to_json(self, value):
        return value if isinstance(value, list) else super()._to_json(value)

    # === AGAINST WHAT IS ON FILE === #

    @api.model
    def _judge(self, rows, session):
        for row in rows:
            row['status'] = 'new'
        self._settle(rows)
        session['read'] += [
            (row['sheet_name'], row['number'], [line['fingerprint'] for line in row['values']['lines']])
            for row in rows if row['status'] == 'new'
        ]

    @api.model
    def _end(self, session):
        """Leave out what another statement holds already: the same one once more adds nothing.

        Where most of the rows are on file it is that statement again, perhaps with a few rows more. Where a few are,
        the insurer states them twice: they are taken, and the matching says so.
        """
        super()._end(session)
        importing = session['importing']
        self._check_insurer(importing)
        known = self._find_known(session['read'], importing)
        if not known:
            return
        is_again = len(known) * 2 >= len(session['read'])
        issue = self._issue('stated_on_file' if is_again else 'stated_before', 'info' if is_again else 'warn')
        self._mark(importing, known, 'unchanged' if is_again else 'new', issue)

    @api.model
    def _check_insurer(self, importing):
        """Refuse a workbook most of whose policies the store has with one other insurer: a statement stays on record.

        :raises UserError: naming that insurer
        """
        found = self.env.execute_query(SQL(
            """
            WITH stated AS (
                SELECT DISTINCT line ->> 'policy_key' AS policy_key
                  FROM insurance_import_row row
                 CROSS JOIN LATERAL jsonb_array_elements(row."values" -> 'lines') AS line
                 WHERE row.import_id = %s AND row.status = 'new' AND line ->> 'policy_key' IS NOT NULL
            )
            SELECT policy.insurer_id, count(DISTINCT policy.policy_no), (SELECT count(*) FROM stated)
              FROM stated JOIN insurance_policy policy
                ON policy.policy_no = stated.policy_key AND policy.company_id = %s
             GROUP BY policy.insurer_id ORDER BY 2 DESC
            """, importing.id, importing.company_id.id,
        ))
        ours = next((count for insurer, count, _all in found if insurer == importing.insurer_id.id), 0)
        for insurer, count, every in found[:1]:
            if insurer != importing.insurer_id.id and count >= FEW and count > ours and count * 2 > every:
                raise UserError(self.env._(
                    "%(file)s: %(count)s of its %(all)s policies are in your ledger with %(other)s, %(ours)s with"
                    " %(insurer)s. Choose the insurer whose statement it is.", file=importing.filename, count=count,
                    all=every, other=self.env['res.partner'].browse(insurer).display_name, ours=ours,
                    insurer=importing.insurer_id.display_name))

    @api.model
    def _find_known(self, read, importing):
        """Return the rows `(sheet, number)` all of whose lines are on file, each line on file counted once.

        :param read: list of `(sheet, number, [fingerprint])`
        """
        wanted = list({fingerprint for *_place, fingerprints in read for fingerprint in fingerprints})
        left = dict(self.env.execute_query(SQL(
            "SELECT fingerprint, count(*) FROM insurance_statement_line"
            " WHERE company_id = %s AND insurer_id = %s AND fingerprint = ANY(%s) GROUP BY fingerprint",
            importing.company_id.id, importing.insurer_id.id, wanted,
        )))
        known = []
        for sheet, number, fingerprints in read:
            if all(left.get(fingerprint) for fingerprint in fingerprints):
                known.append((sheet, number))
                for fingerprint in fingerprints:
                    left[fingerprint] -= 1
        return known

    @api.model
    def _mark(self, importing, places, status, issue):
        """Give staged rows a status and one more remark."""
        sheets, numbers = zip(*places, strict=True)
        self.env.execute_query(SQL(
            """
            UPDATE insurance_import_row row
               SET status = %(status)s, is_warned = row.is_warned OR %(warned)s,
                   issues = COALESCE(row.issues, '[]'::jsonb) || %(issue)s::jsonb
              FROM unnest(%(sheets)s::varchar[], %(numbers)s::int[]) AS place(sheet_name, number)
             WHERE row.import_id = %(importing)s AND row.sheet_name = place.sheet_name AND row.number = place.number
            RETURNING row.id
            """,
            status=status, warned=issue['level'] == 'warn', issue=self._dump([issue]), sheets=list(sheets),
            numbers=list(numbers), importing=importing.id,
        ))
        self.env['insurance.import.row'].invalidate_model()

    # === WORDS === #

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return dict(
            super()._get_sentences(),
            stated_nothing=_("Neither a policy number nor a premium stands in the row."),
            stated_premium_missing=_("The premium of %(value)s is missing."),
            stated_number_missing=_("The policy number is missing; the car is compared instead."),
            stated_commission_missing=_("No commission is stated for %(value)s; it counts as 0."),
            stated_product_unknown=_("Product %(value)s is not known; the number alone is compared."),
            stated_sum_differs=_("The total of %(value)s is not the sum of the commissions (%(reason)s)."),
            stated_on_file=_("On file already from an earlier import of the statement."),
            stated_before=_("Stated once before, in another statement of the insurer."),
        )
