import { registry } from "@web/core/registry";

const field = (name) => `.o_form_view div[name=${name}]`;
const choice = (text) => `.modal .o_kanban_record:contains(${text})`;

registry.category("web_tour.tours").add("dealer_insurance_delivery", {
    steps: () => [
        { trigger: ".o_kanban_view" },
        { trigger: ".o-kanban-button-new", run: "click" },
        { trigger: `${field("vehicle_id")} input`, run: "click" },
        { trigger: choice("赣Z00001"), run: "click" },
        { trigger: `body:not(:has(.modal)) ${field("partner_id")} input:value(Owner)` },
        // the reason is asked for where the car is insured somewhere else
        { trigger: `${field("insurance_answer")} .o_radio_item:contains(Somewhere Else) input`, run: "click" },
        { trigger: `${field("uninsured_reason_id")} input`, run: "click" },
        { trigger: choice("Relative or friend"), run: "click" },
        { trigger: `body:not(:has(.modal)) ${field("uninsured_reason_id")} input:value(Relative)` },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: ".o_cp_action_menus button, .o_statusbar_buttons button", run: "click" },
        { trigger: "button[name=action_deliver]:visible", run: "click" },
        { trigger: "button[name=action_deliver]:not(:visible), body:not(:has(button[name=action_deliver]))" },
    ],
});
