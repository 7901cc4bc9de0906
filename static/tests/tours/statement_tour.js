import { registry } from "@web/core/registry";

const press = (trigger, key) => ({ trigger, run: `press ${key}` });

/** Finance works the exceptions of a statement by keyboard: accepted, asked back, matched by hand. */
registry.category("web_tour.tours").add("dealer_insurance_exceptions_finance", {
    steps: () => [
        { trigger: ".o_exception_entry.o_active:contains(Not in our Ledger)" },
        { trigger: ".o_exception_total:contains(3 exceptions)" },
        press(".o_exception_candidates:contains(PDAA202600000009)", "m"),
        { trigger: ".o_exception_policy" },
        { trigger: ".o_exception_reason", run: "selectByLabel Policy number differs" },
        { trigger: ".o_exception_editor button[type=submit]", run: "click" },
        { trigger: ".o_exception_entry.o_active:contains(Stated Twice)" },
        { trigger: ".o_exception_page:contains(Repeats)" },
        press(".o_exception_page", "j"),
        { trigger: ".o_exception_entry.o_active:contains(Rate Differs)" },
        { trigger: ".o_exception_sides .o_differs:contains(Commission)" },
        { trigger: ".o_exception_actions:not(:contains(Correct))" },
        press(".o_exception_page", "a"),
        { trigger: ".o_exception_reason:focus", run: "selectByLabel Rate differs" },
        { trigger: ".o_exception_note", run: "edit Agreed by phone && press Enter" },
        { trigger: ".o_exception_total:contains(1 exceptions)" },
        press(".o_exception_entry.o_active:contains(Stated Twice)", "r"),
        { trigger: ".o_exception_reason:focus", run: "selectByLabel Duplicate" },
        { trigger: ".o_exception_editor button[type=submit]", run: "click" },
        { trigger: ".o_view_nocontent:contains(No exception left)" },
        // the keys are explained
        press("body", "?"),
        { trigger: ".o_exception_keys:contains(Ask the insurer back)" },
    ],
});
