from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date

EMPTY = "—"  # what is not known


class InsuranceDiversion(models.Model):
    """The sentences of findings and their evidence, in the language of who reads them.

    What is stored is a code and raw values: days as text, amounts as numbers, names as they were.
    """

    _inherit = 'insurance.diversion'

    @api.model
    def _say(self, code, facts, currency):
        """Return the sentence `code` about `facts` for the present reader; nothing for a code that is not known.

        :param dict facts: values by name; those that end in `_on` are days, in `_amount` money, in `_share` shares,
            in `_label` keys of selections, in `_reason` ids of coded reasons
        """
        template = self._get_sentences().get(code)
        if not template:
            return ''
        labels = self._get_labels()
        words = defaultdict(lambda: EMPTY)
        for name, value in facts.items():
            if value is None or value is False:
                continue
            if name.endswith('_on'):
                words[name] = format_date(self.env, fields.Date.to_date(value))
            elif name.endswith('_amount'):
                words[name] = currency.format(value)
            elif name.endswith('_share'):
                words[name] = f"{value * 100:.1f}%"
            elif name.endswith('_reason'):
                words[name] = self.env['insurance.reason'].browse(value).name or EMPTY
            elif name.endswith('_label'):
                words[name] = labels.get(value, value)
            else:
                words[name] = value
        return template % words

    @api.model
    def _get_labels(self):
        _ = self.env._
        return {
            'compulsory': _("compulsory"), 'commercial': _("commercial"), 'non_motor': _("non-motor"),
            'specialist': _("of cases closed, lost to another insurer"),
            'consultant': _("of cars delivered, insured somewhere else"),
        }

    @api.model
    def _get_sentences(self):
        """Return `{code: template}` of everything that findings say."""
        return {**self._get_stated_headlines(), **self._get_headlines(), **self._get_evidence_sentences()}

    @api.model
    def _get_stated_headlines(self):
        _ = self.env._
        return {
            'statement_delivery_uninsured': _(
                "%(insurer)s states %(count)s policies of %(car)s under our code that our ledger does not have; we"
                " delivered the car on %(delivered_on)s and it is marked as not insured here. Premium"
                " %(premium_amount)s."),
            'statement_renewal_base': _(
                "%(insurer)s states %(count)s policies of %(car)s under our code that our ledger does not have; the"
                " car is in our renewal base (expiry %(expiry_on)s). Premium %(premium_amount)s."),
            'statement_delivered': _(
                "%(insurer)s states %(count)s policies of %(car)s under our code that our ledger does not have; we"
                " delivered the car on %(delivered_on)s, perhaps the entry is only late. Premium %(premium_amount)s."),
            'statement_other_store': _(
                "%(insurer)s states %(count)s policies of %(car)s under our code; they stand in the ledger of"
                " %(store)s. Premium %(premium_amount)s."),
            'statement_unknown': _(
                "%(insurer)s states %(count)s policies of %(car)s under our code that our ledger does not have; we do"
                " not know the car. Premium %(premium_amount)s."),
        }

    @api.model
    def _get_headlines(self):
        _ = self.env._
        return {
            'delivery_contradicts': _(
                "%(car)s was delivered on %(delivered_on)s and said to insure here; %(days)s days later the ledger has"
                " no policy of it, and no reason is registered."),
            'delivery_unanswered': _(
                "%(car)s was delivered on %(delivered_on)s; %(days)s days later the ledger has no policy of it, and"
                " nobody registered a reason."),
            'sighting_delivery': _(
                "%(car)s was seen with a policy of %(insurer)s dated %(day_on)s, around our delivery on"
                " %(delivered_on)s, that our ledger does not have."),
            'sighting_quote': _(
                "%(car)s was seen with a policy of %(insurer)s dated %(day_on)s, around our offer of %(offered_on)s,"
                " that our ledger does not have."),
            'lost_case_seen': _(
                "We offered %(insurer)s for %(car)s on %(offered_on)s; the case was lost on %(lost_on)s, and a policy"
                " of %(insurer)s appeared afterwards that our ledger does not have."),
            'lost_case_lost_to': _(
                "We offered %(insurer)s for %(car)s on %(offered_on)s; the case was lost on %(lost_on)s, to %(insurer)s"
                " itself as the customer says."),
            'share': _(
                "%(person)s, %(first_on)s to %(last_on)s: %(hits)s of %(size)s (%(own_share)s) %(what_label)s; the"
                " colleagues together %(other_hits)s of %(other_size)s (%(other_share)s). By chance alone so many or"
                " more come about once in %(one_in)s times: a reason to ask, no proof of anything."),
        }

    @api.model
    def _get_evidence_sentences(self):
        _ = self.env._
        return {
            'line': _(
                "%(statement)s, row %(row)s: policy %(policy_no)s (%(product_label)s), issued %(issued_on)s, premium"
                " %(premium_amount)s, commission %(commission_amount)s, salesperson as stated: %(salesperson)s."),
            'delivery_uninsured': _(
                "Delivered on %(delivered_on)s by %(person)s, marked as not insured here: %(coded_reason)s."),
            'delivery': _("Delivered on %(delivered_on)s by %(person)s."),
            'delivery_waiting': _("Delivered on %(delivered_on)s by %(person)s; neither policy nor reason since."),
            'case': _("Renewal case with expiry %(expiry_on)s, in the hands of %(person)s."),
            'case_lost': _("The case was lost on %(lost_on)s by %(person)s: %(coded_reason)s, insured with"
                           " %(insurer)s."),
            'proposal': _("Proposal %(name)s of %(offered_on)s by %(person)s offered %(insurer)s."),
            'proposal_accepted': _(
                "Proposal %(name)s of %(offered_on)s by %(person)s: the customer accepted %(insurer)s."),
            'quote': _("Quoted on %(offered_on)s by %(person)s: %(quote_amount)s with %(insurer)s."),
            'sighting': _(
                "Seen on %(seen_on)s in %(source)s: policy %(policy_no)s of %(insurer)s, issued %(issued_on)s, from"
                " %(start_on)s."),
            'other_store': _("Policy %(policy_no)s stands in the ledger of %(store)s."),
            'month': _("%(month)s: %(hits)s of %(size)s %(what_label)s."),
        }
