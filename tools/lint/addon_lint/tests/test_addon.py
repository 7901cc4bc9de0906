"""Run the tests of test_lint on the addon that the environment variable ADDON names, instead of on all of Odoo.

Left out: those on pylint and eslint, which look at all of Odoo whatever one says, and those on Odoo's own files.
"""

import os
from unittest.mock import patch

from odoo.modules import Manifest
from odoo.tests import tagged

from odoo.addons.test_lint.tests import (
    test_dunderinit,
    test_i18n,
    test_index,
    test_jstranslate,
    test_manifests,
    test_naming,
    test_onchange_domains,
    test_orm_import,
    test_override_signatures,
    test_pofile,
    test_test_holes,
)

ADDON = os.environ['ADDON']
CASES = (
    test_dunderinit.TestDunderinit,
    test_i18n.TestI18n,
    test_index.TestIndex,
    test_jstranslate.TestJsTranslations,
    test_manifests.ManifestLinter,
    test_naming.TestNaming,
    test_onchange_domains.TestOnchangeDomains,
    test_orm_import.TestDunderinit,
    test_override_signatures.TestLintOverrideSignatures,
    test_pofile.PotLinter,
    test_test_holes.TestTestHoles,
)


def only_addon(*args, **kwargs):
    return [Manifest.for_addon(ADDON)]


class OnlyAddon:
    allow_inherited_tests_method = True

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(Manifest, 'all_addon_manifests', only_addon))
        self.startPatcher(patch.object(test_pofile, 'get_modules', lambda: [ADDON]))


for case in CASES:
    name = case.__module__.rsplit('.', 1)[1].title().replace('_', '') + 'OfAddon'
    globals()[name] = tagged('post_install', '-at_install')(type(name, (OnlyAddon, case), {'__module__': __name__}))
del case
