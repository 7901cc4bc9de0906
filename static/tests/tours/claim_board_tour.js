import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dealer_insurance_claim_board", {
    steps: () => [
        { trigger: ".o_claim_board .o_claim_output .o_wall_value:contains(1,000)" },
        { trigger: ".o_claim_board .o_claim_chart .o_month.o_now rect.o_output" },
        { trigger: ".o_claim_board .o_claim_late.o_is_late .o_wall_value:contains(1)" },
        { trigger: ".o_claim_board .o_wall_tools button:contains(Owed by Insurers)", run: "click" },
        { trigger: ".o_list_view .o_group_header:contains((2))", run: "click" },
        { trigger: ".o_list_view .o_data_row td[name=limit_kind]:contains(Decision)" },
        { trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
        { trigger: "button[name=action_dun]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=level]" },
        { trigger: ".o_form_view .o_field_x2many .o_data_row" },
        { trigger: "button[name=action_send]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: ".o_form_view .o_arrow_button_current:contains(Letter Sent)" },
    ],
});
