import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { RenewalChart } from "../renewal_chart/renewal_chart";
import { statusText } from "../renewal_chart/renewal_chart_config";
import { leaveFullScreen, number, rate, share, useWall, WallFrame } from "../wall/wall";

/** Target and actual of a store over a year, to hang on the wall: big, quiet, always up to date (看板). */
export class RenewalWall extends Component {
    static template = "dealer_insurance.RenewalWall";
    static components = { RenewalChart, WallFrame };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.wanted = { companyId: false, year: false, month: false };
        this.wall = useWall(() => this.fetch());
        this.state = this.wall.state;
        Object.assign(this, { number, rate, share, statusText });
        this.env.config.setDisplayName(_t("Renewal Wall"));
        this.selectMonth = (place) => this.load({ month: place + 1 });
        this.selectStore = (companyId) => this.load({ companyId });
    }

    // === DATA === //

    /** Show the board of another store, year or month; what is not given stays as it is. */
    load({ companyId, year, month } = {}) {
        const wanted = this.wanted;
        this.wanted = {
            companyId: companyId ?? wanted.companyId,
            year: year ?? wanted.year,
            // the month chosen belongs to its year; another year has one of its own
            month: month ?? (year && year !== this.state.board.year ? false : wanted.month),
        };
        return this.wall.show();
    }

    fetch() {
        const { companyId, year, month } = this.wanted;
        return this.orm.silent.call("insurance.renewal.target", "get_board", [companyId, year, month]);
    }

    // === TEXTS === //

    get title() {
        return _t("Renewal Targets and Actuals");
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

    /** Show the cases behind a number; a full screen has no place for a list, so it ends. */
    async open(part, specialistId = false) {
        const { company, focus, can_open } = this.state.board;
        if (!can_open) {
            return;
        }
        await leaveFullScreen();
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
