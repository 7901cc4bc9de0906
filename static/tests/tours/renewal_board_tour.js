import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dealer_insurance_renewal_board", {
    steps: () => [
        // the card of the month, with its chart, and the open cases that would close its gap
        { trigger: ".o_renewal_card:contains(Behind) .o_renewal_chart canvas" },
        { trigger: ".o_renewal_card:contains(Behind) a[name=action_view_gap]:contains(2)", run: "click" },
        { trigger: ".o_breadcrumb:contains(2 cars missing)" },
        { trigger: ".o_data_row:eq(0):contains(赣Z00002)" },
        { trigger: ".o_data_row:eq(1):contains(赣Z00001)" },
        { trigger: ".o_back_button, .breadcrumb-item:contains(Target Board) a", run: "click" },
        // the same on the wall
        { trigger: ".o_control_panel button:contains(Wall Screen)", run: "click" },
        { trigger: ".o_renewal_wall .o_wall_chart canvas" },
        { trigger: ".o_wall_gap .o_wall_value:contains(2)" },
        { trigger: ".o_wall_people tr:contains(Specialist2)" },
        { trigger: ".o_wall_year button[title='Year before']", run: "click" },
        { trigger: ".o_wall_lead:contains(-12)" },
        { trigger: ".o_wall_year button[title='Year after']", run: "click" },
        { trigger: ".o_wall_gap .o_wall_value:contains(2)" },
        { trigger: ".o_wall_people tr:contains(Specialist2) a", run: "click" },
        { trigger: ".o_breadcrumb:contains(1 cars missing)" },
        { trigger: ".o_data_row:eq(0):contains(赣Z00002)" },
        { trigger: ".o_list_view:not(:contains(赣Z00001))" },
    ],
});
