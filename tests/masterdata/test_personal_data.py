from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..common import ROLES, DealerInsuranceCase

NUMBER = '11010519491231002X'
READERS = ('supervisor', 'clerk', 'gm')  # who may have an ID number shown
FULL_PHONE = ('specialist', 'specialist2', 'supervisor', 'gm', 'clerk', 'advisor', 'claims_clerk', 'leader',
              'consultant')
MASKED = tuple(login for login in ROLES if login not in FULL_PHONE)


class TestIdentityNumbers(DealerInsuranceCase):
    """ID numbers are masked for everybody and shown one by one, for a reason that is logged (PIPL art. 51)."""

    def setUp(self):
        super().setUp()
        self.owner = self.make_owner(insurance_id_type='id_card')
        self.owner.insurance_id_masked = NUMBER
        self.env.flush_all()
        self.env.invalidate_all()
        self.system = self._make_user('system')
        self.system.group_ids += self.env.ref('base.group_system') + self.env.ref('base.group_allow_export')
        for login in (*ROLES, 'plain'):
            getattr(self, login).group_ids += self.env.ref('base.group_allow_export')

    def everybody(self):
        return [*(getattr(self, login) for login in ROLES), self.plain, self.system]

    def test_masked_for_all(self):
        for user in self.everybody():
            with self.subTest(user=user.login):
                [values] = self.rpc(user, self.owner, 'read', ['insurance_id_masked'])
                self.assertEqual(values['insurance_id_masked'], '1101**********002X')

    def test_no_door_to_the_clear_number(self):
        field = 'insurance_id_number'
        doors = {
            'read': ((['name', field],), {}),
            'web_read': (({field: {}},), {}),
            'export_data': (([field],), {}),
            'search': (([(field, '=like', '1101%')],), {}),
            'search_count': (([(field, '=', NUMBER)],), {}),
            'search_read': (([('id', '=', self.owner.id)], [field]), {}),
            'web_search_read': (([('id', '=', self.owner.id)], {field: {}}), {}),
            'formatted_read_group': (([('id', '=', self.owner.id)], [field]), {}),
            'name_search': (('', [(field, '=like', '1101%')]), {}),
            'search_fetch': (([('id', '=', self.owner.id)], [field]), {}),
        }
        for user in self.everybody():
            for method, (args, kwargs) in doors.items():
                with self.subTest(user=user.login, method=method), self.assertRaises(AccessError):
                    self.rpc(user, self.owner, method, *args, **kwargs)
            with self.subTest(user=user.login, method='order'), self.assertRaises(AccessError):
                self.rpc(user, self.owner, 'search', [], order=field)
            with self.subTest(user=user.login, method='path'), self.assertRaises(AccessError):
                self.rpc(user, self.env['fleet.vehicle'].with_user(self.specialist), 'search',
                         [(f'owner_id.{field}', '=like', '1101%')])

    def test_masked_and_clear_together(self):
        """Computing the mask puts the clear number into the cache: it must not be read from there."""
        for user in (self.supervisor, self.system):
            for fields in (['insurance_id_masked', 'insurance_id_number'], ['insurance_id_number']):
                with self.subTest(user=user.login, fields=fields), self.assertRaises(AccessError):
                    self.rpc(user, self.owner, 'export_data', fields)
            with self.subTest(user=user.login, door='onchange'), self.assertRaises(AccessError):
                self.rpc(user, self.owner, 'onchange', {}, [], {'insurance_id_masked': {}, 'insurance_id_number': {}})

    def test_not_written_in_clear(self):
        for user in self.everybody():
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, self.owner, 'write', {'insurance_id_number': '990000199001010017'})

    def test_entered_through_the_mask(self):
        owner = self.owner.with_user(self.specialist)
        owner.insurance_id_masked = '1101**********002X'  # what the form shows, saved again
        self.assertEqual(self.owner.sudo().insurance_id_number, NUMBER)
        with self.refused("without asterisks"):
            owner.insurance_id_masked = '9900**********0017'
        with self.refused("is not a valid ID card number"):
            owner.insurance_id_masked = '990000199001010018'
        owner.insurance_id_masked = ' 990000 19900101 0017 '
        self.assertEqual(self.owner.sudo().insurance_id_number, '990000199001010017')
        owner.insurance_id_masked = False
        self.assertFalse(self.owner.sudo().insurance_id_number)

    def test_copy_takes_no_number(self):
        copy = self.owner.copy()
        self.assertFalse(copy.sudo().insurance_id_number)

    # === SHOWING === #

    def test_shown_with_the_right_and_a_reason(self):
        for login in READERS:
            user = getattr(self, login)
            with self.subTest(user=login):
                self.assertEqual(self.rpc(user, self.owner, 'action_reveal_identity', "Policy form of PICC"), NUMBER)
                log = self.env['insurance.access.log'].search([], limit=1)
                self.assertEqual((log.user_id, log.kind, log.reason, log.res_model, log.res_id, log.company_id),
                                 (user, 'reveal', "Policy form of PICC", 'res.partner', self.owner.id, self.store))

    def test_not_shown_without_the_right(self):
        before = self.env['insurance.access.log'].search_count([])
        for user in self.everybody():
            if user.login in {f'test_{login}' for login in READERS}:
                continue
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, self.owner, 'action_reveal_identity', "Just looking around")
        self.assertEqual(self.env['insurance.access.log'].search_count([]), before)

    def test_not_shown_without_a_reason(self):
        for reason in (False, '', '  x  '):
            with self.subTest(reason=reason), self.refused("Say why"):
                self.rpc(self.supervisor, self.owner, 'action_reveal_identity', reason)

    def test_dialog(self):
        wizard = self.env['insurance.identity.reveal'].with_user(self.supervisor).create({
            'partner_id': self.owner.id, 'reason': "Policy form of PICC",
        })
        self.assertEqual(wizard.action_reveal()['params']['message'], NUMBER)
        with self.assertRaises(AccessError):
            self.env['insurance.identity.reveal'].with_user(self.specialist).create({
                'partner_id': self.owner.id, 'reason': "Policy form of PICC",
            }).action_reveal()

    def test_log_is_not_forged_nor_changed(self):
        self.owner.with_user(self.supervisor).action_reveal_identity("Policy form of PICC")
        log = self.env['insurance.access.log'].search([], limit=1)
        with self.refused("never changed"):
            log.reason = "Another reason"
        with self.refused("never deleted"):
            log.unlink()
        for user in self.everybody():
            for method, args in (('write', ({'reason': "x"},)), ('unlink', ()), ('create', ({
                'user_id': self.gm.id, 'company_id': self.store.id, 'moment': '2026-11-18 01:00:00',
                'kind': 'reveal', 'what': "ID number"},))):
                with self.subTest(user=user.login, method=method), self.assertRaises(UserError):
                    self.rpc(user, log, method, *args)
        with self.assertRaises(AccessError):
            self.rpc(self.other_gm, log, 'read', ['reason'])


