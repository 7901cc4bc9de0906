from .common import AccidentCase
from .visit_common import LostVisitCase

REPORT = dict.fromkeys((
    'reported_on', 'plate', 'is_injury', 'state', 'clock', 'is_late', 'next_action_on', 'is_backfilled',
    'has_duplicates'), {}) | {name: {'fields': {'display_name': {}}} for name in (
        'source_id', 'partner_id', 'insurer_id', 'reason_id', 'entered_by_id', 'page_id', 'vehicle_id')}
VISIT = dict.fromkeys((
    'arrived_on', 'plate', 'own_estimate', 'insurer_amount', 'follow_date', 'state', 'is_overdue', 'is_late_outcome',
    'is_superseded', 'is_restricted', 'difference'), {}) | {name: {'fields': {'display_name': {}}} for name in (
        'partner_id', 'insurer_id', 'advisor_id', 'reason_id', 'vehicle_model_id')}


class TestAccidentQueries(LostVisitCase, AccidentCase):
    """Lists and cards of the accident desk cost the same for few rows as for many."""

    def count(self, model, fields, groupby):
        """Return how many queries the leader's list and his cards by state take."""
        counts = []
        for _time in range(2):  # the second time, as every further one: access rules are known
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Model = self.env[model].with_user(self.leader)
            Model.web_search_read([], fields)
            Model.web_read_group([], groupby, ['__count'], auto_unfold=True, unfold_read_specification=fields)
            counts.append(self.env.cr.sql_log_count - before)
        return counts[-1]

    def make_report(self):
        accident = self.make_accident(vehicle_id=self.make_vehicle().id, source_id=self.by_insurer.id)
        self.make_contact(accident)

    def test_reports(self):
        for _number in range(2):
            self.make_report()
        few = self.count('insurance.accident', REPORT, ['state'])
        for _number in range(10):
            self.make_report()
        self.assertEqual(self.count('insurance.accident', REPORT, ['state']), few)
        self.assertLessEqual(few, 45)

    def test_visits(self):
        for _number in range(2):
            self.make_visit(vehicle_id=self.make_vehicle().id)
        few = self.count('insurance.lost.visit', VISIT, ['state'])
        for _number in range(10):
            self.make_visit(vehicle_id=self.make_vehicle().id)
        self.assertEqual(self.count('insurance.lost.visit', VISIT, ['state']), few)
        self.assertLessEqual(few, 45)
