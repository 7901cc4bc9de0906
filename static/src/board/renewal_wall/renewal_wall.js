import { Component, onMounted, onWillStart, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { RenewalChart } from "../renewal_chart/renewal_chart";
import { formatRate, statusText } from "../renewal_chart/renewal_chart_config";

const REFRESH = 10 * 60 * 1000;
const EMPTY = "—";

/** Target and actual of a store over a year, to hang on the wall: big, quiet, always up to date (看板). */
export class RenewalWall extends Component {
    static template = "dealer_insurance.RenewalWall";
    static components = { RenewalChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.root = useRef("root");
        this.state = useState({ board: null, isFull: false, isStale: false });
        this.env.config.setDisplayName(_t("Renewal Wall"));
        this.selectMonth = (place) => this.load({ month: place + 1 });
        onWillStart(() => this.load());
        onMounted(() => {
            this.timer = browser.setInterval(() => this.refresh(), REFRESH);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
        useExternalListener(document, "fullscreenchange", () => {
            this.state.isFull = document.fullscreenElement === this.root.el;
        });
    }

    // === DATA === //

    /** Show the board of another store, year or month; what is not given stays as it is. */
    async load({ companyId, year, month } = {}) {
        const board = this.state.board;
        this.wanted = {
            companyId: companyId ?? this.wanted?.companyId ?? false,
            year: year ?? this.wanted?.year ?? false,
            // the month chosen belongs to its year; another year has one of its own
            month: month ?? (year && year !== board?.year ? false : this.wanted?.month ?? false),
        };
        this.state.board = await this.fetch();
        this.state.isStale = false;
    }

    fetch() {
        const { companyId, year, month } = this.wanted;
        return this.orm.silent.call("insurance.renewal.target", "get_board", [companyId, year, month]);
    }

    /** A wall that cannot reach the server goes on showing what it knows, and says so. */
    async refresh() {
        try {
            this.state.board = await this.fetch();
            this.state.isStale = false;
        } catch {
            this.state.isStale = true;
        }
    }

    onStore(event) {
        return this.load({ companyId: Number(event.target.value) });
    }

    // === TEXTS === //

    rate(value) {
        return value === null || value === undefined ? EMPTY : formatRate(value);
    }

    number(value) {
        return value === null || value === undefined ? EMPTY : value.toLocaleString();
    }

    get monthText() {
        return `${this.state.board.year}-${String(this.state.board.month).padStart(2, "0")}`;
    }

    /** Difference to last year in percent points, with its sign. */
    get rateChange() {
        const { rate, last_year_rate: before } = this.state.board.focus;
        if (rate === null || before === null) {
            return "";
        }
        const points = (rate - before) * 100;
        return `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;
    }

    get chartText() {
        return _t("Target and actual of the months of %s", this.state.board.year);
    }

    share(part, whole) {
        return whole ? Math.max(0, Math.min(100, (100 * part) / whole)) : 0;
    }

    statusText(status) {
        return statusText(status);
    }

    statusIcon(status) {
        return {
            none: "fa-minus",
            reached: "fa-check",
            on_track: "fa-arrow-up",
            behind: "fa-exclamation",
            missed: "fa-times",
        }[status];
    }

    // === DOORS === //

    async toggleFull() {
        if (document.fullscreenElement) {
            return document.exitFullscreen();
        }
        return this.root.el.requestFullscreen();
    }

    /** Show the cases behind a number; a full screen has no place for a list, so it ends. */
    async open(part, specialistId = false) {
        const { company, focus, can_open } = this.state.board;
        if (!can_open) {
            return;
        }
        if (document.fullscreenElement) {
            await document.exitFullscreen();
        }
        const action = await this.orm.call("insurance.renewal.target", "get_board_action", [
            company.id,
            focus.month,
            specialistId,
            part,
        ]);
        return this.action.doAction(action);
    }

    async print(size) {
        const { company, year, month } = this.state.board;
        const action = await this.orm.call("insurance.renewal.target", "get_board_print", [company.id, year, month, size]);
        return this.action.doAction(action);
    }

    openBoard() {
        return this.action.doAction("dealer_insurance.insurance_renewal_target_action_board", { clearBreadcrumbs: true });
    }
}

registry.category("actions").add("dealer_insurance.renewal_wall", RenewalWall);
