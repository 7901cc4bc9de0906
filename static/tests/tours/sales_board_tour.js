import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dealer_insurance_sales_board", {
    steps: () => [
        // this month: one car, nothing issued for it
        { trigger: ".o_sales_card:contains(Consultant) .o_sales_trend" },
        { trigger: ".o_sales_card:contains(Consultant) a[name=action_view_uninsured]:contains(1)", run: "click" },
        { trigger: ".o_breadcrumb:contains(not insured commercially)" },
        { trigger: ".o_data_row:contains(Consultant)" },
        { trigger: ".breadcrumb-item:contains(Sales Board) a, .o_back_button", run: "click" },
        { trigger: ".o_sales_card" },
        // last month among the boards
        { trigger: "[data-menu-xmlid='dealer_insurance.menu_sales']", run: "click" },
        { trigger: "[data-menu-xmlid='dealer_insurance.insurance_sales_board_menu']", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(66.7%) td.o_data_cell:eq(0)", run: "click" },
        { trigger: ".o_form_view .o_data_row:contains(Consultant2)" },
        { trigger: "button[name=action_publish]", run: "click" },
        { trigger: ".modal button:contains(Ok), .modal .btn-primary", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Published)" },
        { trigger: ".o_form_view:not(:has(button[name=action_refresh]))" },
        { trigger: "button[name=action_view_lines]", run: "click" },
        { trigger: ".o_sales_card:contains(Consultant):contains(100.0%) .o_rank_1" },
        { trigger: ".o_sales_card:contains(Consultant2):contains(0.0%) .o_sales_medal:contains(2)" },
        { trigger: ".o_sales_card .fa-lock" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_sales_board_consultant", {
    steps: () => [
        { trigger: ".o_sales_card:contains(Consultant) a[name=action_view_delivered]:contains(1)" },
        // rates are for all to see, premiums and the cars of the whole store are not
        { trigger: ".o_kanban_record:has(.o_sales_total):not(:has(footer))" },
        { trigger: ".o_kanban_renderer:not(:has([name=premium_total]))" },
        { trigger: ".o_sales_card:contains(Consultant) a[name=action_view_delivered]", run: "click" },
        { trigger: ".o_breadcrumb:contains(delivered)" },
        { trigger: ".o_data_row:contains(Consultant)" },
    ],
});
