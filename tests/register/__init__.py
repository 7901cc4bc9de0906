from . import test_register_page_deadline
from . import test_register_page_placing
