"""Which role may do what with which model (domain 3.2), for the tests of access."""

from .common import ROLES

OPERATIONS = {'C': 'create', 'R': 'read', 'U': 'write', 'D': 'unlink'}
EVERYBODY = (*ROLES, 'plain')
DESK = dict.fromkeys(ROLES, 'R')


def rights(base=(), **roles):
    """Return `{role: letters}` for everybody; roles that are not named have none but those of `base`."""
    return {**dict.fromkeys(EVERYBODY, ''), **dict(base), **roles, **(
        {'specialist2': roles['specialist']} if 'specialist' in roles else {}
    )}


ARCHIVE = dict.fromkeys(('supervisor', 'gm', 'finance', 'leader', 'advisor', 'consultant', 'specialist',
                         'specialist2'), 'R')
STATISTICS = dict.fromkeys(
    ('clerk', 'supervisor', 'gm', 'finance', 'group_manager', 'consultant', 'specialist', 'specialist2'), 'R')

# Claims and service read policies; the rows of the ledger, with their money, are not theirs
LEDGER = dict.fromkeys(('supervisor', 'gm', 'finance', 'group_manager', 'consultant', 'specialist', 'specialist2'), 'R')
POLICIES = dict(LEDGER, **dict.fromkeys(('leader', 'claims_clerk', 'advisor'), 'R'))

CLAIM = dict.fromkeys(('supervisor', 'gm', 'finance'), 'R')

SALES_BOARD = dict.fromkeys(('consultant', 'specialist', 'specialist2', 'clerk', 'gm', 'group_manager'), 'R')

