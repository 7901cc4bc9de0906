import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

COMPARED = ('grade', 'ground', 'facts', 'stake', 'is_estimate', 'car', 'vehicle_id', 'insurer_id', 'evidence_digest')
HORIZON = 400  # days that the nightly look goes back; what is open already is followed for ever


class InsuranceDiversion(models.Model):
    """Crossing what the store knows, every night and on demand: what is found, what is new of it, what has gone.

    Each crossing is a method that returns candidates, dicts with `key`, `grade`, `ground`, `facts` (of the headline),
    `vehicle`, `insurer` (ids), `car`, `persons` (set of user ids), `stake`, `is_estimate` and `evidence`, a list of
    dicts with `code`, `facts`, `token`, `model` and `id`.
    """

    _inherit = 'insurance.diversion'

    @api.model
    def _get_crossings(self):
        """Return `{kind: method}`; a method takes the store and returns its candidates."""
        return {
            'statement': self._cross_statements, 'delivery': self._cross_deliveries,
            'sighting': self._cross_sightings, 'lost_case': self._cross_lost_cases, 'share': self._cross_shares,
        }

    @api.model
    def _look(self, companies):
        """Cross everything for these stores. In sudo only.

        :return: `{'found', 'changed', 'ended'}`: how many findings
        :raises UserError: where somebody is at it for one of the stores
        """
        counts = dict.fromkeys(('found', 'changed', 'ended'), 0)
        for company in companies:
            if not self._lock_look(company):
                raise UserError(self.env._("%(store)s is being looked through at this moment. Try again in a minute.",
                                           store=company.name))
            here = self.with_company(company)
            for kind, cross in here._get_crossings().items():
                here._follow(company, kind, cross(company), counts)
        return counts

    @api.model
    def _lock_look(self, company):
        """Hold off others who look through the store until the transaction ends; tell whether nobody did."""
        self.env.flush_all()
        (got,), = self.env.execute_query(SQL(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", f'insurance.diversion {company.id}'))
        return got

    @api.model
    def _follow(self, company, kind, candidates, counts):
        """Bring the findings of a crossing in line with its candidates; who asks is not told of those about himself."""
        today = company._insurance_today()
        by_key = {candidate['key']: candidate for candidate in candidates}
        on_file = self.search([('company_id', '=', company.id), ('kind', '=', kind)], order='id')
        on_file.fetch(['state', 'key', *COMPARED, 'person_ids', 'evidence_ids'])  # for all that follows, at once
        on_file.evidence_ids.fetch(['token', 'code', 'facts', 'res_model', 'res_id', 'gone_on'])
        known = on_file.grouped('key')
        for key, candidate in by_key.items():
            tokens = {evidence['token'] for evidence in candidate['evidence']}
            findings = known.get(key, self.browse())
            current = findings.filtered(lambda finding: finding.state == 'open')
            if current:
                is_new = current._refresh(candidate, tokens, today)
                counts['changed'] += is_new and self.env.uid not in candidate['persons']
            elif tokens - findings._get_worked_tokens():
                self._find(company, kind, candidate, tokens, today, findings[-1:])
                counts['found'] += self.env.uid not in candidate['persons']
        gone = on_file.filtered(
            lambda finding: finding.state == 'open' and finding.key not in by_key and finding._is_followed())
        gone._end(today)
        counts['ended'] += sum(self.env.user not in finding.person_ids for finding in gone)

    def _is_followed(self):
        """Tell whether the crossing would still name the finding, had its cause not gone."""
        self.ensure_one()
        return True

    def _get_worked_tokens(self):
        """Return what was known when these findings were explained or confirmed."""
        return set(self.filtered(lambda finding: finding.state in ('explained', 'confirmed'))
                   .evidence_ids.mapped('token'))

    @api.model
    def _find(self, company, kind, candidate, tokens, today, previous):
        """Record a new finding, after `previous` ones of the same key."""
        finding = self.create({
            'company_id': company.id, 'kind': kind, 'key': candidate['key'], 'found_on': today, 'changed_on': today,
            'previous_id': previous.id, **self._prepare_finding(candidate, tokens),
        })
        finding._put_evidence(candidate['evidence'], today)
        finding._log_step('found')

    @api.model
    def _prepare_finding(self, candidate, tokens):
        return {
            **{name: candidate[name] for name in ('grade', 'ground', 'facts', 'stake', 'is_estimate')},
            'car': candidate['car'] or False, 'vehicle_id': candidate['vehicle'] or False,
            'insurer_id': candidate['insurer'] or False,
            'evidence_digest': self._get_digest(tokens), 'person_ids': [(6, 0, sorted(candidate['persons']))],
        }

    def _refresh(self, candidate, tokens, today):
        """Bring an open finding up to date; return whether there is new evidence."""
        self.ensure_one()
        is_new = bool(tokens - set(self.evidence_ids.mapped('token')))
        values = self._prepare_finding(candidate, tokens)
        if set(candidate['persons']) == set(self.person_ids.ids):
            del values['person_ids']
        changed = {name: value for name, value in values.items() if name == 'person_ids'
                   or self._fields[name].convert_to_write(self[name], self) != value}
        if changed:
            self.write({**changed, **({'changed_on': today} if is_new else {})})
        self._put_evidence(candidate['evidence'], today)
        if is_new:
            self._log_step('changed')
        return is_new

    def _put_evidence(self, evidence, today):
        """Add what is not on record yet, refresh what says something else now, mark what has gone."""
        self.ensure_one()
        known = {(row.token, row.res_model, row.res_id): row for row in self.evidence_ids}
        new = []
        for fact in evidence:
            row = known.pop((fact['token'], fact['model'], fact['id']), None)
            values = {'code': fact['code'], 'facts': fact['facts']}
            if row is None:
                new.append({**values, 'diversion_id': self.id, 'token': fact['token'], 'res_model': fact['model'],
                            'res_id': fact['id'], 'found_on': today})
            elif (row.code, row.facts) != (fact['code'], fact['facts']) or row.gone_on:
                row.write({**values, 'gone_on': False})
        self.env['insurance.diversion.evidence'].create(new)
        for row in known.values():
            if not row.gone_on:
                row.gone_on = today

    def _end(self, today):
        """End open findings of which nothing is left; their history says so."""
        if not self:
            return
        self.write({'state': 'ended', 'ended_on': today})
        self.evidence_ids.filtered(lambda row: not row.gone_on).gone_on = today
        self._log_step('ended')

    # === FACTS SHARED BY CROSSINGS === #

    @api.model
    def _get_average_commission(self, company):
        """Return the average commission of a registered entry of the store's last twelve months.

        :return: `{'new': amount, 'renewal': amount}`; 0 without entries
        """
        self.env.flush_all()
        found = dict(self.env.execute_query(SQL(
            """
            SELECT business_type = 'new', avg(commission_total) FROM insurance_ledger_entry
             WHERE company_id = %s AND state = 'registered' AND entry_type = 'policy'
               AND issue_date >= %s::date - 365
             GROUP BY 1
            """, company.id, company._insurance_today(),
        )))
        return {name: round(float(found.get(is_new) or 0), 2) for name, is_new in (('new', True), ('renewal', False))}

    @api.model
    def _get_followed_vehicles(self, company, kind):
        """Return the ids of the vehicles of the open findings of a crossing, never empty: for conditions in SQL."""
        found = self.search([('company_id', '=', company.id), ('kind', '=', kind), ('state', '=', 'open')])
        return tuple(found.vehicle_id.ids) or (0,)

    # === JOBS === #

    @api.model
    def _cron_look(self):
        """Look through every store that has insurers, one after the other; a store that is at work comes next night."""
        # sudo: a job for all stores
        self = self.sudo()
        stores = [company for company, in self.env['insurance.insurer.agreement']._read_group([], ['company_id'])]
        self.env['ir.cron']._commit_progress(remaining=len(stores))
        for company in stores:
            try:
                counts = self._look(company)
            except UserError as error:
                self.env.cr.rollback()
                _logger.info("Findings of store %s not looked for: %s", company.id, error)
            else:
                _logger.info("Findings of store %s: %s", company.id, counts)
            if not self.env['ir.cron']._commit_progress(1):
                break

    @api.model
    def _recheck(self, vehicles, company):
        """Look again where an open finding is about one of these vehicles; in sudo, never in anybody's way."""
        if self.search_count([('vehicle_id', 'in', vehicles.ids), ('company_id', '=', company.id),
                              ('state', '=', 'open')], limit=1) and self._lock_look(company):
            self._look(company)
