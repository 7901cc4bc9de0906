import { registry } from "@web/core/registry";

const dialog = (selector) => `.modal ${selector}`;
const pick = (field, text) => [
    { trigger: dialog(`div[name=${field}] input`), run: `edit ${text}` },
    { trigger: `.o-autocomplete--dropdown-item:contains(${text})`, run: "click" },
];
const save = { trigger: dialog(".o_form_button_save"), run: "click" };

registry.category("web_tour.tours").add("dealer_insurance_specialist", {
    steps: () => [
        { trigger: ".o_data_row:contains(赣Z00001) .o_data_cell[name=plate]", run: "click" },
        // a contact is logged
        { trigger: ".o_form_view button[name=action_log_contact]", run: "click" },
        ...pick("result_id", "Interested"),
        { trigger: dialog("div[name=content] textarea"), run: "edit Wants to compare two quotes before Friday" },
        save,
        { trigger: "body:not(:has(.modal)) .o_data_row:contains(Wants to compare)" },
        { trigger: ".o_arrow_button_current:contains(Following up)" },
        // losing the case needs a countermeasure
        { trigger: "button[name=action_lose]", run: "click" },
        ...pick("result_id", "Clearly refused"),
        { trigger: dialog("div[name=content] textarea"), run: "edit Was unhappy with a claim last year" },
        ...pick("lost_reason_id", "Dissatisfied with a claim"),
        { trigger: dialog("div[name=lost_detail] input"), run: "edit Complaint 17" },
        save,
        { trigger: ".o_dialog:contains(countermeasure taken) .modal-footer button", run: "click" },
        {
            trigger: dialog("div[name=countermeasure] textarea"),
            run: "edit The claims leader apologised in person and the supervisor called back next day",
        },
        save,
        { trigger: "body:not(:has(.modal)) .o_data_row:contains(Was unhappy)" },
        { trigger: ".o_arrow_button_current:contains(Lost)" },
        { trigger: "body:not(:has(button[name=action_log_contact]:visible))" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_supervisor", {
    steps: () => [
        { trigger: ".o_data_row .o_data_cell[name=iso_week]", run: "click" },
        { trigger: ".o_form_view button[name=action_review]", run: "click" },
        { trigger: ".o_review_line:contains(apologised in person)" },
        { trigger: ".o_review_line.o_active", run: "press s" },
        { trigger: ".o_review_question:eq(0) input:focus", run: "press y" },
        { trigger: ".o_review_question:eq(1) input:focus", run: "press y" },
        { trigger: ".o_review_question:eq(2) input:focus", run: "press y" },
        { trigger: ".o_review_sign:enabled", run: "click" },
        { trigger: ".o_view_nocontent:contains(All signed)" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_signed_line", {
    steps: () => [
        { trigger: ".o_group_header:contains(page 1)", run: "click" },
        { trigger: ".o_data_row:contains(Wants to compare) .o_data_cell:eq(1)", run: "click" },
        { trigger: ".alert:contains(signed and can no longer be changed)" },
        { trigger: "div[name=content].o_readonly_modifier" },
        {
            // the screen offers no way; the server refuses the one around it
            trigger: ".o_form_view",
            run: async () => {
                const model = "insurance.renewal.contact";
                const orm = odoo.__WOWL_DEBUG__.root.env.services.orm;
                const [line] = await orm.search(model, [["content", "ilike", "Wants to compare"]]);
                const refusal = await orm.write(model, [line], { content: "Something else altogether" }).then(
                    () => "written",
                    (error) => error.data.message
                );
                if (!/was signed by Supervisor/.test(refusal)) {
                    throw new Error(`the edit of a signed line was not refused: ${refusal}`);
                }
            },
        },
        { trigger: "button[name=action_correct]", run: "click" },
        { trigger: dialog("div[name=content] textarea"), run: "edit Correction: wants three quotes, not two" },
        save,
        { trigger: "body:not(:has(.modal)) .o_form_view" },
    ],
});