# What the roles may do with a model at all (domain 3.2). Which records, is in `TestRecords`.
MODELS = {
    'fleet.vehicle': rights(DESK, specialist='CRU', supervisor='CRU', clerk='CRU', advisor='CRU', leader='RU',
                            consultant='CR', hotline='CR'),
    'fleet.vehicle.model': rights(DESK, supervisor='CRU', clerk='CRU'),
    'fleet.vehicle.model.brand': rights(DESK, supervisor='CRU', clerk='CRU'),
    'res.partner': rights(dict(DESK, plain='R'), specialist='CRU', supervisor='CRU', clerk='CRU', advisor='CRU',
                          leader='RU', consultant='CR', hotline='CR'),
    'insurance.vehicle.owner': rights(DESK),
    'insurance.vehicle.plate': rights(DESK),
    'insurance.insurer.agreement': rights(DESK, supervisor='CRU', group_manager='CRU'),
    **dict.fromkeys(
        ('insurance.coverage', 'insurance.coverage.limit', 'insurance.coverage.map', 'insurance.tariff.compulsory',
         'insurance.tariff.compulsory.line', 'insurance.tariff.factor', 'insurance.tariff.factor.line',
         'insurance.tariff.vehicle.tax'),
        rights(DESK, supervisor='CRU', group_manager='CRU'),
    ),
    **dict.fromkeys(
        ('insurance.rate.card', 'insurance.rate.card.line'),
        rights(supervisor='CRU', group_manager='CRU', clerk='R', finance='R', gm='R'),
    ),
    'insurance.reason': rights(DESK, supervisor='CRU', leader='CRU', group_manager='CRU'),
    'insurance.access.log': rights(dict.fromkeys(
        ('supervisor', 'finance', 'leader', 'gm', 'group_manager', 'administrator'), 'R')),
    'insurance.identity.reveal': rights(dict.fromkeys(ROLES, 'CRU')),
    'insurance.import': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD', gm='R'),
    'insurance.import.sheet': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD', gm='R'),
    'insurance.import.column': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD', gm='R'),
    'insurance.import.row': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD', gm='R'),
    'insurance.import.field': rights(DESK, supervisor='RU', administrator='RU'),
    'insurance.import.synonym': rights(supervisor='CRUD', clerk='CRUD', finance='CRUD', hotline='CRUD',
                                       administrator='CRUD'),
    'insurance.register': rights(DESK, supervisor='CRU', leader='CRU', administrator='CR'),
    'insurance.register.delegate': rights(DESK, supervisor='CRU', leader='CRU', gm='CRU'),
    'insurance.register.check': rights(DESK, supervisor='CRU', leader='CRU', administrator='CRU'),
    'insurance.register.page': rights(DESK),
    'insurance.register.signature': rights(DESK),
    'insurance.register.finding': rights(supervisor='R', leader='R', gm='RU', group_manager='R', administrator='R'),
    'insurance.register.reopen': rights(gm='CRU'),
    'insurance.register.export': rights(specialist='CRU', supervisor='CRU', leader='CRU', gm='CRU'),
    'insurance.accident': rights(hotline='CRU', leader='RU', advisor='R', claims_clerk='R', supervisor='R', gm='R'),
    'insurance.accident.contact': rights(hotline='CR', leader='CR', advisor='CR', claims_clerk='R', supervisor='R',
                                         gm='R'),
    'insurance.accident.response': rights(hotline='R', leader='R', supervisor='R', gm='R'),
    'insurance.accident.merge': rights(hotline='CRU', leader='CRU'),
    'insurance.renewal': rights(specialist='RU', supervisor='CRU', gm='R', clerk='R', consultant='R'),
    'insurance.renewal.milestone': rights(DESK, supervisor='CRU', group_manager='CRU'),
    'insurance.renewal.task': rights(specialist='R', supervisor='R', gm='R'),
    'insurance.renewal.contact': rights(specialist='CRU', supervisor='CRU', gm='R'),
    'insurance.renewal.report': rights(specialist='RU', supervisor='R', gm='R'),
    'insurance.renewal.report.line': rights(specialist='R', supervisor='R', gm='R'),
    'insurance.renewal.report.receive': rights(supervisor='CRU', gm='CRU'),
    'insurance.renewal.analysis': rights(supervisor='CRU', gm='CRU'),
    'insurance.training': rights(specialist='R', supervisor='CRU', gm='R'),
    'insurance.training.gather': rights(supervisor='CRU'),
    'insurance.archive': rights(ARCHIVE, clerk='RU'),
    'insurance.archive.document': rights(ARCHIVE, clerk='CRU'),
    'insurance.archive.document.reason': rights(clerk='CRU'),
    'insurance.archive.loan': rights(clerk='CRU', supervisor='R', gm='R', leader='R'),
    'insurance.document.type': rights(DESK, supervisor='CRU', group_manager='CRU', administrator='CRU'),
    'insurance.new.car.report': rights(STATISTICS),
    'insurance.underwriting.report': rights(STATISTICS),
    'insurance.renewal.assign': rights(supervisor='CRU'),
    'insurance.renewal.exclusion': rights(supervisor='R', gm='R'),
    'insurance.renewal.assign.rule': rights(supervisor='CRU', gm='R'),
    'insurance.renewal.cover': rights(supervisor='CRU', gm='R', specialist='R'),
    'insurance.renewal.handover': rights(supervisor='R', gm='R'),
    'insurance.renewal.handover.line': rights(supervisor='R', gm='R'),
    'insurance.renewal.leave': rights(supervisor='CRU'),
    'insurance.renewal.contact.share': rights(specialist='CRU', supervisor='CRU'),
    'insurance.renewal.target': rights(specialist='R', supervisor='CRUD', gm='R', group_manager='R'),
    'insurance.renewal.target.revision': rights(specialist='R', supervisor='R', gm='R', group_manager='R'),
    'insurance.renewal.target.revise': rights(supervisor='CRU', gm='CRU'),
    'insurance.delivery': rights(consultant='CRU', clerk='CRU', supervisor='CRU', gm='R', finance='R',
                                 group_manager='R'),
    'insurance.delivery.return': rights(clerk='CRU', supervisor='CRU'),
    'insurance.sales.team': rights(DESK, supervisor='CRU', administrator='CRU'),
    'insurance.sales.target': rights(supervisor='CRUD', consultant='R', gm='R', group_manager='R'),
    'insurance.sales.board': rights(SALES_BOARD, supervisor='CRU'),
    'insurance.sales.board.line': rights(SALES_BOARD, supervisor='R'),
    'insurance.sales.board.adjustment': rights(SALES_BOARD, supervisor='R'),
    'insurance.commendation': rights(DESK, supervisor='RU', gm='RU'),
    'insurance.coaching': rights(consultant='R', supervisor='RU', gm='RU'),
    'insurance.month.close': rights(supervisor='CRU', gm='CRU', group_manager='R'),
    'insurance.kpi.value': rights(specialist='R', supervisor='R', gm='R', group_manager='R', finance='R'),
    'insurance.proposal': rights(consultant='CRUD', specialist='CRUD', supervisor='RU', gm='R', clerk='R'),
    **dict.fromkeys(
        ('insurance.proposal.plan', 'insurance.proposal.line', 'insurance.proposal.benefit'),
        rights(consultant='CRUD', specialist='CRUD', supervisor='CRUD', gm='R', clerk='R'),
    ),
    'insurance.proposal.template': rights(DESK, supervisor='CRU', group_manager='CRU'),
    'insurance.proposal.template.line': rights(DESK, supervisor='CRUD', group_manager='CRUD'),
    'insurance.proposal.decline': rights(consultant='CRU', specialist='CRU', supervisor='CRU'),
    'insurance.proposal.sign': rights(consultant='CRU', specialist='CRU', supervisor='CRU'),
    'insurance.approval': rights(consultant='R', specialist='R', supervisor='R', gm='R', clerk='R', finance='R'),
    'insurance.approval.delegate': rights(supervisor='CRU', gm='CRU'),
    'insurance.approval.request': rights(consultant='CRU', specialist='CRU', supervisor='CRU', clerk='CRU'),
    'insurance.approval.refuse': rights(supervisor='CRU', gm='CRU', clerk='CRU', finance='CRU'),
    **dict.fromkeys(('insurance.accident.report', 'insurance.accident.arrival'),
                    rights(leader='R', supervisor='R', gm='R')),
    'insurance.accident.analysis': rights(leader='CRU', supervisor='CRU', gm='CRU'),
    'insurance.lost.visit': rights(advisor='CRU', claims_clerk='CRU', leader='CRU', supervisor='R', gm='R'),
    'insurance.lost.visit.contact': rights(advisor='CR', claims_clerk='CR', leader='CR', supervisor='R', gm='R'),
    'insurance.ledger': rights(LEDGER, clerk='RU'),
    'insurance.ledger.entry': rights(LEDGER, clerk='CRUD'),
    'insurance.ledger.signature': rights(LEDGER, clerk='R'),
    'insurance.ledger.follow.up': rights(clerk='CRUD'),
    'insurance.ledger.follow.up.line': rights(clerk='CRUD'),
    'insurance.ledger.unsign': rights(gm='CRU'),
    'insurance.ledger.print': rights(dict.fromkeys(('clerk', 'finance', 'supervisor', 'gm', 'group_manager'), 'CRU')),
    'insurance.ledger.export': rights(dict.fromkeys(
        ('clerk', 'finance', 'supervisor', 'gm', 'group_manager', 'consultant', 'specialist', 'specialist2'), 'CRU')),
    'insurance.policy': rights(POLICIES, clerk='CRUD'),
    'insurance.policy.coverage': rights(POLICIES, clerk='CRUD'),
    'insurance.benefit': rights(LEDGER, clerk='CRUD'),
    'insurance.customer.payment': rights(clerk='CRUD', finance='CRU', supervisor='R', gm='R'),
    'insurance.customer.payment.line': rights(dict(LEDGER, finance='CRU'), clerk='CRUD'),
    'insurance.claim': rights(CLAIM, advisor='CRUD', leader='RU', claims_clerk='RU', hotline='R'),
    'insurance.claim.assessment': rights(CLAIM, advisor='CRU', leader='CRU', claims_clerk='CRU'),
    'insurance.claim.book': rights(CLAIM, leader='R', claims_clerk='R'),
    'insurance.claim.cost': rights(CLAIM, advisor='CRUD', leader='CRUD', claims_clerk='R'),
    'insurance.claim.difference': rights(CLAIM, advisor='R', leader='R', claims_clerk='CRU', finance='CRU'),
    'insurance.claim.document': rights(CLAIM, advisor='RU', leader='CRU', claims_clerk='CRU'),
    'insurance.claim.document.type': rights(DESK, leader='CRU', group_manager='CRU'),
    'insurance.claim.policy': rights(CLAIM, advisor='CRUD', leader='CRUD', claims_clerk='R', hotline='R'),
    'insurance.claim.reason': rights(dict.fromkeys(('advisor', 'leader', 'claims_clerk', 'finance', 'gm'), 'CRU')),
    'insurance.claim.dunning': rights(CLAIM, claims_clerk='CRUD', leader='CRUD', finance='CRUD'),
    'insurance.claim.dunning.line': rights(CLAIM, claims_clerk='CRUD', leader='CRUD', finance='CRUD', advisor='R'),
    'insurance.claim.export': rights(dict.fromkeys(
        ('claims_clerk', 'leader', 'finance', 'supervisor', 'gm', 'advisor'), 'CRU')),
    'insurance.claim.insurer.figure': rights(CLAIM, claims_clerk='CRU', leader='CRU'),
    'insurance.claim.owed': rights(CLAIM, leader='R', claims_clerk='R'),
    'insurance.claim.receipt': rights(CLAIM, finance='CRUD', leader='R', claims_clerk='R'),
    'insurance.claim.receipt.line': rights(CLAIM, finance='CRUD', advisor='R', leader='R', claims_clerk='R'),
    'insurance.claim.referral': rights(dict.fromkeys(('leader', 'finance', 'supervisor', 'gm'), 'CRU')),
    'insurance.claim.statistics': rights(CLAIM, leader='R', advisor='R'),
    **dict.fromkeys(('insurance.claim.signature', 'insurance.claim.version'),
                    rights(CLAIM, advisor='R', leader='R', claims_clerk='R')),
    'insurance.settlement': rights(clerk='CRUD', finance='R', supervisor='R', gm='R', group_manager='R'),
    **dict.fromkeys(
        ('insurance.settlement.three.way', 'insurance.settlement.ageing'),
        rights(clerk='R', finance='R', gm='R', group_manager='R'),
    ),
    'insurance.settlement.decide': rights(finance='CRU'),
    'insurance.settlement.explain': rights(finance='CRU', gm='CRU'),
    **dict.fromkeys(
        ('insurance.settlement.left.out', 'insurance.settlement.export'),
        rights(dict.fromkeys(('clerk', 'finance', 'supervisor', 'gm', 'group_manager'), 'CRU')),
    ),
    'insurance.settlement.line': rights(clerk='R', finance='R', supervisor='R', gm='R', group_manager='R'),
    **dict.fromkeys(('insurance.diversion', 'insurance.diversion.evidence', 'insurance.diversion.step',
                     'insurance.diversion.sighting'), rights(finance='R', gm='R')),
    'insurance.diversion.close': rights(finance='CRU', gm='CRU'),
    **dict.fromkeys(('insurance.statement', 'insurance.statement.line'),
                    rights(clerk='R', finance='R', gm='R', group_manager='R')),
}
# Drafts may go: workbooks until they are imported, proposals until somebody was asked or told about them, entries of
# the ledger until they are registered.
DRAFTS = {'insurance.import', 'insurance.import.sheet', 'insurance.import.column', 'insurance.import.row',
          'insurance.import.synonym',
          'insurance.proposal', 'insurance.proposal.plan', 'insurance.proposal.line', 'insurance.proposal.benefit',
          'insurance.proposal.template.line',
          'insurance.ledger.entry', 'insurance.ledger.follow.up', 'insurance.ledger.follow.up.line', 'insurance.policy',
          'insurance.policy.coverage', 'insurance.benefit', 'insurance.customer.payment',
          'insurance.customer.payment.line', 'insurance.renewal.target', 'insurance.sales.target',
          'insurance.settlement', 'insurance.claim', 'insurance.claim.cost', 'insurance.claim.policy',
          'insurance.claim.receipt', 'insurance.claim.receipt.line', 'insurance.claim.dunning',
          'insurance.claim.dunning.line'}
