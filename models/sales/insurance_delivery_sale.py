import logging
import re

from odoo import api, models

from ...lib import identifiers

_logger = logging.getLogger(__name__)

VIN = re.compile(r'(?<![A-Za-z0-9])[A-HJ-NPR-Za-hj-npr-z0-9]{17}(?![A-Za-z0-9])')


class InsuranceDelivery(models.Model):
    """A confirmed sales order registers its cars, where the Sales app is installed and the store wants it.

    The addon does not depend on the app: the hook is set when the registry holds its model, and does nothing else.
    """

    _inherit = 'insurance.delivery'

    def _register_hook(self):
        super()._register_hook()
        if 'sale.order' not in self.env:
            return
        Order = self.env.registry['sale.order']
        if hasattr(Order._action_confirm, 'insurance_origin'):
            return

        def _action_confirm(orders):
            result = _action_confirm.insurance_origin(orders)
            orders.env['insurance.delivery']._register_from_orders(orders)
            return result

        _action_confirm.insurance_origin = Order._action_confirm
        Order._action_confirm = _action_confirm

    def _unregister_hook(self):
        super()._unregister_hook()
        Order = self.env.registry.get('sale.order')
        if Order and hasattr(vars(Order).get('_action_confirm'), 'insurance_origin'):
            delattr(Order, '_action_confirm')

    @api.model
    def _register_from_orders(self, orders):
        """Register the cars of confirmed `orders` as sold, of the stores that want it; nothing is made twice.

        Nothing that goes wrong here stops the order: it is told in the order's chatter and in the server's log.
        """
        # sudo: whoever confirms orders need not have a role at the insurance desk, nor read the store's settings
        for order in orders.sudo().filtered(lambda order: order.company_id.insurance_feeds_from_sale):
            self.env.flush_all()  # what is the order's own to complain of is not caught below
            for line in order.order_line:
                try:
                    with self.env.cr.savepoint():
                        self.sudo().with_company(order.company_id)._register_from_line(line)
                except Exception:  # the order is the customer's; the car can be registered by hand
                    _logger.warning("Line %s of %s is no delivery", line.id, order.name, exc_info=True)
                    order.message_post(body=self.env._(
                        "The car of line %(number)s could not be registered in the list of deliveries. Register it"
                        " there by hand.", number=order.order_line.ids.index(line.id) + 1))

    @api.model
    def _register_from_line(self, line):
        """Return the delivery of the car that the order line names, new or there already; none when it names none."""
        order = line.order_id
        vehicle = self._find_line_vehicle(line)
        if not vehicle:
            return self.browse()
        known = self.search([('vehicle_id', '=', vehicle.id), ('company_id', '=', order.company_id.id),
                             ('state', '!=', 'returned')], limit=1)
        if known:
            return known
        planned = order.commitment_date or order.date_order
        return self.create({
            'company_id': order.company_id.id, 'vehicle_id': vehicle.id, 'partner_id': order.partner_id.id,
            'consultant_id': self._get_line_consultant(order).id,
            'delivery_date': order.company_id._insurance_local(planned).date(),
            'remark': self.env._("Sales order %(order)s", order=order.name),
        })

    @api.model
    def _get_line_consultant(self, order):
        """Return who sold: the order's salesperson, where that is a user of the store."""
        user = order.user_id
        return user if order.company_id in user.company_ids else user.browse()

    @api.model
    def _find_line_vehicle(self, line):
        """Return the vehicle whose VIN is the serial number of the line, or stands in its text."""
        vins = [identifiers.normalise_vin(text) for text in self._get_line_texts(line)]
        vins = [vin for vin in vins if vin and not identifiers.vin_problem(vin)]
        if not vins:
            return self.env['fleet.vehicle']
        return self.env['fleet.vehicle'].search([
            ('vin_sn', 'in', vins), ('company_id', 'in', (False, line.company_id.id)),
        ], limit=1)

    @api.model
    def _get_line_texts(self, line):
        """Return what may be a VIN: names of serial numbers of the line's transfers, words of its description."""
        names = []
        if 'move_ids' in line._fields:
            names += line.move_ids.lot_ids.mapped('name')
        if 'lot_id' in line._fields:
            names += line.lot_id.mapped('name')
        return names + VIN.findall(line.name or '')
