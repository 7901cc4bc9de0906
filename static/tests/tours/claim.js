import { registry } from "@web/core/registry";

const dialog = (selector) => `.modal ${selector}`;
const field = (name, kind = "input") => `.o_form_view div[name=${name}] ${kind}`;
const row = (name, number, selector = "") => `.o_field_widget[name=${name}] .o_data_row:nth-child(${number}) ${selector}`;

// Stage 1 as the advisor enters it on his telephone
registry.category("web_tour.tours").add("dealer_insurance_claim_advisor", {
    steps: () => [
        { trigger: ".o_form_view button[name=action_dispatch]", run: "click" },
        { trigger: dialog(".modal-body:contains(Missing):contains(Work Order):contains(Place of the Accident)") },
        { trigger: dialog("footer .btn-primary"), run: "click" },
        { trigger: field("order_no"), run: "edit GD20261101" },
        { trigger: field("accident_place"), run: "edit Bridge Road" },
        { trigger: ".o_form_view button[name=action_dispatch]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view button[name=action_repaired]" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_claim_clerk", {
    steps: () => [
        { trigger: ".o_form_view button[name=action_submit]", run: "click" },
        { trigger: dialog(".modal-body:contains(Missing):contains(Repair invoice)") },
        { trigger: dialog("footer .btn-primary"), run: "click" },
        { trigger: ".o_form_view a.nav-link[name=documents]", run: "click" },
        { trigger: row("document_ids", 1, "td[name=type_id]"), run: "click" },
        { trigger: row("document_ids", 1, "td[name=is_paper] input"), run: "click" },
        { trigger: ".o_form_view button.o_form_button_save", run: "click" },
        { trigger: row("document_ids", 1, "td[name=state]:contains(Document is there)") },
        { trigger: ".o_form_view button[name=action_submit]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Documents Submitted)" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_claim_finance", {
    steps: () => [
        { trigger: ".o_list_view .o_list_button_add, .o_control_panel .o_list_button_add", run: "click" },
        { trigger: field("payer_id"), run: "edit 人保" },
        { trigger: ".o-autocomplete--dropdown-item:contains(人保)", run: "click" },
        { trigger: field("bank_reference"), run: "edit BANK-1" },
        { trigger: field("amount"), run: "edit 1200" },
        { trigger: ".o_form_view button[name=action_propose]", run: "click" },
        { trigger: row("line_ids", 1, "td[name=amount]:contains(1,000.00)") },
        { trigger: ".o_field_widget[name=remaining_amount]:contains(200.00)" },
        { trigger: ".o_form_view button[name=action_post]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Recorded)" },
        { trigger: row("line_ids", 1, "td[name=state]:contains(In Effect)") },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_claim_leader", {
    steps: () => [
        { trigger: ".o_data_row:contains(LPTZ) td[name=plate]", run: "click" },
        { trigger: ".o_insurance_claim_check .alert-success:contains(Nothing is missing)" },
        { trigger: row("cost_ids", 1, "td[name=received_amount]:contains(1,000.00)") },
        { trigger: ".o_form_view header button:contains(Sign and Close), .o_form_statusbar button:contains(Sign and Close)", run: "click" },
        { trigger: dialog("div[name=reason] textarea"), run: "edit All in order" },
        { trigger: dialog("button[name=action_confirm]:contains(Sign and Close)"), run: "click" },
        { trigger: ".o_arrow_button_current:contains(Claim Closed)" },
    ],
});
