import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { leaveFullScreen, number, share, useWall, WallFrame } from "../wall/wall";
import { ClaimBoardChart } from "./claim_board_chart";

const EMPTY = "—";

/** What claims bring a store, what is still to come and how long it takes. */
export class ClaimBoard extends Component {
    static template = "dealer_insurance.ClaimBoard";
    static components = { ClaimBoardChart, WallFrame };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.wanted = { companyId: false, month: false };
        this.wall = useWall(() => this.fetch());
        this.state = this.wall.state;
        Object.assign(this, { number, share });
        this.env.config.setDisplayName(_t("Claims Board"));
        this.money = (value) => Math.round(value || 0).toLocaleString();
        this.selectStore = (companyId) => this.load({ companyId });
        this.selectMonth = (month) => this.load({ month });
    }

    // === DATA === //

    load(wanted) {
        this.wanted = { ...this.wanted, ...wanted };
        return this.wall.show();
    }

    fetch() {
        const { companyId, month } = this.wanted;
        return this.orm.silent.call("insurance.claim.board", "get_board", [companyId, month]);
    }

    /** Show another month, counted from the one on show. */
    go(months) {
        const [year, month] = this.state.board.month.split("-").map(Number);
        const place = year * 12 + month - 1 + months;
        const text = `${Math.floor(place / 12)}-${String((place % 12) + 1).padStart(2, "0")}-01`;
        return this.load({ month: text });
    }

    // === TEXTS === //

    get title() {
        return this.state.board.is_own ? _t("My Claims") : _t("Claims: Output and Money");
    }

    get monthText() {
        return this.state.board.month.slice(0, 7);
    }

    get isPresent() {
        return this.state.board.month >= this.state.board.present;
    }

    days(step, kind = "median") {
        const value = step?.[kind];
        return value === null || value === undefined ? EMPTY : Math.round(value * 10) / 10;
    }

    rate(part, whole) {
        return whole ? `${((100 * part) / whole).toFixed(1)}%` : EMPTY;
    }

    get steps() {
        const days = this.state.board.total.days;
        return [
            { key: "assess", label: _t("Report to assessment"), ...days.assess },
            { key: "submit", label: _t("Assessment to submission"), ...days.submit },
            { key: "pay", label: _t("Submission to payment"), ...days.pay },
        ];
    }

    get longestStep() {
        return Math.max(1, ...this.steps.map((step) => step.p90 || 0));
    }

    get ages() {
        const rows = this.state.board.ages;
        const most = Math.max(1, ...rows.map((row) => row.claims));
        return rows.map((row, place) => ({
            ...row,
            height: share(row.claims, most),
            label: row.days
                ? _t("%(from)s–%(to)s d", { from: place ? rows[place - 1].days + 1 : 0, to: row.days })
                : _t("over %s d", rows[place - 1].days),
        }));
    }

    get openCount() {
        return this.state.board.ages.reduce((sum, row) => sum + row.claims, 0);
    }

    get highestOutput() {
        const { insurers, advisors } = this.state.board;
        return Math.max(1, ...[...insurers, ...advisors].map((row) => row.output));
    }

    // === DOORS === //

    async open(part, insurerId = null, advisorId = null) {
        const { company, month, can_open } = this.state.board;
        if (!can_open) {
            return;
        }
        await leaveFullScreen();
        const action = await this.orm.call("insurance.claim.board", "get_board_action", [
            company.id,
            month,
            part,
            insurerId,
            advisorId,
        ]);
        return this.action.doAction(action);
    }

    openOwed() {
        return this.action.doAction("dealer_insurance.insurance_claim_owed_action");
    }
}

registry.category("actions").add("dealer_insurance.claim_board", ClaimBoard);
