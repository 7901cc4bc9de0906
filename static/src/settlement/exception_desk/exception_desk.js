import { Component, onPatched, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Errors in which the server says in words what is wrong; anything else goes to the error dialog. */
const WORDED_ERRORS = ["UserError", "ValidationError", "AccessError", "MissingError"].map(
    (name) => `odoo.exceptions.${name}`
);
const LINE = "insurance.statement.line";

/** The keys of the screen. */
export class ExceptionKeysDialog extends Component {
    static template = "dealer_insurance.ExceptionKeysDialog";
    static components = { Dialog };
    static props = { close: Function };

    get keys() {
        return [
            { keys: ["↓", "↑", "j", "k"], does: _t("Next and previous exception") },
            { keys: ["a"], does: _t("Accept the difference, with its reason (finance)") },
            { keys: ["r"], does: _t("Ask the insurer back, with the reason") },
            { keys: ["m"], does: _t("Match with one of our policies by hand") },
            { keys: ["c"], does: _t("Correct our side (policy clerk)") },
            { keys: ["o"], does: _t("Open the entry of our ledger") },
            { keys: ["?"], does: _t("Show these keys") },
        ];
    }
}

/** What insurers state otherwise than our ledger, one after the other, both sides next to each other. */
export class ExceptionDesk extends Component {
    static template = "dealer_insurance.ExceptionDesk";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.env.config.setDisplayName(this.props.action.name || _t("Exceptions"));
        this.display = { controlPanel: {} };
        this.root = useRef("root");
        this.statementId = this.props.action.params?.statement_id || this.props.state?.statementId || false;
        this.state = useState({ desk: null, lineId: false, line: null, editor: null, error: "", busy: false });
        useSetupAction({ getLocalState: () => ({ statementId: this.statementId, lineId: this.state.lineId }) });
        onWillStart(() => this.load(this.props.state?.lineId));
        onPatched(() => this.focusEditor());
        this.setupKeys();
    }

    setupKeys() {
        const keys = [
            ["arrowdown", () => this.move(1), { allowRepeat: true }],
            ["j", () => this.move(1), { allowRepeat: true }],
            ["arrowup", () => this.move(-1), { allowRepeat: true }],
            ["k", () => this.move(-1), { allowRepeat: true }],
            ["a", () => this.edit("accept")],
            ["r", () => this.edit("claim")],
            ["m", () => this.edit("match")],
            ["c", () => this.edit("correct")],
            ["o", () => this.openEntry()],
        ];
        for (const [key, callback, options] of keys) {
            useHotkey(key, callback, { isAvailable: () => !this.state.editor, ...options });
        }
        useHotkey("escape", () => this.cancel(), {
            bypassEditableProtection: true,
            isAvailable: () => Boolean(this.state.editor),
        });
        useExternalListener(window, "keydown", (ev) => {
            const isTyping = ev.target.matches?.("input, textarea, select, [contenteditable]");
            if (["?", "？"].includes(ev.key) && !isTyping && this.ui.activeElement === document) {
                this.showKeys();
            }
        });
    }

    // --- What is shown --------------------------------------------------------------------------

    async load(lineId, refresh = true) {
        const desk = await this.orm.call("insurance.statement", "get_desk", [this.statementId], { refresh });
        this.state.desk = desk;
        const wanted = desk.queue.find((line) => line.id === lineId) || desk.queue[0];
        await this.select(wanted?.id || false);
    }

    async select(lineId) {
        Object.assign(this.state, { lineId, editor: null, error: "" });
        this.state.line = lineId ? await this.orm.call(LINE, "get_comparison", [[lineId]]) : null;
        this.focusRequest = true;
    }

    get position() {
        return this.state.desk.queue.findIndex((line) => line.id === this.state.lineId);
    }

    async move(step) {
        const next = this.state.desk.queue[this.position + step];
        if (next) {
            await this.select(next.id);
        }
    }

    focusEditor() {
        if (!this.focusRequest) {
            return;
        }
        this.focusRequest = false;
        const editor = this.root.el?.querySelector(".o_exception_reason");
        if (this.state.editor) {
            editor?.focus();
        } else {
            this.root.el?.querySelector(".o_exception_entry.o_active")?.scrollIntoView({ block: "nearest" });
        }
    }

    showKeys() {
        this.dialog.add(ExceptionKeysDialog);
    }

    // --- What can be done -----------------------------------------------------------------------

    get actions() {
        const { rights } = this.state.desk;
        const { line } = this.state;
        return [
            { mode: "accept", key: "a", label: _t("Accept the difference"), isOpen: rights.accept },
            { mode: "claim", key: "r", label: _t("Ask back"), isOpen: rights.work },
            {
                mode: "match", key: "m", label: _t("Match by Hand"),
                isOpen: rights.work && !line.entry && line.candidates.length > 0,
            },
            { mode: "correct", key: "c", label: _t("Correct our Side"), isOpen: rights.correct && line.result !== "duplicate" },
        ].filter((action) => action.isOpen);
    }

    /** Ask for the reason of an action; what needs none goes ahead. */
    edit(mode) {
        if (!this.state.line || !this.actions.some((action) => action.mode === mode)) {
            return;
        }
        const needsReason = mode !== "correct" || (this.state.line.entry && !this.state.line.carried);
        this.state.error = "";
        this.state.editor = { mode, reasonId: "", note: "", policyId: this.state.line.candidates[0]?.id || false };
        this.focusRequest = true;
        if (!needsReason) {
            this.submit();
        }
    }

    cancel() {
        this.state.editor = null;
        this.state.error = "";
    }

    async submit() {
        const { mode, reasonId, note, policyId } = this.state.editor;
        const lineId = this.state.lineId;
        const reason = Number(reasonId) || false;
        const calls = {
            accept: ["action_accept", [[lineId], reason, note]],
            claim: ["action_claim", [[lineId], reason, note]],
            match: ["action_match_by_hand", [[lineId], Number(policyId) || false, reason, note]],
            correct: ["action_correct", [[lineId], reason, note]],
        };
        const next = this.state.desk.queue[this.position + 1] || this.state.desk.queue[this.position - 1];
        const [method, args] = calls[mode];
        await this.attempt(async () => {
            const result = await this.orm.call(LINE, method, args);
            await this.load(next?.id, false);
            if (result?.type) {
                await this.action.doAction(result);
            }
        });
    }

    /** Run what the server may refuse in words; the words are shown beside the exception. */
    async attempt(callback) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        this.state.error = "";
        try {
            await callback();
        } catch (error) {
            if (!(error instanceof RPCError) || !WORDED_ERRORS.includes(error.exceptionName)) {
                throw error;
            }
            this.state.error = error.data.message;
        } finally {
            this.state.busy = false;
        }
    }

    openEntry() {
        if (this.state.line?.entry) {
            this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "insurance.ledger.entry",
                res_id: this.state.line.entry.id,
                views: [[false, "form"]],
            });
        }
    }

    openMissing(statementId) {
        this.action.doActionButton({
            type: "object",
            name: "action_view_missing",
            resModel: "insurance.statement",
            resId: statementId,
            resIds: [statementId],
        });
    }
}

registry.category("actions").add("dealer_insurance.exception_desk", ExceptionDesk);
