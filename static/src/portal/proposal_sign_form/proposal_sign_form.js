import { onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { redirect } from "@web/core/utils/urls";
import { SignatureForm } from "@portal/signature_form/signature_form";

/** The portal's signature form with what an insurance proposal asks besides: the plan and the three consents. */
export class ProposalSignForm extends SignatureForm {
    static template = "dealer_insurance.ProposalSignForm";

    setup() {
        super.setup();
        this.answer = useState({ planId: this.props.planId, consents: {}, isSending: false });
        onMounted(() => {
            const modal = this.rootRef.el.closest(".modal");
            modal?.addEventListener("show.bs.modal", (ev) => {
                const planId = ev.relatedTarget?.dataset.planId;
                if (planId) {
                    this.answer.planId = parseInt(planId);
                }
            });
        });
    }

    get sendLabel() {
        return _t("Accept & Sign");
    }

    get isReady() {
        const agreed = this.props.consents.every((consent) => this.answer.consents[consent.name]);
        return agreed && this.answer.planId && !this.signature.isSignatureEmpty && !this.answer.isSending;
    }

    async onClickSubmit() {
        this.answer.isSending = true;
        this.state.error = false;
        try {
            const data = await rpc(this.props.callUrl, {
                name: this.signature.name,
                signature: this.signature.getSignatureImage().split(",")[1],
                plan_id: this.answer.planId,
                consents: Object.keys(this.answer.consents).filter((name) => this.answer.consents[name]),
            });
            if (data.redirect_url) {
                redirect(data.redirect_url);
                return;
            }
            this.state.error = data.error;
        } catch {
            this.state.error = _t("The server could not be reached. Nothing was signed: please try again.");
        }
        this.answer.isSending = false;
    }
}

registry.category("public_components").add("dealer_insurance.proposal_sign_form", ProposalSignForm);
