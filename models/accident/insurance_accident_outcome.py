from odoo import api, fields, models

STATES = [
    ('new', "To Contact"),
    ('following', "In Progress"),
    ('promised', "Promised to Come"),
    ('returned', "Came"),
    ('not_returned', "Did Not Come"),
    ('merged', "Merged"),
    ('corrected', "Corrected by Another Line"),
]
OPEN_STATES = ('new', 'following', 'promised')


class InsuranceAccident(models.Model):
    """What became of a report: computed from its follow-ups, of which signing freezes those it saw.

    A report and those merged into it are one accident: what is known of any of them is known of the earliest (T8).
    """

    _inherit = 'insurance.accident'

    state = fields.Selection(
        STATES, compute='_compute_outcome', store=True, index=True, group_expand='_expand_states')
    first_contact_on = fields.Datetime(string="First Contact", compute='_compute_outcome', store=True)
    promise_given_on = fields.Datetime(string="Promise Given on", compute='_compute_outcome', store=True)
    promised_on = fields.Datetime(string="Comes on", compute='_compute_outcome', store=True)
    next_action_on = fields.Datetime(string="Next Action", compute='_compute_outcome', store=True)
    returned_on = fields.Datetime(string="Came on", compute='_compute_outcome', store=True)
    advisor_id = fields.Many2one(
        'res.users', string="Service Advisor", compute='_compute_outcome', store=True, index='btree_not_null',
    )
    reason_id = fields.Many2one(
        'insurance.reason', string="Reason Not Returned", compute='_compute_outcome', store=True,
        index='btree_not_null',
    )
    reason_text = fields.Text(string="Why it Did Not Come", compute='_compute_outcome', store=True)
    attempt_count = fields.Integer(string="Attempts", compute='_compute_outcome', store=True, aggregator=None)
    duplicate_of_id = fields.Many2one(
        'insurance.accident', string="Same Accident as", compute='_compute_duplicate_of_id', store=True,
        index='btree_not_null', ondelete='restrict',
    )
    merged_ids = fields.One2many('insurance.accident', 'duplicate_of_id', string="Merged Reports")
    mention_ids = fields.One2many('insurance.accident.contact', 'other_id', string="Mentioned by")
    is_superseded = fields.Boolean(string="Corrected", compute='_compute_is_superseded', store=True)

    _open_idx = models.Index("(company_id, next_action_on) WHERE state IN ('new', 'following', 'promised')")

    @api.model
    def _expand_states(self, states, domain):
        """Show the columns of the desk in their order, those of lines that do not count only when there are some."""
        return [state for state, _label in STATES if state not in ('merged', 'corrected') or state in states]

    @api.depends('correction_ids')
    def _compute_is_superseded(self):
        for accident in self:
            accident.is_superseded = bool(accident.correction_ids)

    @api.depends('contact_ids.kind', 'contact_ids.other_id', 'correction_of_id.contact_ids.kind', 'correction_ids')
    def _compute_duplicate_of_id(self):
        for accident in self:
            target = self.browse()
            for contact in accident._get_history():
                if contact.kind in ('merged', 'split'):
                    target = contact.other_id if contact.kind == 'merged' else self.browse()
            accident.duplicate_of_id = not accident.correction_ids and target._get_latest()

    @api.depends(
        'reported_on', 'source_id', 'is_missed_call', 'expected_on', 'call_back_on', 'duplicate_of_id',
        'is_superseded', 'contact_ids.kind', 'merged_ids.contact_ids.kind', 'merged_ids.source_id',
        'correction_of_id.contact_ids.kind', 'mention_ids.kind',  # the last one: a report that is separated again
    )
    def _compute_outcome(self):
        for accident in self:
            own = accident._fold()
            if accident.is_superseded:
                own['state'] = 'corrected'
            elif accident.duplicate_of_id:
                own['state'] = 'merged'
            else:
                for other in accident.merged_ids.filtered(lambda one, main=accident: one.duplicate_of_id == main):
                    own = self._join(own, other._fold())
            accident.update(own)

    def _fold(self):
        """Return what the follow-ups of this report alone say, as values of the computed fields."""
        self.ensure_one()
        values = self._prepare_beginning()
        for contact in self._get_history():
            self._fold_contact(values, contact)
        return values

    def _prepare_beginning(self):
        """Return how a report begins: a customer on the telephone has been talked to, a notice has to be followed."""
        is_talk = self.source_id.code != 'INSURER' and not self.is_missed_call
        return {
            'state': 'promised' if self.expected_on else 'following' if is_talk else 'new',
            'first_contact_on': self.reported_on if is_talk or self.expected_on else False,
            'promise_given_on': self.expected_on and self.reported_on,
            'promised_on': self.expected_on,
            'next_action_on': self.expected_on or self.call_back_on,
            'returned_on': False, 'advisor_id': False, 'reason_id': False, 'reason_text': False, 'attempt_count': 0,
        }

    @api.model
    def _fold_contact(self, values, contact):
        """Bring `values` forward by one follow-up."""
        kind = contact.kind
        if kind in ('reached', 'unreached', 'promised'):
            values['attempt_count'] += 1
        if kind in ('reached', 'promised', 'returned', 'not_returned') and not contact.is_automatic:
            values['first_contact_on'] = min(filter(None, (values['first_contact_on'], contact.contact_on)))
        if kind == 'promised':
            values.update(
                state='promised', promised_on=contact.promised_on, reason_id=False, reason_text=False,
                promise_given_on=values['promise_given_on'] or contact.contact_on,
                next_action_on=contact.next_action_on or contact.promised_on,
            )
        elif kind == 'reached':
            values.update(state='promised' if values['state'] == 'promised' else 'following')
            values['next_action_on'] = contact.next_action_on
        elif kind == 'unreached':
            values['next_action_on'] = contact.next_action_on
        elif kind == 'returned':
            values.update(
                state='returned', returned_on=contact.returned_on, advisor_id=contact.advisor_id.id,
                next_action_on=False,
            )
        elif kind == 'not_returned':
            stays_open = contact.reason_id.keeps_open
            values.update(
                state='following' if stays_open else 'not_returned', reason_id=contact.reason_id.id,
                reason_text=contact.content, next_action_on=stays_open and contact.next_action_on,
                returned_on=False, advisor_id=False,
            )
        elif kind == 'reopened':
            values.update(
                state='following', reason_id=False, reason_text=False, returned_on=False, advisor_id=False,
                promised_on=False, next_action_on=contact.next_action_on,
            )

    @api.model
    def _join(self, one, other):
        """Return what two reports of one accident say together: a return outweighs a reason, a reason an open end."""
        rank = {'returned': 0, 'not_returned': 1, 'promised': 2, 'following': 3, 'new': 4}
        best, rest = sorted((one, other), key=lambda values: rank[values['state']])
        joined = dict(best, attempt_count=one['attempt_count'] + other['attempt_count'])
        for name in ('first_contact_on', 'promise_given_on'):
            joined[name] = min(filter(None, (one[name], other[name])), default=False)
        if best['state'] == rest['state'] == 'returned':
            joined['returned_on'] = min(one['returned_on'], other['returned_on'])
        if best['state'] in OPEN_STATES:
            joined['next_action_on'] = min(
                filter(None, (one['next_action_on'], other['next_action_on'])), default=False)
        return joined

    # === WHAT A SIGNATURE COVERS === #

    def _register_canonical(self):
        """Add the follow-ups that the reviewer saw: all of an open page; of a signed one those made before."""
        canonical = super()._register_canonical()
        page = self.page_id
        limit = page.version - (page.state == 'signed')
        known = self.contact_ids.filtered(lambda contact: contact.page_version <= limit).sorted('id')
        names = ('kind', 'contact_on', 'user_id', 'entered_on', 'content', 'next_action_on', 'promised_on',
                 'returned_on', 'advisor_id', 'reason_id', 'other_id')
        said = [
            '|'.join((str(contact.id), *(self._canonical_of(contact, name) for name in names))) for contact in known
        ]
        return [*canonical, ['contact_ids', '\n'.join(said)]]

    @api.model
    def _canonical_of(self, record, name):
        """Return the field `name` of another record as the digest of a line knows it."""
        return type(self)._canonical_value(record, record._fields[name])
