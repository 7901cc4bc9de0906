import { markRaw } from "@odoo/owl";
import { KeepLast, Mutex } from "@web/core/utils/concurrency";

const PAGE = "insurance.register.page";

/**
 * @param {Object} line
 * @returns {boolean} whether the reviewer should look at the line more closely
 */
export function needsAttention(line) {
    return Boolean(line.flags.length) || ["rejected", "answered"].includes(line.review_state);
}

/**
 * The pages that wait for the user's signature, the page being reviewed, and what is not yet sent of its review.
 * To be wrapped in `useState`.
 */
export class WeeklyReviewModel {
    /**
     * @param {import("@web/core/orm_service").ORM} orm
     * @param {Object} [options]
     * @param {number[]} [options.pageIds] review these pages only
     * @param {Object} [options.restored] what `export` gave before
     */
    constructor(orm, { pageIds, restored } = {}) {
        this.orm = markRaw(orm);
        this.pageIds = pageIds?.length ? pageIds : false;
        this.keepLast = markRaw(new KeepLast());
        this.mutex = markRaw(new Mutex());
        this.books = [];
        this.signature = false;
        this.pageId = restored?.pageId || false;
        this.page = null;
        this.activeId = false;
        this.editor = null;
        this.isSigning = false;
        this.onlyFlagged = restored?.onlyFlagged || false;
        /** @type {Object<number, {answers: Object<number, boolean>, remark: string}>} by page */
        this.drafts = restored?.drafts || {};
    }

    export() {
        return { pageId: this.pageId, onlyFlagged: this.onlyFlagged, drafts: this.drafts };
    }

    // --- What there is --------------------------------------------------------------------------

    get entries() {
        return this.books.flatMap((book) => book.pages);
    }

    get lines() {
        return (this.page?.groups || []).flatMap((group) => group.days.flatMap((day) => day.lines));
    }

    get visibleLines() {
        return this.lines.filter((line) => this.isVisible(line));
    }

    get activeLine() {
        return this.visibleLines.find((line) => line.id === this.activeId);
    }

    get flaggedCount() {
        return this.lines.filter(needsAttention).length;
    }

    get acceptedCount() {
        return this.lines.filter((line) => line.review_state === "accepted").length;
    }

    get draft() {
        return this.drafts[this.page.id];
    }

    get unansweredQuestion() {
        return this.page.questions.find(({ id }) => !(id in this.draft.answers));
    }

    /** A question answered with no asks for a remark on the page. */
    get lacksRemark() {
        return Object.values(this.draft.answers).includes(false) && !this.draft.remark.trim();
    }

    isVisible(line) {
        return !this.onlyFlagged || needsAttention(line);
    }

    // --- Loading --------------------------------------------------------------------------------

    async loadQueue() {
        const queue = await this.orm.call(PAGE, "get_review_queue", [], { page_ids: this.pageIds });
        this.signature = queue.signature;
        this.books = queue.books;
        const ids = this.entries.map((entry) => entry.id);
        await this.openPage(ids.includes(this.pageId) ? this.pageId : ids[0]);
    }

    async openPage(pageId) {
        if (pageId !== this.page?.id) {
            this.editor = null;
        }
        this.pageId = pageId || false;
        if (!pageId) {
            this.page = null;
            return;
        }
        this.drafts[pageId] ||= { answers: {}, remark: "" };
        const page = await this.keepLast.add(this.orm.call(PAGE, "get_review_page", [[pageId]]));
        this.page = page;
        if (!this.activeLine) {
            this.activeId = this.visibleLines[0]?.id || false;
        }
        const entry = this.entries.find(({ id }) => id === pageId);
        if (entry) {
            entry.flagged = this.lines.filter((line) => line.flags.length).length;
        }
    }

    /**
     * Show the page that stands `step` places further in the queue.
     *
     * @returns {boolean} whether there is one
     */
    async openNext(step) {
        const ids = this.entries.map((entry) => entry.id);
        const target = ids[ids.indexOf(this.pageId) + step];
        if (target) {
            await this.openPage(target);
        }
        return Boolean(target);
    }

    // --- Lines ----------------------------------------------------------------------------------

    move(step) {
        const lines = this.visibleLines;
        const position = lines.findIndex((line) => line.id === this.activeId);
        const target = lines[Math.min(Math.max(position + step, 0), lines.length - 1)];
        this.activeId = target?.id || false;
        this.editor = null;
    }

    toggleFlagged() {
        this.onlyFlagged = !this.onlyFlagged;
        if (!this.activeLine) {
            this.activeId = this.visibleLines[0]?.id || false;
        }
    }

    edit(mode) {
        this.editor = { mode, lineId: this.activeId };
    }

    /**
     * Send the verdict on a line; it is shown at once and taken back when the server refuses it.
     *
     * @param {Object} line
     * @param {"accepted"|"rejected"|"none"} verdict
     * @param {string} [note]
     * @param {number[]} [tagIds]
     */
    async judge(line, verdict, note = line.review_note, tagIds = line.tag_ids) {
        const { review_state, review_note, tag_ids } = line;
        const given = {
            review_state: verdict === "none" ? "" : verdict,
            review_note: note,
            tag_ids: tagIds,
        };
        const tags = this.page.tags.length ? tagIds : null;
        const lineModel = this.page.line_model;
        Object.assign(line, given);
        try {
            await this.mutex.exec(() =>
                this.orm.call(lineModel, "action_review_line", [[line.id], verdict, note, tags])
            );
        } catch (error) {
            Object.assign(line, { review_state, review_note, tag_ids });
            throw error;
        }
        // the page may have been loaded anew meanwhile, still without this verdict
        Object.assign(this.lines.find(({ id }) => id === line.id) || line, given);
        if ([review_state, verdict].includes("rejected")) {
            // whether the page can be signed depends on it
            await this.mutex.exec(() => this.openPage(this.pageId));
        }
    }

    // --- Signing --------------------------------------------------------------------------------

    answer(questionId, value) {
        this.draft.answers[questionId] = value;
    }

    /**
     * Sign the page and go on to the next one.
     *
     * @param {string|false} image base64; without it the server takes the stored signature
     */
    async sign(image = false) {
        const pageId = this.page.id;
        const { answers, remark } = this.draft;
        this.isSigning = true;
        try {
            await this.mutex.exec(() =>
                this.orm.call(PAGE, "action_sign", [[pageId]], { answers, remark, signature: image })
            );
        } finally {
            this.isSigning = false;
        }
        const ids = this.entries.map((entry) => entry.id);
        const next = ids[ids.indexOf(pageId) + 1] || ids.find((id) => id !== pageId);
        for (const book of this.books) {
            book.pages = book.pages.filter((entry) => entry.id !== pageId);
        }
        this.books = this.books.filter((book) => book.pages.length);
        this.activeId = false;
        await (next ? this.openPage(next) : this.loadQueue());
        delete this.drafts[pageId];
    }
}
