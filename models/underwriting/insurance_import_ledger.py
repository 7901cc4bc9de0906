from dateutil.relativedelta import relativedelta

from odoo import api, models

from ...lib import identifiers, ledger_words, values

PRODUCTS = ('compulsory', 'commercial', 'non_motor')
DATES = ('issue_date', 'first_registration', 'paid_on', 'start', 'end', *(
    f'{product}_{end}' for product in PRODUCTS for end in ('start', 'end')
))
AMOUNTS = ('vehicle_tax', 'vehicle_tax_arrears', 'vehicle_tax_late_fee', 'discount', 'received', 'premium',
           'commercial_standard', *(f'{product}_premium' for product in PRODUCTS))
NOT_NEGATIVE = ('vehicle_tax', 'vehicle_tax_arrears', 'vehicle_tax_late_fee', 'discount', 'received',
                *(f'{product}_premium' for product in PRODUCTS))
NUMBERS = ('policy_no', 'application_no', 'endorsement_no', *(
    f'{product}_{number}' for product in PRODUCTS for number in ('no', 'application')
))
FACTORS = ('compulsory_factor', 'ncd_factor', 'autonomy_factor')
ONE_POLICY = {
    'policy_no': 'no', 'application_no': 'application', 'start': 'start', 'end': 'end', 'premium': 'premium',
    'rate': 'rate',
}  # columns of workbooks with a line for each policy, and what they are called with the product


