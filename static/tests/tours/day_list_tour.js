import { registry } from "@web/core/registry";

const dialog = (selector) => `.modal ${selector}`;
const row = (section, plate) => `.o_day_section[data-section=${section}] .o_day_row:contains(${plate})`;

registry.category("web_tour.tours").add("dealer_insurance_day_list", {
    steps: () => [
        { trigger: row("new", "赣Z00002") },
        { trigger: ".o_day_search", run: "edit Z00001" },
        { trigger: `.o_day_list:not(:has(${row("new", "赣Z00002")}))` },
        { trigger: `${row("today", "赣Z00001")} .o_day_log`, run: "click" },
        { trigger: dialog("div[name=result_id] input"), run: "edit Interested" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Interested)", run: "click" },
        { trigger: dialog("div[name=content] textarea"), run: "edit Wants two quotes, called at noon as he asked" },
        { trigger: dialog(".o_form_button_save"), run: "click" },
        // who was called leaves the list
        { trigger: `body:not(:has(.modal)) .o_day_list:not(:has(${row("today", "赣Z00001")}))` },
        { trigger: ".o_day_search", run: "clear" },
        { trigger: `${row("new", "赣Z00002")} .o_day_open`, run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=plate]:contains(赣Z00002)" },
    ],
});
