from datetime import date

from odoo import api, models

from ...lib import delivery_words, identifiers, values
from ...lib.ledger_words import bare

ELSEWHERE = frozenset({
    'RELATIVE', 'PRICE', 'SELF', 'COMPANY', 'FINANCE', 'OUT_OF_TOWN', 'SECOND_TIER',
})  # reasons of who insures, but not here


class InsuranceImportDelivery(models.AbstractModel):
    """The list of cars handed over, as the dealer management system writes it: one row, one car (R37, K1)."""

    _name = 'insurance.import.delivery'
    _inherit = 'insurance.import.handler.vehicle'
    _description = "Import of Lists of Deliveries"

    _kind = 'delivery'
    _parsers = {
        'delivery_date': values.parse_date,
        'vin': identifiers.normalise_vin,
        'plate': identifiers.normalise_plate,
        'engine_no': values.parse_text,
        'model': values.parse_text,
        'customer': identifiers.normalise_person,
        'phone': identifiers.normalise_phone,
        'consultant': identifiers.normalise_person,
        'business_source': values.parse_text,
        'insured_here': delivery_words.read_answer,
        'insurer': values.parse_text,
        'uninsured_reason': values.parse_text,
        'remark': values.parse_text,
    }
    _date_fields = frozenset({'delivery_date'})
    _advice_fields = frozenset({
        'engine_no', 'model', 'phone', 'consultant', 'business_source', 'insured_here', 'insurer', 'uninsured_reason',
        'remark',
    })
    _title_fields = ('vin',)
    _subtitle_fields = ('customer',)
    _digest_excluded = frozenset({'bought_here'})

    @api.model
    def _begin(self, importing):
        company = importing.company_id
        return dict(
            super()._begin(importing),
            consultants=self._get_users_by_name(company),
            sources=self._get_reason_words('delivery_source', company),
            reasons=self._get_reason_words('delivery_uninsured', company),
            vins={},  # VIN -> number of the accepted row that has it
            today=company._insurance_today(),
        )

    @api.model
    def _get_reason_words(self, use, company):
        """Return `{code or label in any language: id}` of a coded list as the store uses it."""
        reasons = self.env['insurance.reason'].search([
            ('use', '=', use), ('company_id', 'in', (False, company.id)), ('is_group', '=', False),
        ])
        words = {}
        for code, _name in self.env['res.lang'].get_installed():
            words.update((bare(reason.name), reason.id) for reason in reasons.with_context(lang=code))
        return words | {reason.code: reason.id for reason in reasons}

    # === ONE ROW === #

    @api.model
    def _parse(self, record, epoch, session):
        row, issues = super()._parse(record, epoch, session)
        unreadable = {issue['args'].get('field') for issue in issues}
        issues += self._judge_vehicle(dict(row, owner=row.get('customer')), unreadable)
        if row.get('delivery_date'):
            if row['delivery_date'] > session['today']:
                issues.append(self._issue('delivery_date_future', value=row['delivery_date']))
        elif 'delivery_date' not in unreadable:
            issues.append(self._issue('delivery_date_missing'))
        issues += self._judge_names(row, session)
        self._settle_answer(row, session)
        return row, issues

    @api.model
    def _judge_names(self, row, session):
        """Add what the names in the row stand for; what is not known is left empty with a remark."""
        issues = [dict(issue, level='warn') for issue in self._judge_insurer(row, session)]
        if row.get('consultant'):
            row['consultant_id'] = session['consultants'].get(row['consultant'])
            if not row['consultant_id']:
                issues.append(self._issue('consultant_unknown', 'warn', value=row['consultant']))
        word = bare(row.get('business_source') or '') or 'RETAIL'
        sources = session['sources']
        row['source_id'] = sources.get(word) or sources.get(delivery_words.SOURCES.get(word))
        if not row['source_id']:
            issues.append(self._issue('source_unknown', 'warn', value=row.get('business_source') or word))
        return issues

    @api.model
    def _settle_answer(self, row, session):
        """Set `answer`, the coded `reason_id` and the `note` from what the columns say together.

        A text that no coded reason stands for is kept as the note: stores write there what they like.
        """
        answer, text = row.pop('insured_here', None), row.pop('uninsured_reason', None) or ''
        blank = text in delivery_words.BLANKS
        code = None if blank else delivery_words.read_reason(text)
        if answer in (None, 'open') and text and not blank:
            answer = 'no'
        if answer == 'no':
            answer = 'elsewhere' if code in ELSEWHERE else 'none'
        row['answer'] = answer or 'open'
        if row['answer'] in ('elsewhere', 'none') and not blank:
            row['reason_id'] = session['reasons'].get(bare(text)) or session['reasons'].get(code)
        row['note'] = text or None

    # === ROWS AGAINST EACH OTHER AND THE DATABASE === #

    @api.model
    def _judge(self, rows, session):
        for row in rows:
            self._judge_in_file(row, session)
        self._settle(rows)
        self._judge_against_deliveries([row for row in rows if row.get('status') != 'rejected'], session)
        self._settle(rows)

    @api.model
    def _judge_in_file(self, row, session):
        """Refuse a car that an accepted row above has already, however its VIN is written there."""
        if self._is_rejected(row):
            return
        vin = row['values']['vin']
        first = session['vins'].setdefault(vin, row['number'])
        if first != row['number']:
            row['issues'].append(self._issue('vin_duplicate', value=vin, row=first))

    @api.model
    def _judge_against_deliveries(self, rows, session):
        """Tell new cars from those on the list already."""
        vins = [row['values']['vin'] for row in rows]
        deliveries = self._find_deliveries(session['company'], vins)
        foreign = self._find_foreign_vehicles(vins, session['company'])
        for row in rows:
            data = row['values']
            delivery = deliveries.get(data['vin'])
            row['status'] = 'new'
            if data['vin'] in foreign:
                row['issues'].append(self._issue('vehicle_elsewhere', value=data['vin']))
            elif delivery and not self._is_over(delivery, data):
                row['status'] = 'update' if self._differs(delivery, data) else 'unchanged'
                if row['status'] == 'unchanged' and delivery.import_digest != self._digest(data):
                    row['issues'].append(self._issue('delivery_kept', 'info', reason=delivery.display_name))

    @api.model
    def _find_deliveries(self, company, vins):
        """Return `{VIN: delivery}` of the store's newest delivery of each car, one taken back only if none stands."""
        found = self.env['insurance.delivery'].with_context(active_test=False).search([
            ('company_id', '=', company.id), ('vehicle_id.vin_sn', 'in', vins),
        ])
        found.fetch(['vehicle_id', 'state', 'active', 'delivery_date', 'import_digest', 'returned_on'])
        standing = found.sorted(lambda one: (one.active, one.state != 'returned', one.delivery_date, one.id))
        return {delivery.vin: delivery for delivery in standing}

    @api.model
    def _is_over(self, delivery, data):
        """Tell whether the car came back before the day of the row: then it was delivered anew."""
        return delivery.state == 'returned' and date.fromisoformat(data['delivery_date']) > delivery.returned_on

    @api.model
    def _differs(self, delivery, data):
        """Tell whether the row changes a delivery: what was checked, archived or taken back stays as it is."""
        is_open = delivery.active and delivery.state in ('sold', 'delivered')
        return is_open and delivery.import_digest != self._digest(data)

    # === WORDS === #

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return dict(
            super()._get_sentences(),
            owner_missing=_("The customer is not given."),
            vin_duplicate=_("VIN %(value)s stands in row %(row)s already."),
            delivery_date_missing=_("The date of delivery is missing."),
            delivery_date_future=_("The date of delivery %(value)s lies in the future."),
            consultant_unknown=_("%(value)s is no user of the store; the name is kept as written."),
            source_unknown=_("Business source %(value)s is not known; it is left empty and the car counts."),
            delivery_kept=_("The delivery on file was checked, archived or taken back and stays as it is:"
                            " %(reason)s"),
        )
