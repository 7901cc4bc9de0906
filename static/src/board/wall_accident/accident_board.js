import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { RenewalChart } from "../renewal_chart/renewal_chart";
import { makeConfig, makeRateLine, STATUS } from "../renewal_chart/renewal_chart_config";
import { leaveFullScreen, number, rate, share, useWall, WallFrame } from "../wall/wall";

/** Months without anything have no column, and no nought over it. */
const shown = (counts) => counts.map((count) => count || null);

/** Reports and returns of the last months as columns, the return rate as a line above them. */
export function makeTrendConfig(trend, options) {
    const columns = { barPercentage: 0.92, categoryPercentage: 0.8 };
    return makeConfig(
        trend.labels,
        [
            { label: _t("Reported Accidents"), data: shown(trend.reports), backgroundColor: "#9aa5b1", labelled: true, ...columns },
            { label: _t("Returned Cars"), data: shown(trend.returned), backgroundColor: STATUS.reached, labelled: true, ...columns },
            makeRateLine(trend, options.size, _t("Return Rate (net)")),
        ],
        options
    );
}

/** The month of the accident desk: who reported, who came, who did not and why; also for the wall. */
export class AccidentBoard extends Component {
    static template = "dealer_insurance.AccidentBoard";
    static components = { RenewalChart, WallFrame };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.wanted = { companyId: false, month: false };
        this.wall = useWall(() => this.fetch());
        this.state = this.wall.state;
        Object.assign(this, { number, rate, share, makeTrendConfig });
        this.env.config.setDisplayName(_t("Accident Board"));
        this.selectMonth = (place) => this.load({ month: this.state.board.trend.months[place] });
        this.selectStore = (companyId) => this.load({ companyId });
    }

    // === DATA === //

    load({ companyId, month } = {}) {
        this.wanted = { companyId: companyId ?? this.wanted.companyId, month: month ?? this.wanted.month };
        return this.wall.show();
    }

    fetch() {
        return this.orm.silent.call("insurance.accident.board", "get_board", [this.wanted.companyId, this.wanted.month]);
    }

    shift(months) {
        const [year, month] = this.state.board.month.split("-").map(Number);
        const day = new Date(Date.UTC(year, month - 1 + months, 1));
        return this.load({ month: day.toISOString().slice(0, 10) });
    }

    // === TEXTS === //

    get title() {
        return _t("Accident Board");
    }

    get trendText() {
        return _t("Reports, returns and return rate of the last twelve months");
    }

    figure(code) {
        return this.state.board.figures[code];
    }

    /** How the month's net rate stands to that of the month before, in percent points with a sign. */
    get change() {
        const rates = this.state.board.trend.rate;
        const [before, now] = rates.slice(-2);
        if (before === null || now === null || before === undefined) {
            return "";
        }
        const points = (now - before) * 100;
        return `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;
    }

    // === DOORS === //

    /** Show the records behind a figure; a full screen has no place for a list, so it ends. */
    async open(code, part = "numerator", userId = false) {
        const { company, month, can_open } = this.state.board;
        if (!can_open || !code) {
            return;
        }
        await leaveFullScreen();
        const action = await this.orm.call("insurance.accident.board", "get_board_action", [
            company.id,
            month,
            code,
            part,
            userId,
        ]);
        return this.action.doAction(action);
    }

    openAnalysis() {
        return this.action.doAction("dealer_insurance.insurance_accident_analysis_action");
    }
}

registry.category("actions").add("dealer_insurance.accident_board", AccidentBoard);