class TestPhones(DealerInsuranceCase):
    """Phone numbers are full for who must call and masked for the rest (domain 3.2, T37)."""

    def setUp(self):
        super().setUp()
        self.owner = self.make_owner(phone='13900001234')
        self.vehicle = self.make_vehicle(owner_id=self.owner.id)
        self.env.flush_all()
        self.env.invalidate_all()
        for login in ROLES:
            getattr(self, login).group_ids += self.env.ref('base.group_allow_export')

    def test_full(self):
        for login in FULL_PHONE:
            with self.subTest(user=login):
                [values] = self.rpc(getattr(self, login), self.owner, 'read', ['phone', 'insurance_phone_masked'])
                self.assertEqual((values['phone'], values['insurance_phone_masked']), ('13900001234', '139****1234'))

    def test_masked(self):
        self.assertEqual(set(MASKED), {'finance', 'hotline', 'group_manager', 'administrator'})
        doors = {
            'read': (['phone'],), 'web_read': ({'phone': {}},), 'export_data': (['name', 'phone'],),
            'search': ([('phone', 'ilike', '139')],), 'search_count': ([('phone_sanitized', '!=', False)],),
            'formatted_read_group': ([], ['phone']), 'web_search_read': ([], {'phone': {}}),
            'name_search': ('', [('phone', '=like', '139%')]), 'search_read': ([], ['phone']),
        }
        for login in MASKED:
            user = getattr(self, login)
            [values] = self.rpc(user, self.owner, 'read', ['insurance_phone_masked'])
            self.assertEqual(values['insurance_phone_masked'], '139****1234')
            for method, args in doors.items():
                with self.subTest(user=login, method=method), self.assertRaises(AccessError):
                    self.rpc(user, self.owner, method, *args)
            with self.subTest(user=login, method='order'), self.assertRaises(AccessError):
                self.rpc(user, self.owner, 'search', [], order='phone')
            with self.subTest(user=login, method='path'), self.assertRaises(AccessError):
                self.rpc(user, self.vehicle, 'search', [('owner_id.phone', '=like', '139%')])
            with self.subTest(user=login, method='vcard'), self.assertRaises(AccessError):
                self.owner.with_user(user)._get_vcard_file()
            with self.subTest(user=login, method='name_search'):
                self.assertFalse(self.rpc(user, self.owner, 'name_search', '13900001234'))

    def test_screens_of_a_masked_role(self):
        """The mask stands where the number would: no screen asks for a field that the role may not read."""
        kinds = ('form', 'list', 'kanban', 'search')
        for login, masked in (('finance', True), ('specialist', False), ('hotline', True), ('plain', False)):
            views = self.rpc(getattr(self, login), self.owner, 'get_views', [(False, kind) for kind in kinds])
            fields = views['models']['res.partner']['fields']
            for kind in kinds:
                arch = etree.fromstring(views['views'][kind]['arch'])
                names = {node.get('name') for node in arch.iter('field') if not len(list(node.iterancestors('field')))}
                with self.subTest(user=login, view=kind):
                    self.assertFalse(names - fields.keys(), "the browser knows every field of the view")
                    self.assertNotIn('record.phone' if masked else 'record.insurance_phone_masked', etree.tostring(
                        arch, encoding='unicode'))
                    if kind in ('form', 'list', 'kanban'):
                        self.assertIn('insurance_phone_masked' if masked else 'phone', names)

    def test_masked_role_replaces_a_number(self):
        with self.assertRaises(AccessError):
            self.rpc(self.finance, self.owner, 'write', {'insurance_phone_masked': '13700005678'})
        masked = self._make_user('masked_advisor', 'group_service_advisor')
        self.env.ref('dealer_insurance.group_service_advisor').implied_ids -= self.env.ref(
            'dealer_insurance.group_full_phone')
        self.rpc(masked, self.owner, 'write', {'insurance_phone_masked': '139****1234'})
        self.assertEqual(self.owner.phone, '13900001234')
        with self.refused("without asterisks"):
            self.rpc(masked, self.owner, 'write', {'insurance_phone_masked': '137****1234'})
        self.rpc(masked, self.owner, 'write', {'insurance_phone_masked': '137-0000-5678'})
        self.assertEqual(self.owner.phone, '13700005678')

    def test_everybody_else_is_not_touched(self):
        [values] = self.rpc(self.plain, self.owner, 'read', ['phone'])
        self.assertEqual(values['phone'], '13900001234')

    def test_hotline_enters_a_number_it_reads_masked(self):
        for name in ('phone', 'insurance_phone_masked'):
            partner_id = self.rpc(self.hotline, self.owner, 'create', {'name': "Caller", name: '13700005678'})
            self.env.invalidate_all()
            [values] = self.rpc(self.hotline, self.owner.browse(partner_id), 'read', ['insurance_phone_masked'])
            self.assertEqual(values['insurance_phone_masked'], '137****5678')
            self.assertEqual(self.owner.browse(partner_id).phone, '13700005678')


@tagged('post_install', '-at_install')
class TestPersonalDataHttp(DealerInsuranceCase, HttpCase):
    """The doors that only the web server has."""

    def test_vcard(self):
        owner = self.make_owner(phone='13900001234')
        self.authenticate(self.finance.login, self.finance.login)
        with mute_logger('odoo.http'):
            response = self.url_open(f'/web/partner/vcard?partner_ids={owner.id}')
        self.assertNotIn('13900001234', response.text)
        self.assertNotEqual(response.status_code, 200)

    def test_avatar_card_of_a_colleague(self):
        """A role that sees no customers' phones still opens the card of a colleague."""
        self.authenticate(self.finance.login, self.finance.login)
        for record in (self.specialist, self.specialist.partner_id):
            card = self.make_jsonrpc_request('/mail/data', {
                'fetch_params': [['avatar_card', {'id': record.id, 'model': record._name}]],
            })
            [person] = [one for one in card['res.partner'] if one['id'] == self.specialist.partner_id.id]
            self.assertEqual(person['name'], "Specialist")
            self.assertNotIn('phone', person)
