from odoo import api, fields, models
from odoo.exceptions import ValidationError


class InsuranceSalesTeam(models.Model):
    """A team of the showroom: deliveries count to the team its consultant was in when the car was registered."""

    _name = 'insurance.sales.team'
    _description = "Sales Team"
    _inherit = ['insurance.guard']
    _order = 'sequence, name, id'
    _check_company_auto = True

    name = fields.Char(string="Team", required=True)
    company_id = fields.Many2one('res.company', string="Store", required=True, index=True,
                                 default=lambda self: self.env.company)
    leader_id = fields.Many2one('res.users', string="Team Leader", index='btree_not_null', check_company=True)
    member_ids = fields.Many2many('res.users', 'insurance_sales_team_member_rel', 'team_id', 'user_id',
                                  string="Consultants", check_company=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(company_id, name) WHERE active", "The store already has a team of this name.")

    @api.constrains('member_ids', 'company_id', 'active')
    def _check_one_team(self):
        others = self.search([('company_id', 'in', self.company_id.ids), ('active', '=', True)])
        for team in self.filtered('active'):
            for other in others - team:
                twice = (other.member_ids & team.member_ids)[:1]
                if twice and other.company_id == team.company_id:
                    raise ValidationError(self.env._(
                        "%(user)s is in the team %(other)s already. Take them out there before they join %(team)s.",
                        user=twice.name, other=other.name, team=team.name))

    @api.model
    def _get_teams(self, company):
        """Return `{user id: team}` of the active teams of `company`."""
        # sudo: who is in which team is asked for a new delivery, also by those who see no teams
        teams = self.sudo().search([('company_id', '=', company.id)])
        return {user.id: team.sudo(False) for team in teams for user in team.member_ids}
