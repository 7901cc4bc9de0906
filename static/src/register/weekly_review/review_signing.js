import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const YES_KEYS = ["y", "1"];
const NO_KEYS = ["n", "0"];

/** The questions of the checklist, the remark on the page and the signature (R12-R15). */
export class ReviewSigning extends Component {
    static template = "dealer_insurance.ReviewSigning";
    static props = { model: Object, sign: Function };

    get page() {
        return this.props.model.page;
    }

    get draft() {
        return this.props.model.draft;
    }

    get progress() {
        return _t("%(answered)s of %(total)s questions answered", {
            answered: Object.keys(this.draft.answers).length,
            total: this.page.questions.length,
        });
    }

    get delegation() {
        return _t("You sign for %s", this.page.book.reviewer);
    }

    get remarkNeeded() {
        return _t("A question is answered with no: say what is to be done");
    }

    get remarkOffered() {
        return _t("Remark on the page");
    }

    answer(question, value) {
        this.props.model.answer(question.id, value);
    }

    /** Questions are answered by single keys; the focus then goes on to the next one, and at last to the button. */
    onKeydown(ev, question, position) {
        const key = ev.key.toLowerCase();
        const isYes = YES_KEYS.includes(key);
        if ((!isYes && !NO_KEYS.includes(key)) || ev.ctrlKey || ev.metaKey || ev.altKey) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
        this.answer(question, isYes);
        const area = ev.currentTarget.closest(".o_review_signing");
        const next = area.querySelectorAll(".o_review_question")[position + 1];
        if (next) {
            next.querySelector("input").focus();
        } else if (this.props.model.lacksRemark) {
            area.querySelector(".o_review_page_remark").focus();
        } else {
            area.querySelector(".o_review_sign").focus();
        }
    }

    onKeydownRemark(ev) {
        if (ev.key === "Enter" && !ev.isComposing && ev.keyCode !== 229) {
            ev.preventDefault();
            this.props.sign();
        }
    }
}
