import hashlib
import json
from decimal import Decimal

from odoo import api, models

from ...lib import identifiers

USE_TYPES = {
    '家庭自用': 'private',
    '家用': 'private',
    '私家车': 'private',
    '非营业个人': 'private',
    '非营运个人': 'private',
    '个人': 'private',
    '家庭自用汽车': 'private',
    '自用': 'private',
    '企业非营业': 'company',
    '非营业企业': 'company',
    '企业': 'company',
    '公司': 'company',
    '公户': 'company',
    '企业自用': 'company',
    '机关': 'authority',
    '机关非营业': 'authority',
    '党政机关': 'authority',
    '事业团体': 'authority',
    '机关/事业团体': 'authority',
    '出租租赁': 'taxi',
    '出租': 'taxi',
    '租赁': 'taxi',
    '营业出租租赁': 'taxi',
    '城市公交': 'city_bus',
    '公路客运': 'coach',
    '营业货车': 'truck_commercial',
    '非营业货车': 'truck',
    '网约车': 'ride_hailing',
    '预约出租': 'ride_hailing',
    '网约车(预约出租)': 'ride_hailing',
}  # what stores write and the codes


class InsuranceImportHandlerVehicle(models.AbstractModel):
    """Import of a workbook whose rows name a car and its people: what is judged alike in all of them."""

    _name = 'insurance.import.handler.vehicle'
    _inherit = 'insurance.import.handler'
    _description = "Import of a Workbook about Vehicles"

    _digest_excluded = frozenset()  # codes that the system adds to a row, which its fingerprint leaves out

    @api.model
    def _begin(self, importing):
        return dict(super()._begin(importing), insurers=self.env['res.partner']._get_insurers_by_name())

    @api.model
    def _get_users_by_name(self, company, groups=()):
        """Return `{normalised name: id}` of the store's users, of those with one of the groups only if some are given.

        Two users of one name are told apart by nothing in a workbook: the name counts for neither.

        :param groups: xmlids of groups
        """
        domain = [('company_ids', 'in', company.id), ('share', '=', False)]
        if groups:
            domain.append(('all_group_ids', 'in', [self.env.ref(group).id for group in groups]))
        found = {}
        for user in self.env['res.users'].search(domain):
            found.setdefault(identifiers.normalise_person(user.name), []).append(user.id)
        return {name: ids[0] for name, ids in found.items() if len(ids) == 1}

    # === JUDGING === #

    @api.model
    def _is_rejected(self, row):
        return any(issue['level'] == 'reject' for issue in row['issues'])

    @api.model
    def _judge_vehicle(self, row, unreadable):
        """Return the issues of VIN, plate, phone and people of a parsed row.

        :param set unreadable: codes whose cells could not be read, and are told already
        """
        issues = []
        problem = 'vin' not in unreadable and identifiers.vin_problem(row.get('vin'))
        if problem:
            issues.append(self._issue(f'vin_{problem}', value=row.get('vin') or ''))
        elif row.get('vin') and not identifiers.vin_check_digit_ok(row['vin']):
            issues.append(self._issue('vin_check_digit', 'warn', value=row['vin']))
        if row.get('plate') and identifiers.plate_problem(row['plate']):
            issues.append(self._issue('plate_malformed', value=row['plate']))
        if row.get('phone') and not identifiers.phone_kind(row['phone']):
            issues.append(self._issue('phone_invalid', 'warn', value=row['phone']))
        if not row.get('owner') and not row.get('insured'):
            issues.append(self._issue('owner_missing'))
        return issues

    @api.model
    def _judge_insurer(self, row, session):
        """Set `insurer_id` to the insurer that the row names, or return why there is none."""
        if not row.get('insurer'):
            return []
        insurer = session['insurers'].get(identifiers.normalise_company(row['insurer']))
        if not insurer:
            return [self._issue('insurer_unknown', value=row['insurer'])]
        row['insurer_id'] = insurer.id
        return []

    @api.model
    def _judge_use(self, row):
        """Replace what is written for the use by its code; what is not known is left empty with a remark."""
        text = row.pop('use', None)
        if not text:
            return []
        known = USE_TYPES.get(text) or (text.lower() if text.lower() in USE_TYPES.values() else None)
        if not known:
            return [self._issue('use_unknown', 'warn', value=text)]
        row['use'] = known
        return []

    @api.model
    def _find_foreign_vehicles(self, vins, company):
        """Return the VINs among these that belong to cars of other stores."""
        # sudo: the VIN is unique in the database, so vehicles that only other stores see matter too
        return set(
            self.env['fleet.vehicle']
            .sudo()
            .search_fetch(
                [
                    ('vin_sn', 'in', vins),
                    ('company_id', 'not in', (False, company.id)),
                ],
                ['vin_sn'],
            )
            .mapped('vin_sn')
        )

    @api.model
    def _digest(self, row):
        """Return the fingerprint of a row's content: the same row imported again changes nothing."""
        content = {code: value for code, value in row.items() if code not in self._digest_excluded}
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:32]

    # === WORDS === #

    @api.model
    def _get_sentences(self):
        _ = self.env._
        return dict(
            super()._get_sentences(),
            vin_missing=_("The VIN is missing."),
            vin_length=_("VIN %(value)s does not have 17 characters."),
            vin_illegal_character=_("VIN %(value)s has a character that no VIN has (I, O, Q or a sign)."),
            vin_check_digit=_("The check digit of VIN %(value)s does not agree; compare it with the licence."),
            plate_malformed=_("Plate %(value)s is no Chinese plate."),
            phone_invalid=_("Phone number %(value)s cannot be dialled."),
            owner_missing=_("Neither owner nor insured is given."),
            premium_negative=_("%(value)s is negative."),
            insurer_unknown=_("Insurer %(value)s is not known; add the spelling under Master Data, Insurers."),
            use_unknown=_("Use %(value)s is not known; it is left empty."),
            policy_number_taken=_("Policy number %(value)s belongs to another car, in row %(row)s."),
            policy_number_on_file=_("Policy number %(value)s belongs to the car %(reason)s on file."),
            vehicle_elsewhere=_("Car %(value)s belongs to another store of the group."),
        )

    @api.model
    def _to_json(self, value):
        return format(value, 'f') if isinstance(value, Decimal) else super()._to_json(value)
