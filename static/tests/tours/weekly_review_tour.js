import { registry } from "@web/core/registry";

const active = (text) => `.o_review_line.o_active:contains(${text})`;
const press = (trigger, key) => ({ trigger, run: `press ${key}` });

registry.category("web_tour.tours").add("dealer_insurance_weekly_review", {
    steps: () => [
        { trigger: ".o_review_entry.o_active:contains(page 1)" },
        { trigger: ".o_review_line:contains(Empty phrase):contains(10:15)" },
        press(active("09:30"), "Enter"),
        { trigger: ".o_review_line.o_accepted:contains(09:30)" },
        press(active("10:15"), "x"),
        { trigger: ".o_review_note_input", run: "edit Says nothing && press Enter" },
        { trigger: ".o_review_line:contains(Says nothing):contains(Rejected)" },
        { trigger: ".o_review_error:contains(rejected)" },
        press(active("11:00"), "k"),
        press(active("10:15"), "u"),
        { trigger: ".o_review_progress:contains(0 of 3)" },
        { trigger: ".o_review_lines:not(:contains(Rejected)):not(:contains(Says nothing))" },
        press(active("10:15"), "Space"),
        press(active("11:00"), "r"),
        { trigger: ".o_review_note_input", run: "edit Well prepared && press Enter" },
        press(active("Well prepared"), "Enter"),
        { trigger: ".o_review_page:not(:has(.o_review_line:not(.o_accepted)))" },
        // only what is flagged, and everything again
        press(active("11:00"), "f"),
        { trigger: ".o_review_lines:not(:contains(11:00)):contains(10:15)" },
        press(active("10:15"), "f"),
        { trigger: ".o_review_line:contains(11:00)" },
        // the keys are explained
        press(active("10:15"), "?"),
        { trigger: ".o_dialog .o_review_keys:contains(Accept the line)", run: "press Escape" },
        { trigger: "body:not(:has(.o_dialog)) .o_review_line.o_active" },
        // signing asks for the answers, and a no for a remark
        press(active("10:15"), "s"),
        press(".o_review_question:eq(0) input:focus", "y"),
        press(".o_review_question:eq(1) input:focus", "y"),
        press(".o_review_question:eq(2) input:focus", "n"),
        { trigger: ".o_review_page_remark.is-invalid:focus", run: "edit Train the script" },
        { trigger: ".o_review_progress:contains(3 of 3)" },
        { trigger: ".o_review_signature" },
        { trigger: ".o_review_sign:enabled", run: "click" },
        { trigger: ".o_notification:contains(Signed)" },
        // the next page follows by itself
        press(active("14:00"), "s"),
        press(".o_review_question:eq(0) input:focus", "y"),
        press(".o_review_question:eq(1) input:focus", "y"),
        press(".o_review_question:eq(2) input:focus", "y"),
        press(".o_review_sign:focus", "Enter"),
        { trigger: ".o_view_nocontent:contains(All signed)" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_weekly_review_empty", {
    steps: () => [{ trigger: ".o_view_nocontent:contains(All signed)" }],
});
