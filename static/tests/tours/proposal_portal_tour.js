import { registry } from "@web/core/registry";

const modal = (selector) => `#o_proposal_accept.show ${selector}`;
const agree = (name) => ({ trigger: modal(`#o_proposal_${name}`), run: "click" });

registry.category("web_tour.tours").add("dealer_insurance_portal_sign", {
    steps: () => [
        { trigger: ".o_proposal_plan:contains(We recommend)" },
        // the plan whose button was pressed is chosen, not the recommended one
        { trigger: ".o_proposal_plan:not(:contains(We recommend)) .o_proposal_choose", run: "click" },
        { trigger: modal("input[name=o_proposal_plan]:eq(0):checked") },
        { trigger: modal("input[name=signer]"), run: "edit Customer One Junior" },
        { trigger: modal(".o_web_sign_auto_button"), run: "click" },
        { trigger: modal("button[type=submit]:disabled") },
        agree("consent_clauses"),
        agree("consent_privacy"),
        { trigger: modal("button[type=submit]:disabled") },
        agree("consent_insurers"),
        { trigger: modal("button[type=submit]:enabled"), run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains(Your choice is signed)" },
        { trigger: ".o_proposal_plan.border-success" },
        { trigger: "body:not(:has(.o_proposal_choose))" },
    ],
});
