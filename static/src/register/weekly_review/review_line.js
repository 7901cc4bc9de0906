import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus } from "@web/core/utils/hooks";

const FLAG_ICONS = {
    danger: "fa-exclamation-circle",
    warning: "fa-exclamation-triangle",
    info: "fa-info-circle",
};
const SEVERITY = ["danger", "warning", "info"];

/** Where the reviewer writes beside a line: why it is rejected, or a remark, and what is to be improved (R15). */
export class ReviewNote extends Component {
    static template = "dealer_insurance.ReviewNote";
    static props = {
        line: Object,
        mode: { validate: (mode) => ["reject", "remark"].includes(mode) },
        tags: Array,
        send: Function,
        cancel: Function,
    };

    setup() {
        this.state = useState({
            note: this.props.line.review_note,
            tagIds: [...this.props.line.tag_ids],
        });
        useAutofocus({ refName: "note", mobile: true });
    }

    get label() {
        return this.props.mode === "reject" ? _t("What is wrong with the line?") : _t("Remark for the author");
    }

    /** What is sent: a rejection without words takes the names of the tags chosen for its reason. */
    get note() {
        const names = this.props.tags
            .filter(({ id }) => this.state.tagIds.includes(id))
            .map(({ name }) => name);
        const note = this.state.note.trim();
        return note || (this.props.mode === "reject" ? names.join(", ") : "");
    }

    get canSend() {
        return this.props.mode === "remark" || Boolean(this.note);
    }

    toggleTag(tagId) {
        const { tagIds } = this.state;
        this.state.tagIds = tagIds.includes(tagId)
            ? tagIds.filter((id) => id !== tagId)
            : [...tagIds, tagId];
    }

    send() {
        if (this.canSend) {
            this.props.send(this.note, this.state.tagIds);
        }
    }

    onKeydown(ev) {
        if (ev.isComposing || ev.keyCode === 229) {
            return; // the Enter that ends the composition of a Chinese word sends nothing
        }
        if (ev.key === "Enter" && ev.target.tagName === "INPUT") {
            ev.preventDefault();
            ev.stopPropagation();
            this.send();
        } else if (ev.key === "Escape") {
            ev.preventDefault();
            ev.stopPropagation();
            this.props.cancel();
        }
    }
}

/** One line of the register as its reviewer reads it. */
export class ReviewLine extends Component {
    static template = "dealer_insurance.ReviewLine";
    static components = { ReviewNote };
    static props = {
        line: Object,
        tags: Array,
        isActive: Boolean,
        isEditable: Boolean,
        mode: [String, Boolean],
        select: Function,
        accept: Function,
        takeBack: Function,
        edit: Function,
        send: Function,
        cancel: Function,
        open: Function,
    };

    get tone() {
        const tones = this.props.line.flags.map(({ tone }) => tone);
        return SEVERITY.find((tone) => tones.includes(tone)) || "";
    }

    get tagNames() {
        return this.props.tags.filter(({ id }) => this.props.line.tag_ids.includes(id));
    }

    getFlagIcon(flag) {
        return FLAG_ICONS[flag.tone];
    }
}
