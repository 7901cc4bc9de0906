from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ...models.underwriting.insurance_proposal_answer import VISIBLE_STATES

LISTED_STATES = ('sent', 'accepted', 'declined')
REPORT = 'dealer_insurance.report_insurance_proposal_action'
HISTORY = 'my_proposals_history'


class ProposalPortal(CustomerPortal):
    """The customer's pages: the proposals made to him, where he chooses a plan and signs, or declines.

    Customers have no rights on the model: what they reach is decided here, by their link or by who they are. What
    they do there is the model's business (`_sign`, `_decline_online`), with the rules that hold for the staff.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if 'proposal_count' in counters:
            values['proposal_count'] = self._get_proposals().search_count(self._get_proposal_domain(LISTED_STATES))
        return values

    # === ACCESS === #

    def _get_proposals(self):
        # sudo: customers hold no rights on the model; domain or token beside it limit them to their own
        return request.env['insurance.proposal'].sudo()

    def _get_proposal_domain(self, states):
        """Return the domain of what was made out to the logged-in customer, his household or his company."""
        partner = request.env.user.partner_id.commercial_partner_id
        return [('partner_id', 'child_of', partner.ids), ('state', 'in', list(states))]

    def _find_proposal(self, proposal_id, access_token=None):
        """Return the proposal in sudo, and whether the one who asks may answer it.

        A valid link lets its holder answer, the login of the customer himself as well; staff only look.

        :raises AccessError, MissingError: unknown, or not his; the two look the same to him
        """
        if access_token:
            proposal_sudo = self._get_proposals().browse(proposal_id).exists()
            token = proposal_sudo.access_token
            if token and consteq(token.encode(), str(access_token).encode()):
                return proposal_sudo, True
        if request.env.user._is_internal():
            return self._document_check_access('insurance.proposal', proposal_id), False
        own = [('id', '=', proposal_id), *self._get_proposal_domain(VISIBLE_STATES)]
        proposal_sudo = self._get_proposals() if request.env.user._is_public() else self._get_proposals().search(own)
        if not proposal_sudo:
            raise MissingError(request.env._("This link is not valid, or not valid any more."))
        return proposal_sudo, True

    def _get_page_url(self, proposal_sudo, may_answer):
        """Return a function of a suffix that gives links below the page; whoever only looks gets no token."""
        query = f'?access_token={proposal_sudo._portal_ensure_token()}' if may_answer else '?'
        return lambda suffix='': f'{proposal_sudo.access_url}{suffix}{query}'

    def _get_sign_props(self, proposal_sudo, letter):
        """Return what the form in which the customer signs is given."""
        marked = [plan['id'] for plan in letter['plans'] if plan['mark']]
        return {
            'callUrl': self._get_page_url(proposal_sudo, True)('/accept'),
            'defaultName': proposal_sudo.partner_id.name,
            'mode': 'draw',
            'planId': (marked or [plan['id'] for plan in letter['plans']])[0],
            'plans': [{name: plan[name] for name in ('id', 'name', 'total')} for plan in letter['plans']],
            'consents': [{'name': name, 'text': text} for name, _given, text in letter['consents']],
        }

    def _refuse_link(self):
        """Answer a wrong link in words, without saying whether there is such a proposal."""
        return request.render('dealer_insurance.portal_proposal_unknown', {'page_name': 'proposal'}, status=404)

    # === READING === #

    # Not readonly: links to the proposals listed are given their tokens
    @http.route(['/my/proposals', '/my/proposals/page/<int:page>'], type='http', auth='user', website=True)
    def portal_my_proposals(self, page=1, **_kwargs):
        """List the proposals that were handed over to the customer."""
        proposals, domain = self._get_proposals(), self._get_proposal_domain(LISTED_STATES)
        pager = portal_pager(
            url='/my/proposals', total=proposals.search_count(domain), page=page, step=self._items_per_page
        )
        proposals = proposals.search(
            domain, order='date desc, id desc', limit=self._items_per_page, offset=pager['offset']
        )
        request.session[HISTORY] = proposals.ids[:100]
        values = self._prepare_portal_layout_values()
        values.update(proposals=proposals, page_name='proposal', pager=pager, default_url='/my/proposals')
        return request.render('dealer_insurance.portal_my_proposals', values)

    @http.route(['/my/proposals/<int:proposal_id>'], type='http', auth='public', website=True)
    def portal_proposal_page(self, proposal_id, access_token=None, report_type=None, download=False, message=None,
                             **kwargs):
        """Show a proposal as a page, or as the PDF with `report_type=pdf`."""
        try:
            proposal_sudo, may_answer = self._find_proposal(proposal_id, access_token)
        except (AccessError, MissingError):
            return self._refuse_link()
        is_shown = not may_answer or proposal_sudo.state in VISIBLE_STATES
        if report_type == 'pdf' and is_shown:
            return self._show_report(proposal_sudo, 'pdf', REPORT, download=download)
        closed = proposal_sudo._get_closed_text()
        letter = is_shown and proposal_sudo._prepare_letter()
        values = {
            'proposal': proposal_sudo,
            'letter': letter,
            'closed': closed,
            'can_answer': may_answer and not closed,
            'sign_props': may_answer and not closed and self._get_sign_props(proposal_sudo, letter),
            'is_preview': not may_answer,
            'page_url': self._get_page_url(proposal_sudo, may_answer),
            'reasons': proposal_sudo._get_decline_reasons(),
            'message': message,
            'problem': request.session.pop('proposal_problem', None),
            'page_name': 'proposal',
            'res_company': proposal_sudo.company_id,
        }
        values = self._get_page_view_values(proposal_sudo, access_token, values, HISTORY, False, **kwargs)
        return request.render('dealer_insurance.portal_proposal_page', values)

    # === ANSWERING === #

    @http.route('/my/proposals/<int:proposal_id>/accept', type='jsonrpc', auth='public', website=True)
    def portal_proposal_accept(self, proposal_id, access_token=None, plan_id=None, consents=None, name=None,
                               signature=None):
        """Sign for a plan; return where to go on, or the reason why not as `error`."""
        access_token = access_token or request.httprequest.args.get('access_token')
        try:
            proposal_sudo, may_answer = self._find_proposal(proposal_id, access_token)
        except (AccessError, MissingError) as error:
            return {'error': str(error)}
        plan_sudo = proposal_sudo.plan_ids.filtered(lambda plan: plan.id == plan_id)
        if not may_answer:
            return {'error': request.env._("Open the customer's own link to sign for him.")}
        if not plan_sudo:
            return {'error': request.env._("Please choose a plan.")}
        consents = [str(consent) for consent in consents] if isinstance(consents, list) else []
        origin = request.env._("On the customer's page, from %(address)s.", address=request.httprequest.remote_addr)
        try:
            with request.env.cr.savepoint():
                proposal_sudo._sign(plan_sudo, consents, signature, str(name or ''), origin)
        except UserError as error:
            return {'error': str(error)}
        return {'force_refresh': True, 'redirect_url': proposal_sudo.get_portal_url(query_string='&message=signed')}

    @http.route('/my/proposals/<int:proposal_id>/decline', type='http', auth='public', methods=['POST'], website=True)
    def portal_proposal_decline(self, proposal_id, access_token=None, reason_id=None, note=None, **_kwargs):
        """Decline with a coded reason and words of one's own."""
        try:
            proposal_sudo, may_answer = self._find_proposal(proposal_id, access_token)
        except (AccessError, MissingError):
            return self._refuse_link()
        chosen = int(reason_id) if (reason_id or '').isdecimal() else None
        problem = not may_answer and request.env._("Open the customer's own link to answer for him.")
        problem = problem or proposal_sudo._decline_online(chosen, note, request.httprequest.remote_addr)
        if problem:
            request.session['proposal_problem'] = problem
        if not may_answer:
            return request.redirect(proposal_sudo.access_url)  # the link of the customer is not handed to others
        return request.redirect(proposal_sudo.get_portal_url(query_string='' if problem else '&message=declined'))
