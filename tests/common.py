from contextlib import contextmanager
from datetime import datetime

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.base.tests.common import BaseCommon

from ..lib.identifiers import vin_check_digit
from ..lib.weeks import utc_moment

NOW = '2026-11-18 02:00:00'  # UTC; a Wednesday, 10:00 in the store, in the ISO week 47 from 16 to 22 November
PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=='
ROLES = {
    'specialist': 'group_renewal_specialist',
    'specialist2': 'group_renewal_specialist',
    'supervisor': 'group_insurance_supervisor',
    'gm': 'group_general_manager',
    'clerk': 'group_policy_clerk',
    'finance': 'group_finance',
    'hotline': 'group_hotline_operator',
    'claims_clerk': 'group_claims_clerk',
    'advisor': 'group_service_advisor',
    'leader': 'group_claims_leader',
    'consultant': 'group_sales_consultant',
    'group_manager': 'group_group_manager',
    'administrator': 'group_administrator',
}  # group by name; a user of that name is an attribute of the test class, see `_make_user` for the login


@freeze_time(NOW)
@tagged('post_install', '-at_install')
class DealerInsuranceCase(BaseCommon):
    """A store with one user per role, a second store, and what a renewal case needs. Nothing comes from demo data.

    The clock stands at :data:`NOW` for everything that asks Python for the time, as the addon does by
    `fields.Datetime.now()`; `create_date` and `env.cr.now()` come from the database and are not frozen. Move on with
    `with self.at('2026-11-23 09:00'):` (wall-clock time of the store).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = cls.company
        cls.other_store = cls._make_store("Test Store West")
        cls.env.user.company_ids = [Command.link(cls.other_store.id)]
        for login, group in ROLES.items():
            setattr(cls, login, cls._make_user(login, group))
        cls.plain = cls._make_user('plain')
        cls.other_specialist = cls._make_user('other_specialist', 'group_renewal_specialist', cls.other_store)
        cls.other_supervisor = cls._make_user('other_supervisor', 'group_insurance_supervisor', cls.other_store)
        cls.other_gm = cls._make_user('other_gm', 'group_general_manager', cls.other_store)
        cls.group_manager.company_ids = [Command.link(cls.other_store.id)]
        cls.store.write({
            'insurance_renewal_reviewer_id': cls.supervisor.id, 'insurance_alternate_reviewer_id': cls.gm.id,
        })
        cls.other_store.write({
            'insurance_renewal_reviewer_id': cls.other_supervisor.id,
            'insurance_alternate_reviewer_id': cls.other_gm.id,
        })
        cls.brand = cls.env['fleet.vehicle.model.brand'].create({'name': "Test Brand"})
        cls.model = cls.env['fleet.vehicle.model'].create({'name': "Test Model", 'brand_id': cls.brand.id})
        cls.picc, cls.paic, cls.cpic = map(cls._get_insurer, ('PICC', 'PAIC', 'CPIC'))
        cls.env['insurance.insurer.agreement'].create([
            {'company_id': cls.store.id, 'insurer_id': insurer.id, 'date_from': '2026-01-01'}
            for insurer in (cls.picc, cls.paic)
        ])
        cls._serial = 0

    @classmethod
    def setup_independent_company(cls):
        return cls._make_store("Test Store East")

    @classmethod
    def _make_store(cls, name):
        return cls.env['res.company'].create({
            'name': name, 'insurance_tz': 'Asia/Shanghai', 'currency_id': cls._enable_currency('CNY').id,
        })

    @classmethod
    def _make_user(cls, login, group=None, company=None):
        """Return a new user with one role, or a plain internal user; login and password are `test_<login>`."""
        groups = f'dealer_insurance.{group}' if group else 'base.group_user'
        return new_test_user(
            cls.env, f'test_{login}', password=f'test_{login}', groups=groups, name=login.replace('_', ' ').title(),
            company_id=(company or cls.company).id, tz='Asia/Shanghai',
        )

    @classmethod
    def _get_insurer(cls, code):
        return cls.env['res.partner'].search([('insurer_code', '=', code)], limit=1)

    @classmethod
    def _get_reason(cls, use, code):
        return cls.env['insurance.reason']._get_by_code(use, code)

    # === TIME === #

    @staticmethod
    def at(moment):
        """Return a context manager in which it is `moment`, 'YYYY-MM-DD HH:MM' on the wall clock of the store."""
        return freeze_time(DealerInsuranceCase.utc(moment))

    @staticmethod
    def utc(moment):
        """Return 'YYYY-MM-DD HH:MM' on the wall clock of the store as the naive UTC datetime that Odoo keeps."""
        return utc_moment(datetime.strptime(moment, '%Y-%m-%d %H:%M'), 'Asia/Shanghai')

    # === FACTORIES === #

    @classmethod
    def make_vin(cls, serial):
        """Return a VIN of no real car with the right check digit, from a number below 1,000,000."""
        vin = f'LTSZZTDE0TA{serial:06d}'
        return vin[:8] + vin_check_digit(vin) + vin[9:]

    @classmethod
    def make_owner(cls, **vals):
        cls._serial += 1
        return cls.env['res.partner'].create({
            'name': f"Owner {cls._serial:04d}", 'phone': f'1380000{cls._serial:04d}', **vals,
        })

    @classmethod
    def make_vehicle(cls, **vals):
        cls._serial += 1
        values = {
            'model_id': cls.model.id, 'vin_sn': cls.make_vin(cls._serial),
            'license_plate': f'赣Z{cls._serial:05d}', 'company_id': False, **vals,
        }
        if 'owner_id' not in values:
            values['owner_id'] = cls.make_owner().id
        return cls.env['fleet.vehicle'].create(values)

    @classmethod
    def make_case(cls, specialist=None, expiry='2026-12-20', **vals):
        """Return a new renewal case of a new car, owned by `specialist` or unassigned, in the superuser's env."""
        vehicle = cls.env['fleet.vehicle'].browse(vals.pop('vehicle_id', None)) or cls.make_vehicle()
        return cls.env['insurance.renewal'].create({
            'vehicle_id': vehicle.id, 'partner_id': vehicle.owner_id.id, 'commercial_expiry': expiry,
            'specialist_id': specialist.id if specialist else False,
            'company_id': (specialist.company_id if specialist else cls.store).id, **vals,
        })

    @classmethod
    def prepare_contact(cls, case, when=None, **vals):
        """Return the values of a contact at `when` (store wall clock; now by default) about `case`."""
        return {
            'renewal_id': case.id,
            'contact_on': fields.Datetime.to_string(cls.utc(when) if when else fields.Datetime.now()),
            'channel_id': cls._get_reason('contact_channel', 'PHONE').id,
            'result_id': cls._get_reason('contact_result', 'INTERESTED').id,
            'content': "Talked about the renewal, wants a quote with a higher third-party limit",
            **vals,
        }

    @classmethod
    def make_contact(cls, case, user=None, when=None, **vals):
        """Log a contact as `user` (by default the case's specialist); see :meth:`prepare_contact`."""
        user = user or case.specialist_id
        return cls.env['insurance.renewal.contact'].with_user(user).create(cls.prepare_contact(case, when, **vals))

    @classmethod
    def make_lost(cls, case, user=None, when=None, **vals):
        """Log a contact with which `case` is lost to a cheaper offer."""
        return cls.make_contact(case, user, when, **{
            'outcome': 'lost', 'lost_reason_id': cls._get_reason('renewal_lost', 'PRICE').id, 'lost_price': 3000,
            'lost_insurer_id': cls.paic.id,
            'countermeasure': "Compared the coverage line by line and offered the matching limit", **vals,
        })

    @classmethod
    def make_won(cls, case, user=None, when=None, **vals):
        """Log a contact with which `case` is won."""
        return cls.make_contact(case, user, when, **{
            'outcome': 'won', 'won_insurer_id': cls.picc.id, 'won_policy_no': 'PDAA202636000000000001',
            'won_premium': 3200, **vals,
        })

    @classmethod
    def sign(cls, page, user=None, answer=True, **kwargs):
        """Sign `page` as `user` (by default the supervisor) with all questions answered and a drawn signature."""
        page = page.with_user(user or cls.supervisor)
        answers = {str(check.id): answer for check in page._get_checks()}
        return page.action_sign(answers=answers, **{'signature': PNG, **kwargs})

    @classmethod
    def prepare_policy(cls, product='commercial', premium=3000, start='2026-11-20', **vals):
        """Return the values of a policy with a number of its own."""
        cls._serial += 1
        return {
            'product': product, 'premium': premium, 'start_date': start,
            'policy_no': f'{product[:3].upper()}{cls._serial:012d}', **vals,
        }

    @classmethod
    def make_entry(cls, *policies, user=None, registered=True, **vals):
        """Return an entry for PICC as the clerk (or `user`) makes it, in the superuser's env, registered by default.

        :param policies: dicts as of :meth:`prepare_policy`; by default a compulsory one for 950 and a commercial one
            for 3,000
        """
        policies = policies or (cls.prepare_policy('compulsory', 950), cls.prepare_policy())
        vals.setdefault('vehicle_id', vals.get('vehicle_id') or cls.make_vehicle().id)
        entry = cls.env['insurance.ledger.entry'].with_user(user or cls.clerk).create({
            'insurer_id': cls.picc.id, 'policy_ids': [Command.create(policy) for policy in policies], **vals,
        })
        if registered:
            entry.action_register()
        return entry.sudo()

    @classmethod
    def make_follow_up(cls, entry, kind='cancellation', reason='CUSTOMER_WISH', products=None, registered=True,
                       premiums=None, **vals):
        """Endorse or cancel `entry` through the clerk's dialog and return the new row, registered by default.

        :param products: the products to change, all by default
        :param premiums: `{product: typed difference}`
        """
        wizard = cls.env['insurance.ledger.follow.up'].with_user(cls.clerk).create({
            'entry_id': entry.id, 'kind': kind, 'reason_id': cls._get_reason(kind, reason).id, **vals,
        })
        for line in wizard.line_ids:
            product = line.policy_id.product
            line.is_included = not products or product in products
            line.endorsement_no = f'E{line.policy_id.policy_no}'
            if premiums and product in premiums:
                line.premium = premiums[product]
        draft = cls.env['insurance.ledger.entry'].browse(wizard.action_prepare()['res_id'])
        if registered:
            draft.with_user(cls.clerk).action_register()
        return draft

    @classmethod
    def allow_benefits(cls):
        """Let the store give benefits up to 1,000 without anybody's approval."""
        cls.store.write({'insurance_benefit_free_amount': 1000, 'insurance_margin_floor': -1000})

    @classmethod
    def make_rate_card(cls, *lines, insurer=None, **vals):
        """Return a rate card of the store for PICC, valid since January; `lines` are dicts of its rates."""
        return cls.env['insurance.rate.card'].create({
            'name': "Test Card", 'company_id': cls.store.id, 'insurer_id': (insurer or cls.picc).id,
            'date_from': '2026-01-01', 'line_ids': [Command.create(line) for line in lines], **vals,
        })

    # === DOORS === #

    @contextmanager
    def refused(self, pattern, exception=UserError):
        """Expect `exception` with a message that matches `pattern`; what was done until then is rolled back."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), pattern)

    @staticmethod
    def rpc(user, records, method, *args, **kwargs):
        """Call a method as a browser of `user` would: public methods only, plain values in and out.

        :param records: recordset to call it on; an empty one for model methods such as create
        """
        records.env.invalidate_all()  # each request has a cache of its own
        model = records.with_user(user).browse()
        positional = args if getattr(getattr(type(model), method), '_api_model', False) else (records.ids, *args)
        return call_kw(model, method, list(positional), kwargs)
