import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("dealer_insurance_sales_wall", {
    steps: () => [
        { trigger: ".o_sales_wall .o_step_1 .o_person:contains(Consultant):contains(66.7%)" },
        { trigger: ".o_sales_wall .o_step_2 .o_person:contains(Consultant2):contains(0.0%)" },
        { trigger: ".o_sales_wall .o_wall_lead:contains(33.3%)" },
        { trigger: ".o_sales_wall .o_wall_chart canvas" },
        { trigger: ".o_sales_wall .o_wall_people tr:contains(Consultant2)" },
        { trigger: ".o_sales_wall .o_wall_year button[title='Month before']", run: "click" },
        { trigger: ".o_sales_wall .o_wall_empty" },
        { trigger: ".o_sales_wall .o_wall_year button[title='Month after']", run: "click" },
        { trigger: ".o_sales_wall .o_step_1" },
    ],
});
