import { Component, onPatched, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ReviewKeysDialog, ReviewSignatureDialog } from "./review_dialogs";
import { ReviewLine } from "./review_line";
import { ReviewQueue } from "./review_queue";
import { ReviewSigning } from "./review_signing";
import { describeDeadline, describePage, formatDay, formatWeek, formatWeekday } from "./review_texts";
import { ReviewWorkload } from "./review_workload";
import { WeeklyReviewModel } from "./weekly_review_model";

/** Errors in which the server says in words what is wrong; anything else goes to the error dialog. */
const WORDED_ERRORS = ["UserError", "ValidationError", "AccessError", "MissingError"].map(
    (name) => `odoo.exceptions.${name}`
);

/** The reviewer's screen: one page of a register after the other, by keyboard or by touch, until all are signed. */
export class WeeklyReview extends Component {
    static template = "dealer_insurance.WeeklyReview";
    static components = { Layout, ReviewLine, ReviewQueue, ReviewSigning, ReviewWorkload };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.env.config.setDisplayName(this.props.action.name || _t("Weekly Review"));
        this.display = { controlPanel: {} };
        Object.assign(this, { describeDeadline, describePage, formatDay, formatWeek, formatWeekday });

        this.root = useRef("root");
        this.model = useState(
            new WeeklyReviewModel(this.orm, {
                pageIds: this.props.action.params?.page_ids,
                restored: this.props.state?.review,
            })
        );
        useSetupAction({
            rootRef: this.root,
            getLocalState: () => ({ review: this.model.export() }),
        });
        onWillStart(() => this.model.loadQueue());
        this.setupKeys();
        onPatched(() => this.focusLine());
    }

    // --- Keyboard -------------------------------------------------------------------------------

    setupKeys() {
        const outsideSigning = (target) => !target.closest?.(".o_review_signing");
        const onLine = (target) => outsideSigning(target) && !target.closest?.("button, a, label, input");
        const onActive = (callback) => () => this.model.activeLine && callback(this.model.activeLine);
        const keys = [
            ["arrowdown", () => this.move(1), { allowRepeat: true, isAvailable: outsideSigning }],
            ["j", () => this.move(1), { allowRepeat: true }],
            ["arrowup", () => this.move(-1), { allowRepeat: true, isAvailable: outsideSigning }],
            ["k", () => this.move(-1), { allowRepeat: true }],
            ["enter", onActive((line) => this.accept(line)), { isAvailable: onLine }],
            ["space", onActive((line) => this.accept(line)), { isAvailable: onLine }],
            ["x", onActive((line) => this.edit(line, "reject"))],
            ["r", onActive((line) => this.edit(line, "remark"))],
            ["u", onActive((line) => this.takeBack(line))],
            ["o", onActive((line) => this.openRecord(line))],
            ["f", () => this.model.toggleFlagged()],
            ["n", () => this.openNext(1)],
            ["p", () => this.openNext(-1)],
            ["s", () => this.sign()],
        ];
        for (const [key, callback, options] of keys) {
            useHotkey(key, callback, options);
        }
        // the hotkey service knows letters, digits and navigation keys only
        useExternalListener(window, "keydown", (ev) => {
            const isTyping = ev.target.matches?.("input:not([type=radio], [type=checkbox]), textarea, [contenteditable]");
            if (["?", "？"].includes(ev.key) && !isTyping && this.ui.activeElement === document) {
                this.showKeys();
            }
        });
    }

    showKeys() {
        this.dialog.add(ReviewKeysDialog);
    }

    /** Have the active line focused and in view after the next rendering. */
    requestFocus({ preventScroll = false } = {}) {
        this.focusRequest = { preventScroll };
        this.render();
    }

    focusLine() {
        const request = this.focusRequest;
        const element = this.root.el?.querySelector(".o_review_line.o_active");
        if (!request || !element || this.model.editor) {
            return;
        }
        this.focusRequest = false;
        element.focus({ preventScroll: true });
        if (!request.preventScroll) {
            element.scrollIntoView({ block: "nearest" });
        }
    }

    // --- Lines ----------------------------------------------------------------------------------

    move(step) {
        this.model.move(step);
        this.requestFocus();
    }

    select(line) {
        if (this.model.activeId !== line.id) {
            this.model.activeId = line.id;
            this.model.editor = null;
        }
    }

    edit(line, mode) {
        if (this.model.page.is_mine) {
            this.model.activeId = line.id;
            this.model.edit(mode);
        }
    }

    cancelEdit() {
        this.model.editor = null;
        this.requestFocus({ preventScroll: true });
    }

    async accept(line) {
        if (!this.model.page.is_mine) {
            return;
        }
        this.model.activeId = line.id;
        this.move(1);
        if (line.review_state !== "accepted") {
            await this.attempt(() => this.model.judge(line, "accepted"));
        }
    }

    async takeBack(line) {
        if (this.model.page.is_mine && ["accepted", "rejected"].includes(line.review_state)) {
            const said = line.review_state === "rejected" ? ["", []] : [line.review_note, line.tag_ids];
            await this.attempt(() => this.model.judge(line, "none", ...said));
        }
    }

    async sendNote(line, note, tagIds) {
        const { mode } = this.model.editor;
        this.model.editor = null;
        if (mode === "reject") {
            this.move(1);
            await this.attempt(() => this.model.judge(line, "rejected", note, tagIds));
        } else {
            this.requestFocus({ preventScroll: true });
            const kept = line.review_state === "answered" ? "none" : line.review_state || "none";
            await this.attempt(() => this.model.judge(line, kept, note, tagIds));
        }
    }

    openRecord(line) {
        if (!line.record) {
            return;
        }
        this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: line.title,
                res_model: line.record.model,
                res_id: line.record.id,
                views: [[false, "form"]],
                target: "new",
            },
            { onClose: () => this.openPage(this.model.pageId) }
        );
    }

    // --- Pages ----------------------------------------------------------------------------------

    async openPage(pageId) {
        await this.attempt(() => this.model.openPage(pageId));
        this.showPage();
    }

    async openNext(step) {
        await this.attempt(async () => {
            if (await this.model.openNext(step)) {
                this.showPage();
            }
        });
    }

    showPage() {
        this.root.el?.querySelector(".o_review_heading")?.scrollIntoView();
        this.requestFocus({ preventScroll: true });
    }

    // --- Signing --------------------------------------------------------------------------------

    focusIn(selector) {
        this.root.el.querySelector(`.o_review_signing ${selector}`)?.focus();
    }

    async sign() {
        const { page } = this.model;
        if (!page || this.model.isSigning) {
            return;
        }
        if (page.error) {
            this.notification.add(page.error, { type: "warning" });
            return;
        }
        const question = this.model.unansweredQuestion;
        if (question) {
            this.focusIn(`#o_review_yes_${question.id}`);
            return;
        }
        if (this.model.lacksRemark) {
            this.focusIn(".o_review_page_remark");
            return;
        }
        if (this.model.signature) {
            await this.signWith();
        } else {
            this.dialog.add(ReviewSignatureDialog, {
                sign: (image, isKept) => this.signWith(image, isKept),
            });
        }
    }

    async signWith(image = false, isKept = false) {
        const name = `${this.model.page.book.name} · ${describePage(this.model.page)}`;
        await this.attempt(async () => {
            if (isKept) {
                await this.orm.write("res.users", [user.userId], { insurance_signature: image });
                this.model.signature = `data:image/png;base64,${image}`;
            }
            await this.model.sign(image);
            this.notification.add(_t("Signed: %s", name), { type: "success" });
            this.showPage();
        });
    }

    /** Do what may be refused: the server's words are shown, and the page as it then stands. */
    async attempt(callback) {
        try {
            await callback();
        } catch (error) {
            if (!(error instanceof RPCError) || !WORDED_ERRORS.includes(error.exceptionName)) {
                throw error;
            }
            this.notification.add(error.data.message, { type: "danger" });
            await this.model.loadQueue();
        }
    }
}

registry.category("actions").add("dealer_insurance.weekly_review", WeeklyReview);
