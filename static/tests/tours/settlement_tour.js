import { registry } from "@web/core/registry";

const dialog = (selector) => `.modal ${selector}`;
const line = (number, selector = "") => `.o_field_one2many[name=line_ids] .o_data_row:nth-child(${number}) ${selector}`;

registry.category("web_tour.tours").add("dealer_insurance_settlement_clerk", {
    steps: () => [
        { trigger: ".o_form_view button[name=action_propose]", run: "click" },
        { trigger: line(2, "td[name=mark]:contains(No Statement)") },
        { trigger: "button[name=action_view_left_out]", run: "click" },
        { trigger: ".o_breadcrumb .active:contains(Not on JSQD)" },
        { trigger: ".o_back_button:contains(JSQD) a, .o_breadcrumb a:contains(JSQD)", run: "click" },
        { trigger: ".o_form_view button[name=action_submit]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(With Finance)" },
        { trigger: "body:not(:has(.o_form_view button[name=action_submit]))" },
    ],
});

registry.category("web_tour.tours").add("dealer_insurance_settlement_finance", {
    steps: () => [
        { trigger: line(1, "td[name=mark]:contains(Differs)") },
        { trigger: line(1, ".o_settlement_accept"), run: "click" },
        { trigger: dialog("div[name=reason_id] input"), run: "edit Rate differs" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Rate differs)", run: "click" },
        { trigger: dialog("button[name=action_confirm]:contains(Accept)"), run: "click" },
        { trigger: line(1, ".o_settlement_sign"), run: "click" },
        { trigger: line(1, "td[name=state]:contains(Line Signed)") },
        { trigger: line(2, "td[name=mark]:contains(Insurer left It out)") },
        { trigger: line(2, ".o_settlement_carry"), run: "click" },
        { trigger: dialog("button:contains(Ok)"), run: "click" },
        { trigger: line(2, "td[name=state]:contains(Carried over)") },
        { trigger: ".o_form_view button[name=action_close]", run: "click" },
        { trigger: dialog("button:contains(Ok)"), run: "click" },
        { trigger: ".o_arrow_button_current:contains(List Closed)" },
        { trigger: "div[name=settled_commission]:contains(630.00)" },
    ],
});

/** Finance works a finding: reads its evidence, explains it, and looks for the next. */
registry.category("web_tour.tours").add("dealer_insurance_finding_finance", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row td[name=headline]:contains(does not have)", run: "click" },
        { trigger: ".o_form_view .alert:contains(no accusation)" },
        { trigger: ".o_field_one2many[name=evidence_ids] td[name=sentence]:contains(PDAA2026990000000001)" },
        { trigger: ".o_form_view button[name=action_open_explain]", run: "click" },
        { trigger: dialog("div[name=reason_id] input"), run: "edit Written here" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Written here)", run: "click" },
        { trigger: dialog("div[name=note] textarea"), run: "edit The clerk entered it on the next day" },
        { trigger: dialog("button[name=action_close]:contains(Close as Explained)"), run: "click" },
        { trigger: ".o_arrow_button_current:contains(Explained as Harmless)" },
        { trigger: "div[name=note]:contains(on the next day)" },
        { trigger: ".o_form_view a[name=history]", run: "click" },
        { trigger: ".o_field_one2many[name=step_ids] td[name=what]:contains(Explained)" },
        { trigger: ".o_breadcrumb a:contains(Findings), .o_back_button a", run: "click" },
        { trigger: ".o_list_view .o_view_nocontent:contains(Nothing to be verified)" },
        { trigger: "button[name=action_look_again]", run: "click" },
        { trigger: ".o_notification:contains(0 new)" },
    ],
});
