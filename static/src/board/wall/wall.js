import { Component, onMounted, onWillStart, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { formatRate } from "../renewal_chart/renewal_chart_config";

const REFRESH = 10 * 60 * 1000;
const EMPTY = "—";

/** A rate in per cent, a dash where there is none. */
export const rate = (value) => (value === null || value === undefined ? EMPTY : formatRate(value));

/** A number with the separators of the language, a dash where there is none. */
export const number = (value) => (value === null || value === undefined ? EMPTY : value.toLocaleString());

/** How much of a bar is filled, in per cent. */
export const share = (part, whole) => (whole ? Math.max(0, Math.min(100, (100 * part) / whole)) : 0);

/** Show something elsewhere: a full screen has no place for it, so it ends. */
export async function leaveFullScreen() {
    if (document.fullscreenElement) {
        await document.exitFullscreen();
    }
}

/**
 * Keep what a wall shows up to date.
 *
 * @param {Function} fetch returns a promise of the board
 * @returns {Object} `state` with the `board` and `isStale`; `show`, which fetches and shows it at once
 */
export function useWall(fetch) {
    const state = useState({ board: null, isStale: false });
    const show = async () => {
        state.board = await fetch();
        state.isStale = false;
    };
    // a wall that cannot reach the server goes on showing what it knows, and says so
    const refresh = async () => {
        try {
            await show();
        } catch {
            state.isStale = true;
        }
    };
    let timer;
    onWillStart(show);
    onMounted(() => {
        timer = browser.setInterval(refresh, REFRESH);
    });
    onWillUnmount(() => browser.clearInterval(timer));
    return { state, show };
}

/** What every wall has: title, store, period, age of the figures, tools, and the full screen. */
export class WallFrame extends Component {
    static template = "dealer_insurance.WallFrame";
    static props = {
        className: String,
        title: String,
        board: Object, // `company`, `companies`, `updated`
        isStale: Boolean,
        onStore: Function, // called with the id of the store chosen
        slots: Object, // default, `period` and `tools`
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ isFull: false });
        useExternalListener(document, "fullscreenchange", () => {
            this.state.isFull = Boolean(this.root.el) && document.fullscreenElement === this.root.el;
        });
    }

    toggleFull() {
        return document.fullscreenElement ? document.exitFullscreen() : this.root.el.requestFullscreen();
    }
}
