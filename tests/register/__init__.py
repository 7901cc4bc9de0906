from . import test_register_page_deadline
from . import test_register_page_placing
from . import test_weekly_review
from . import test_weekly_review_tour
