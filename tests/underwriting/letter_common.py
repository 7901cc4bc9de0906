import base64
import io
from datetime import timedelta

from lxml import html
from PIL import Image, ImageDraw

from odoo import Command

from ..common import DealerInsuranceCase

CONSENTS = ('consent_clauses', 'consent_privacy', 'consent_insurers')
LINES = {
    'economy': [('VCI-A', 119800, 1800), ('VCI-B', 1000000, 700)],
    'balanced': [('VCI-A', 119800, 1800), ('VCI-B', 2000000, 890), ('VCI-D3', 10000, 25), ('VCI-D4', 10000, 60),
                 ('DP-B', 100000, 65)],
    'full': [('VCI-A', 119800, 1800), ('VCI-B', 3000000, 990), ('VCI-D3', 50000, 125), ('VCI-D4', 50000, 300),
             ('L', 5000, 420), ('DP-B', 100000, 65), ('HOL', 0, 40), ('SV1', 7, 0), ('W', 5000, 100)],
}  # usual plans: code of the coverage, limit, premium


def drawn_signature():
    """Return a drawn name as a base64 PNG."""
    image = Image.new('RGBA', (300, 100), (255, 255, 255, 0))
    ImageDraw.Draw(image).line([(20, 80), (90, 20), (160, 85), (280, 30)], fill='black', width=4)
    buffer = io.BytesIO()
    image.save(buffer, 'PNG')
    return base64.b64encode(buffer.getvalue()).decode()


class LetterCase(DealerInsuranceCase):
    """Proposals of the store's consultant with plans of three insurers, and their letters as text."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['insurance.insurer.agreement'].create(
            {'company_id': cls.store.id, 'insurer_id': cls.cpic.id, 'date_from': '2026-01-01'}
        )
        cls.store.write({
            'phone': '0791-86001234', 'insurance_margin_floor': -100000, 'insurance_benefit_free_amount': 5000,
            'insurance_privacy_notice': "We keep your data for five years.", 'insurance_privacy_version': '2026-1',
        })
        cls.consultant.partner_id.phone = '13800001111'
        cls.customer = cls.make_owner(name="Customer One", email='customer@example.com', phone='13800002222')
        cls.coverages = {one.code: one for one in cls.env['insurance.coverage'].search([])}

    @classmethod
    def make_proposal(cls, plans=(('PICC', 'balanced'),), sent=True, **vals):
        """Return a proposal of the consultant, in his environment; `plans` are pairs of insurer code and level."""
        today = cls.store._insurance_today()
        proposal = cls.env['insurance.proposal'].with_user(cls.consultant).create({
            'company_id': cls.store.id, 'partner_id': cls.customer.id, 'model_id': cls.model.id, 'seats': 5,
            'displacement': 1.6, 'fuel_type': 'gasoline', 'use_type': 'private', 'new_price': 119800,
            'date': today, 'valid_until': today + timedelta(days=7), **vals,
        })
        cls.env['insurance.proposal.plan'].with_user(cls.consultant).create([
            {
                'proposal_id': proposal.id, 'insurer_id': cls._get_insurer(code).id, 'level': level,
                'sequence': number, 'is_recommended': number == 1,
                'compulsory_premium': 950, 'vehicle_tax': 360, 'line_ids': cls.prepare_lines(level),
            }
            for number, (code, level) in enumerate(plans)
        ])
        if sent:
            proposal.action_send()
        return proposal

    @classmethod
    def prepare_lines(cls, level):
        return [
            Command.create({'coverage_id': cls.coverages[code].id, 'limit': limit, 'premium': premium})
            for code, limit, premium in LINES[level]
        ]

    @classmethod
    def add_benefit(cls, plan, code, name=False, **vals):
        return cls.env['insurance.proposal.benefit'].create({
            'plan_id': plan.id, 'type_id': cls._get_reason('benefit_type', code).id, 'name': name, **vals,
        })

    def render(self, report, records, user=None):
        """Return the report as an HTML tree."""
        content = self.env['ir.actions.report'].with_user(user or self.consultant)._render_qweb_html(
            report, records.ids)[0]
        return html.fromstring(content)

    def words(self, node):
        return ' '.join(' '.join(node.itertext()).split())

    def letter_text(self, proposal, user=None):
        root = self.render('dealer_insurance.report_insurance_proposal', proposal, user)
        (sheet,) = root.find_class('sheet')
        return self.words(sheet)

    def accept(self, proposal, plan=None, **options):
        """Sign `proposal` as its customer would on his page."""
        values = {'consents': CONSENTS, 'signature': drawn_signature(), 'signed_by': "Customer One",
                  'origin': "Test", **options}
        proposal.sudo()._sign(plan or proposal.plan_ids[:1], **values)
