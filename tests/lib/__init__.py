from . import test_annotate
from . import test_headers
from . import test_identifiers
from . import test_paper
from . import test_values
from . import test_workbook
from . import test_workbook_refused
from . import test_xlsx_out
