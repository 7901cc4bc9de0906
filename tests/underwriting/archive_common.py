import base64
import io

from PIL import Image

from odoo import Command

from ..common import DealerInsuranceCase

PDF = b'%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'


def b64(raw):
    return base64.b64encode(raw).decode()


class ArchiveCase(DealerInsuranceCase):
    """Ledger entries of a store, registered by its clerk, and the folders that come of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['insurance.insurer.agreement'].create([
            {'company_id': cls.other_store.id, 'insurer_id': cls.picc.id, 'date_from': '2026-01-01'},
        ])
        cls._policy_serial = 0
        cls._file_serial = 0

    @classmethod
    def prepare_policy(cls, product, start='2026-11-20', premium=None, **vals):
        cls._policy_serial += 1
        return {
            'product': product, 'start_date': start, 'premium': premium or {'compulsory': 950, 'commercial': 3000}.get(
                product, 200), 'policy_no': f'TEST2026{cls._policy_serial:012d}', **vals,
        }

    @classmethod
    def make_entry(cls, products=('compulsory', 'commercial'), vehicle=None, insurer=None, register=True, **vals):
        """Return a ledger entry with one policy per product, as superuser, registered by the clerk."""
        start, issued = vals.pop('start', '2026-11-20'), vals.pop('issue_date', '2026-11-18')
        premiums = vals.pop('premiums', {})
        vehicle = vehicle or cls.make_vehicle()
        entry = cls.env['insurance.ledger.entry'].create({
            'company_id': cls.store.id, 'insurer_id': (insurer or cls.picc).id, 'vehicle_id': vehicle.id,
            'issue_date': issued, 'salesperson_id': cls.specialist.id, 'clerk_id': cls.clerk.id,
            'policy_ids': [Command.create(cls.prepare_policy(product, start, premiums.get(product)))
                           for product in products],
            **vals,
        })
        if register:
            entry.action_register()
        return entry

    @classmethod
    def make_follow_up(cls, entry, entry_type, premiums):
        """Return a registered endorsement or cancellation of `entry`: `{product: signed premium}`."""
        Entry = cls.env['insurance.ledger.entry']
        follow_up = Entry.create({
            'company_id': entry.company_id.id, 'insurer_id': entry.insurer_id.id, 'vehicle_id': entry.vehicle_id.id,
            'issue_date': '2026-11-18', 'entry_type': entry_type, 'origin_id': entry.id,
            'salesperson_id': entry.salesperson_id.id, 'business_type': entry.business_type,
            'reason_id': cls.env['insurance.reason'].search([
                ('use', '=', entry_type), ('is_group', '=', False), ('allows_compulsory', '=',
                                                                     entry_type == 'cancellation'),
            ], limit=1).id,
            'reason_note': "As agreed with the customer",
            'policy_ids': [
                Command.create({
                    'product': policy.product, 'premium': premiums[policy.product], 'policy_no': policy.policy_no,
                    'start_date': '2027-03-01', 'end_date': policy.end_date, 'endorsement_no': f'E{policy.policy_no}',
                    'origin_policy_id': policy.id,
                })
                for policy in entry.policy_ids if policy.product in premiums
            ],
        })
        follow_up.action_register()
        return follow_up

    @classmethod
    def make_file(cls):
        """Return the base64 content of a PDF that is like no other."""
        cls._file_serial += 1
        return b64(PDF + f'% {cls._file_serial}'.encode())

    @staticmethod
    def make_image(kind):
        stream = io.BytesIO()
        Image.new('RGB', (4, 4), 'white').save(stream, kind)
        return b64(stream.getvalue())

    def get_document(self, archive, code, product=None):
        """Return the active document of a kind (code) in the folder, of the policy of `product` if given."""
        return archive.document_ids.filtered(lambda one: one.type_id.code == code and (
            not product or one.policy_id.product == product))

    def upload(self, archive, code, name="scan.pdf", user=None, content=None):
        """Put a new file on the document `code` as the clerk; return its attachment."""
        document = self.get_document(archive, code)[:1]
        archive.with_user(user or self.clerk).upload_file(name, content or self.make_file(), document.id)
        return self.env['ir.attachment'].search(
            [('res_model', '=', document._name), ('res_id', '=', document.id)], order='id desc', limit=1)
