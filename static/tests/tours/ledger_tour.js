import { registry } from "@web/core/registry";

const { DateTime } = luxon;
const inputOf = (field) => `.o_form_view div[name=${field}] input`;
const dialog = (selector) => `.modal ${selector}`;
const type = (field, text) => ({ trigger: inputOf(field), run: `edit ${text} && press Tab` });
const inDays = (days) => DateTime.now().plus({ days }).toFormat("MM/dd/yyyy");
/** Type into a many2one and take the item that the list offers, by keyboard alone. */
const choose = (input, text, offered = text) => [
    { trigger: input, run: `edit ${text}` },
    { trigger: `.o-autocomplete--dropdown-item:contains(${offered}):has(.ui-state-active), .o-autocomplete--dropdown-item .ui-state-active:contains(${offered})` },
    { trigger: input, run: "press Enter" },
];

registry.category("web_tour.tours").add("dealer_insurance_clerk_enters", {
    steps: () => [
        { trigger: ".o_list_view .o_list_button_add, .o_list_button_add", run: "press alt+c" },
        ...choose(inputOf("insurer_id"), "PICC", "人保"),
        // the car is not on file: it is entered from what was typed to look for it
        ...choose(inputOf("vehicle_id"), "LTSZZTDE0TA900001", "Create"),
        { trigger: dialog("div[name=vin_sn] input:value(LTSZZTDE0TA900001)") },
        { trigger: dialog("div[name=license_plate] input"), run: "edit 赣A12345 && press Tab" },
        ...choose(dialog("div[name=model_id] input"), "Test Model"),
        ...choose(dialog("div[name=owner_id] input"), "Zhang San", "Create"),
        { trigger: dialog("div[name=owner_id] input:value(Zhang San)") },
        { trigger: dialog(".o_form_button_save"), run: "press alt+c" },
        { trigger: "body:not(:has(.modal)) .o_form_view div[name=applicant_id] input:value(Zhang San)" },
        type("compulsory_no", "PDZA202699"),
        type("compulsory_start", inDays(2)),
        type("compulsory_premium", "950"),
        type("vehicle_tax", "420"),
        type("commercial_no", "PDAA202699"),
        type("commercial_premium", "3120.55"),
        type("third_party_limit", "2000000"),
        { trigger: ".o_form_view div[name=premium_total]:contains(4,070.55)" },
        { trigger: ".o_form_view div[name=amount_due]:contains(4,490.55)" },
        { trigger: "button[name=action_register]", run: "press alt+g" },
        { trigger: ".o_arrow_button_current:contains(Registered)" },
        { trigger: "h1:contains(0001)" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_clerk_endorses", {
    steps: () => [
        { trigger: ".o_form_view button[name=action_follow_up]", run: "press alt+e" },
        ...choose(dialog("div[name=reason_id] input"), "Coverage raised"),
        { trigger: dialog(".o_data_row:contains(Commercial) .o_data_cell[name=premium]"), run: "click" },
        { trigger: dialog(".o_data_row:contains(Commercial) div[name=premium] input"), run: "edit 500 && press Tab" },
        { trigger: dialog(".o_selected_row div[name=endorsement_no] input"), run: "edit PIDA1" },
        { trigger: dialog("button[name=action_prepare]"), run: "press alt+q" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Draft)" },
        { trigger: ".o_data_row:contains(PIDA1):contains(500.00)" },
        { trigger: "button[name=action_register]", run: "press alt+g" },
        { trigger: ".o_arrow_button_current:contains(Registered)" },
        { trigger: "h1:contains(Endorsement)" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_finance_signs", {
    steps: () => [
        { trigger: ".o_group_header:contains(人保)", run: "click" },
        { trigger: ".o_group_header:eq(1)", run: "click" },
        { trigger: ".o_data_row:contains(赣Z00001) button[name=action_sign]", run: "click" },
        { trigger: ".o_data_row:contains(赣Z00001) .o_data_cell[name=signature_id]:contains(Finance)" },
        { trigger: ".o_data_row:contains(赣Z00001):not(:has(button[name=action_sign]))" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_signed_entry", {
    steps: () => [
        { trigger: ".alert:contains(Checked and signed by)" },
        { trigger: ".o_form_view div[name=commercial_premium].o_readonly_modifier" },
        { trigger: ".o_form_view div[name=vehicle_id].o_readonly_modifier" },
        {
            // the screen offers no way; the server refuses the one around it
            trigger: ".o_form_view",
            run: async () => {
                const { orm } = odoo.__WOWL_DEBUG__.root.env.services;
                const model = "insurance.ledger.entry";
                const [entry] = await orm.search(model, [["is_signed", "=", true]], { limit: 1 });
                const refusal = await orm.write(model, [entry], { commercial_premium: 1 }).then(
                    () => "written",
                    (error) => error.data.message
                );
                if (!/is frozen/.test(refusal)) {
                    throw new Error(`the edit of a signed entry was not refused: ${refusal}`);
                }
            },
        },
    ],
});
