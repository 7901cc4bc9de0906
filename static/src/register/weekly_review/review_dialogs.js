import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { NameAndSignature } from "@web/core/signature/name_and_signature";

/** The keys of the review screen. */
export class ReviewKeysDialog extends Component {
    static template = "dealer_insurance.ReviewKeysDialog";
    static components = { Dialog };
    static props = { close: Function };

    get keys() {
        return [
            { keys: ["↓", "↑", "j", "k"], does: _t("Next and previous line") },
            { keys: ["Enter", "Space"], does: _t("Accept the line and go on") },
            { keys: ["x"], does: _t("Reject the line, with a remark") },
            { keys: ["r"], does: _t("Write a remark beside the line") },
            { keys: ["u"], does: _t("Take the verdict back") },
            { keys: ["o"], does: _t("Open the record behind the line") },
            { keys: ["f"], does: _t("Show only what is flagged, or everything") },
            { keys: ["n", "p"], does: _t("Next and previous page") },
            { keys: ["s"], does: _t("Sign the page, or go to the first open question") },
            { keys: ["y", "n"], does: _t("At a question: yes and no") },
            { keys: ["?"], does: _t("Show these keys") },
        ];
    }
}

/** Odoo's own signature pad, with the offer to keep what was drawn for the next pages. */
export class ReviewSignatureDialog extends Component {
    static template = "dealer_insurance.ReviewSignatureDialog";
    static components = { Dialog, NameAndSignature };
    static props = { sign: Function, close: Function };

    setup() {
        this.signature = useState({ name: "", isSignatureEmpty: true });
        this.state = useState({ isKept: true });
    }

    onSign() {
        const [, image] = this.signature.getSignatureImage().split(",");
        this.props.sign(image, this.state.isKept);
        this.props.close();
    }
}
