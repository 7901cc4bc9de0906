from ..common import DealerInsuranceCase


class RenewalGenerateCase(DealerInsuranceCase):
    """A ledger whose policies expire, and the job that makes cases of them; the clock stands at 18 November 2026."""

    @classmethod
    def make_expiring(cls, compulsory='2025-12-10', commercial='2025-12-10', registered=True, **vals):
        """Return a registered entry of last year with policies that begin on these days, False for none."""
        policies = [
            cls.prepare_policy(product, premium, start)
            for product, premium, start in (('compulsory', 950, compulsory), ('commercial', 3000, commercial)) if start
        ]
        day = min(filter(None, (compulsory, commercial)))
        return cls.make_entry(*policies, issue_date=day, registered=registered, vehicle_tax=420 if compulsory else 0,
                              **vals)

    @classmethod
    def generate(cls, store=None, **kwargs):
        """Run the job for a store and return its cases."""
        store = store or cls.store
        cls.env['insurance.renewal']._generate(store, **kwargs)
        return cls.env['insurance.renewal'].search([('company_id', '=', store.id)], order='id')

    @classmethod
    def get_excluded(cls):
        return cls.env['insurance.renewal.exclusion'].search([('company_id', '=', cls.store.id)], order='id')
