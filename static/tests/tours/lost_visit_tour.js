import { registry } from "@web/core/registry";

const field = (name) => `.o_form_view div[name=${name}]`;
const choice = (text) => `.modal .o_kanban_record:contains(${text})`;
const type = (name, text) => ({ trigger: `${field(name)} :is(input, textarea)`, run: `edit ${text}` });

registry.category("web_tour.tours").add("dealer_insurance_lost_visit", {
    steps: () => [
        { trigger: ".o_kanban_view" },
        { trigger: ".o-kanban-button-new", run: "click" },
        { trigger: `${field("vehicle_id")} input`, run: "click" },
        { trigger: choice("赣Z00099"), run: "click" },
        { trigger: `body:not(:has(.modal)) ${field("partner_id")} input:value(Owner)` },
        { trigger: `${field("reason_id")} input`, run: "click" },
        { trigger: choice("Only asked"), run: "click" },
        // the reason says how it is handled, and a day is proposed
        { trigger: `body:not(:has(.modal)) ${field("next_date")}` },
        { trigger: `${field("insurer_id")} input`, run: "click" },
        { trigger: ".modal .o_kanban_record:first", run: "click" },
        { trigger: `body:not(:has(.modal)) ${field("own_estimate")} input`, run: "edit 6500" },
        type("damage", "Front bumper and lamp"),
        type("content", "Wants to think it over with his wife"),
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved .o_notebook:contains(Follow-ups)" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_accident_board", {
    steps: () => [
        // the leader signs the page of the week before
        { trigger: ".o_review_line:contains(Wants to compare):contains(赣Z00002)" },
        { trigger: ".o_review_line.o_active", run: "press Enter" },
        { trigger: ".o_review_line.o_accepted", run: "press s" },
        { trigger: ".o_review_question:eq(0) input:focus", run: "press y" },
        { trigger: ".o_review_question:eq(1) input:focus", run: "press y" },
        { trigger: ".o_review_question:eq(2) input:focus", run: "press y" },
        { trigger: ".o_review_sign:enabled", run: "click" },
        { trigger: ".o_view_nocontent:contains(All signed)" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_accident_board_figures", {
    steps: () => [
        { trigger: ".o_accident_board .o_wall_chart canvas" },
        { trigger: ".o_accident_lost .o_wall_value:contains(100.0%)" },
        { trigger: ".o_accident_lost", run: "click" },
        { trigger: ".o_data_row:contains(赣Z00002)" },
    ],
});