class InsuranceImportLedger(models.AbstractModel):
    """An underwriting ledger as the store kept it: one row, one occasion with one insurer (R29–R35).

    One sheet for each insurer, or one sheet with a column that names it; a column for each of up to three policies, or
    a line for each policy.
    """

    _name = 'insurance.import.ledger'
    _inherit = 'insurance.import.handler.vehicle'
    _description = "Import of Underwriting Ledgers"

    _kind = 'ledger'
    _reads_all_sheets = True
    _parsers = {
        'vin': identifiers.normalise_vin,
        'plate': identifiers.normalise_plate,
        'phone': identifiers.normalise_phone,
        'id_number': identifiers.normalise_id_number,
        'is_transferred': values.parse_bool,
        'third_party_limit': values.parse_limit,
        **dict.fromkeys(DATES, values.parse_date),
        **dict.fromkeys(AMOUNTS, values.parse_money),
        **dict.fromkeys(NUMBERS, identifiers.normalise_policy_no),
        **dict.fromkeys(FACTORS, values.parse_factor),
        **dict.fromkeys(('rate', *(f'{product}_rate' for product in PRODUCTS)), values.parse_rate),
        **dict.fromkeys(('owner', 'applicant', 'insured', 'salesperson', 'clerk'), identifiers.normalise_person),
        **dict.fromkeys(
            ('model', 'engine_no', 'use', 'business_type', 'channel', 'insurer', 'product', 'non_motor_name', 'reason',
             'discount_note', 'method', 'remark'), values.parse_text,
        ),
    }
    _date_fields = frozenset(DATES)
    _advice_fields = frozenset({
        'first_registration', 'engine_no', 'phone', 'id_number', 'model', 'use', 'is_transferred', 'channel',
        'salesperson',
        'clerk', 'third_party_limit', 'non_motor_name', 'reason', 'discount_note', 'method', 'paid_on', 'remark',
        'commercial_standard', *FACTORS,
    })
    _required_choices = (('premium', *(f'{product}_premium' for product in PRODUCTS)),)
    _title_fields = ('plate', 'vin')
    _subtitle_fields = ('owner',)
    _digest_excluded = frozenset({'salesperson_id', 'clerk_id', 'channel_id', 'method_code', 'entry_id'})

    @api.model
    def _begin(self, importing):
        session = super()._begin(importing)
        company = session['company']
        users = self._get_users_by_name(company)
        return dict(
            session,
            users=users,
            channels=self._get_channels(company),
            sheet_insurers={},  # sheet -> insurer id or None
            bare_insurers=self._get_bare_insurers(session['insurers']),
            policies={},  # (insurer id, policy number) -> (VIN, sheet, row number)
            digests={},  # fingerprint -> (sheet, row number)
            waiting=[],  # follow-ups whose policy has not come yet: (sheet, row number, keys)
            today=company._insurance_today(),
        )

    @api.model
    def _get_channels(self, company):
        """Return `{word: id}` of the store's channels: their labels in every language, and what stores write."""
        reasons = self.env['insurance.reason'].search([
            ('use', '=', 'business_channel'), ('company_id', 'in', (False, company.id)),
        ])
        by_code = {reason.code: reason.id for reason in reasons}
        words = {word: by_code[code] for word, code in ledger_words.CHANNELS.items() if code in by_code}
        for code, _name in self.env['res.lang'].get_installed():
            words.update((reason.name.upper(), reason.id) for reason in reasons.with_context(lang=code))
        return words

    @api.model
    def _get_bare_insurers(self, insurers):
        """Return `{bare name: insurer id}`, without names that two insurers share."""
        found = {}
        for spelling, insurer in insurers.items():
            found.setdefault(ledger_words.bare_insurer(spelling), set()).add(insurer.id)
        return {name: ids.pop() for name, ids in found.items() if name and len(ids) == 1}

    # === ONE ROW === #

    @api.model
    def _read_row(self, sheet_name, number, record, epoch, session):
        session['sheet'] = sheet_name
        row = super()._read_row(sheet_name, number, record, epoch, session)
        data = row['values']
        # written in the order of time, a policy before what changes it
        row['sort_key'] = f"{data.get('issue_date', '')} {int(data.get('entry_type') != 'policy')}"
        return row

    @api.model
    def _parse(self, record, epoch, session):
        row, issues = super()._parse(record, epoch, session)
        unreadable = {issue['args'].get('field') for issue in issues}
        issues += self._judge_vehicle(row, unreadable)
        issues += self._name_insurer(row, session)
        issues += self._judge_kind(row) + self._judge_names(row, session) + self._judge_id_number(row)
        self._spread_policy(row)
        if row.get('issue_date'):
            if row['issue_date'] > session['today']:
                issues.append(self._issue('issue_date_future', value=row['issue_date']))
        elif 'issue_date' not in unreadable:
            issues.append(self._issue('issue_date_missing'))
        return row, issues + self._judge_policies(row, unreadable)

    @api.model
    def _name_insurer(self, row, session):
        """Set `insurer_id` as the row says, else as the name of its sheet says."""
        issues = self._judge_insurer(row, session)
        if issues:
            bare = session['bare_insurers'].get(ledger_words.bare_insurer(row['insurer']))
            if not bare:
                return issues
            row['insurer_id'] = bare
        of_sheet = self._get_insurer_of_sheet(session)
        if not row.get('insurer_id'):
            if not of_sheet:
                return [self._issue('insurer_missing', sheet=session['sheet'])]
            row['insurer_id'] = of_sheet
        elif of_sheet and of_sheet != row['insurer_id']:
            return [self._issue('insurer_of_other_sheet', 'warn', value=row['insurer'], sheet=session['sheet'])]
        return []

    @api.model
    def _get_insurer_of_sheet(self, session):
        known = session['sheet_insurers']
        if session['sheet'] not in known:
            insurer = session['insurers'].get(identifiers.normalise_company(session['sheet']))
            known[session['sheet']] = insurer.id if insurer else session['bare_insurers'].get(
                ledger_words.bare_insurer(session['sheet']))
        return known[session['sheet']]

    @api.model
    def _judge_kind(self, row):
        """Replace what is written for the kind of business by entry type and business type."""
        text = row.pop('business_type', None)
        entry_type, business = ledger_words.read_business(text) if text else (None, None)
        row['entry_type'] = entry_type or ('endorsement' if row.get('endorsement_no') else 'policy')
        if business and business != 'renewal':
            row['business_type'] = business
        if row['entry_type'] != 'policy' or business:
            return []
        return [self._issue('business_unknown', 'warn', value=text) if text
                else self._issue('business_missing', 'warn')]

    @api.model
    def _judge_names(self, row, session):
        """Add what the names in the row stand for; the names themselves stay as they are written."""
        issues = self._judge_use(row)
        for code, table, label in (
            ('salesperson', session['users'], 'salesperson_unknown'), ('clerk', session['users'], 'clerk_unknown'),
        ):
            if row.get(code):
                if row[code] in table:
                    row[f'{code}_id'] = table[row[code]]
                else:
                    issues.append(self._issue(label, 'warn', value=row[code]))
        if row.get('channel'):
            word = row['channel']
            row['channel_id'] = session['channels'].get(word.upper()) or session['channels'].get(
                ledger_words.bare(word))
            if not row['channel_id']:
                issues.append(self._issue('channel_unknown', 'warn', value=word))
        if row.get('method'):
            row['method_code'] = ledger_words.look_up(ledger_words.METHODS, row['method'])
            if not row['method_code']:
                issues.append(self._issue('method_unknown', 'warn', value=row['method']))
        return issues

    @api.model
    def _judge_id_number(self, row):
        number = row.get('id_number')
        if number and not identifiers.id_number_kind(number):
            row.pop('id_number')
            return [self._issue('id_number_invalid', 'warn', value=identifiers.mask_id(number))]
        return []

    @api.model
    def _spread_policy(self, row):
        """Put the one policy of a line where that of its product belongs; without a product it means nothing."""
        found = {code: row.pop(code) for code in ONE_POLICY if code in row}
        text = row.pop('product', None)
        product = ledger_words.look_up(ledger_words.PRODUCTS, text) if text else None
        for code, value in found.items() if product else ():
            name = f'{product}_{ONE_POLICY[code]}'
            if row.get(name) is None:
                row[name] = value
        if product == 'non_motor' and not row.get('non_motor_name'):
            row['non_motor_name'] = text

    # === ITS POLICIES === #

    @api.model
    def _get_products(self, row):
        """Return the products of which the row has a policy: a number or a premium."""
        return [product for product in PRODUCTS if row.get(f'{product}_no') or row.get(f'{product}_application')
                or float(row.get(f'{product}_premium') or 0)]

    @api.model
    def _judge_policies(self, row, unreadable):
        """Return what is wrong with the row's policies; fill in the dates that follow from others."""
        products = self._get_products(row)
        issues = []
        if not products and not unreadable:
            issues.append(self._issue('policy_missing'))
        numbers = [row[f'{product}_no'] for product in products if row.get(f'{product}_no')]
        issues += [self._issue('policy_number_twice', value=number)
                   for number in set(numbers) if numbers.count(number) > 1]
        issues += self._judge_amounts(row, products, unreadable) + self._judge_periods(row, products, unreadable)
        return issues

    @api.model
    def _judge_amounts(self, row, products, unreadable):
        """Policies and what is paid for them are positive, a cancellation takes back (T7)."""
        if row['entry_type'] == 'policy':
            missing = [product for product in products
                       if not row.get(f'{product}_premium') and f'{product}_premium' not in unreadable]
            return [self._issue('premium_negative', value=row[code], field=code)
                    for code in NOT_NEGATIVE if row.get(code) is not None and row[code] < 0] + [
                self._issue('premium_missing', 'warn', field=f'{product}_premium') for product in missing]
        if row['entry_type'] == 'cancellation':
            return [self._issue('cancellation_positive', value=row[f'{product}_premium'], field=f'{product}_premium')
                    for product in products if (row.get(f'{product}_premium') or 0) > 0]
        return []

    @api.model
    def _judge_periods(self, row, products, unreadable):
        issues = []
        periods = {}
        for product in products:
            start, end = row.get(f'{product}_start'), row.get(f'{product}_end')
            if start and end and end < start:
                issues.append(self._issue('end_before_start', value=end, field=f'{product}_end'))
            if start or end:
                start = start or end - relativedelta(years=1) + relativedelta(days=1)
                periods[product] = (start, end or start + relativedelta(years=1, days=-1))
        if row['entry_type'] != 'policy':
            return issues
        for product in products:
            period = periods.get(product) or periods.get('commercial') or periods.get('compulsory')
            if period:
                row[f'{product}_start'], row[f'{product}_end'] = period
            elif not unreadable & {f'{product}_start', f'{product}_end', 'start', 'end'}:
                issues.append(self._issue('period_missing', 'warn', field=f'{product}_start'))
        return issues

    # === WORDS === #

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return dict(
            super()._get_sentences(),
            insurer_missing=_(
                "The insurer is not given: add a column for it, or name the sheet %(sheet)s after the insurer."),
            insurer_of_other_sheet=_("Insurer %(value)s stands on the sheet %(sheet)s; the row's own insurer counts."),
            issue_date_missing=_("The date of issue is missing."),
            issue_date_future=_("The date of issue %(value)s lies in the future."),
            business_missing=_("The business type is missing; the car's history decides."),
            business_unknown=_("Business type %(value)s is not known; the car's history decides."),
            salesperson_unknown=_("%(value)s is no user of the store; the name is kept as written."),
            clerk_unknown=_("Clerk %(value)s is no user of the store; it is left empty."),
            channel_unknown=_("Channel %(value)s is not known; it is left empty."),
            method_unknown=_("Way of paying %(value)s is not known; it is left open."),
            id_number_invalid=_("ID number %(value)s is not valid; it is left out."),
            policy_missing=_("The row has neither a policy number nor a premium."),
            policy_number_twice=_("Policy number %(value)s stands twice in the row."),
            premium_missing=_("it is missing although there is a policy number."),
            cancellation_positive=_("%(value)s: write what a cancellation takes back as a negative amount."),
            end_before_start=_("%(value)s lies before the start."),
            period_missing=_("start and end are missing."),
            row_repeated=_("The same row stands in row %(row)s already."),
            policy_repeated=_("Policy number %(value)s stands in row %(row)s already, for the same car."),
            policy_elsewhere=_("Policy number %(value)s is in the ledger of another store."),
            original_missing=_("The policy that it changes is neither in the workbook nor in the ledger."),
            original_other_vehicle=_("The policy that it changes belongs to the car %(reason)s."),
            entry_differs=_("The ledger has it already with other content and stays as it is: %(reason)s"),
            entry_completed=_("Completes the policy numbers of %(reason)s."),
            agreement_missing=_("No agreement with the insurer is valid on that day: the commission is worked out on"
                                " the premium with VAT."),
        )
