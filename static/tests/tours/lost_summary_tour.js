import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dealer_insurance_lost_summary", {
    steps: () => [
        // the specialist explains what the system counted
        { trigger: ".o_data_row:contains(Being Written) .o_data_cell[name=lost_count]:contains(2)", run: "click" },
        { trigger: "div[name=telling_contact_ids] .o_data_row:contains(Price too high)" },
        { trigger: ".o_form_view button[name=action_submit]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_dialog:contains(at least 10 characters) .modal-footer button", run: "click" },
        { trigger: "div[name=analysis] textarea", run: "edit Telesales undercut us in the third week" },
        { trigger: "div[name=measures] textarea", run: "edit Call 45 days before the expiry" },
        { trigger: ".o_form_view button[name=action_submit]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Submitted)" },
        { trigger: "div[name=analysis].o_readonly_modifier" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_lost_summary_received", {
    steps: () => [
        { trigger: ".o_data_row:contains(Submitted) .o_data_cell[name=lost_count]", run: "click" },
        { trigger: "div[name=analysis]:contains(Telesales undercut us)" },
        { trigger: ".o_form_view button[name=action_open_receive]", run: "click" },
        { trigger: ".modal div[name=remark] textarea", run: "edit Bring the quotes on Friday" },
        { trigger: ".modal button[name=action_receive]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains(Taken in)" },
        { trigger: "div[name=remark]:contains(Bring the quotes)" },
    ],
});
