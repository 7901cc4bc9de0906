from . import test_hooks
from . import test_import_columns
from . import test_import_files
