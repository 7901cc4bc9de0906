import { registry } from "@web/core/registry";

const inputOf = (field) => `.o_form_view div[name=${field}] input`;
const type = (field, text) => ({ trigger: inputOf(field), run: `edit ${text} && press Tab` });
const current = (state) => ({ trigger: `.o_arrow_button_current:contains(${state})` });
const press = (button) => ({ trigger: `.o_form_view button[name=${button}]:enabled`, run: "click" });

// One sale from the offer to the folder; the customer signs on his page or on the store's screen in between
registry.category("web_tour.tours").add("dealer_insurance_chain_hand_over", {
    steps: () => [
        { trigger: ".o_data_row:contains(Customer One) .o_data_cell[name=partner_id]", run: "click" },
        current("Draft"),
        type("vin", "LTSZZTDE0TA900002"),
        press("action_send"),
        current("Handed Over"),
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_chain_sign_on_screen", {
    steps: () => [
        press("action_open_sign"),
        { trigger: ".modal div[name=plan_id] .o_radio_item:contains(平安) input", run: "click" },
        { trigger: ".modal div[name=insurer_names]:contains(平安)" },
        ...["consent_clauses", "consent_privacy", "consent_insurers"].map((name) => ({
            trigger: `.modal div[name=${name}] input`,
            run: "click",
        })),
        { trigger: ".modal div[name=signature] .o_signature", run: "click" },
        { trigger: ".modal .o_web_sign_auto_button", run: "click" },
        { trigger: ".modal:has(.o_web_sign_auto_button) .btn-primary:contains(Adopt):enabled", run: "click" },
        { trigger: ".modal div[name=signature] img.o_signature" },
        { trigger: ".modal button[name=action_sign]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Customer Accepted)" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_chain_to_the_ledger", {
    steps: () => [
        current("Customer Accepted"),
        press("action_make_entry"),
        { trigger: ".o_arrow_button_current:contains(Draft), .o_notification:contains(on the clerk's desk)" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_chain_register", {
    steps: () => [
        current("Customer Accepted"),
        press("action_view_entries"),
        current("Draft"),
        { trigger: ".o_form_view div[name=vehicle_id] input:value(LTSZZTDE0TA900002)" },
        type("compulsory_no", "PDZA202688"),
        type("commercial_no", "PDAA202688"),
        { trigger: "button[name=action_register]", run: "press alt+g" },
        current("Registered"),
        press("action_view_archive"),
        { trigger: ".o_archive_document:contains(Application form) .fa-exclamation-circle" },
        { trigger: ".o_archive_document:contains(Policy (Commercial))" },
        { trigger: ".o_breadcrumb .active:contains(-00001)" },
    ],
});
