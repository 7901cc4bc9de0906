import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { RenewalChart } from "../../board/renewal_chart/renewal_chart";
import { leaveFullScreen, number, rate, share, useWall, WallFrame } from "../../board/wall/wall";
import { makeTrendConfig } from "./sales_chart_config";

const PODIUM = [2, 1, 3]; // places from left to right

/** The sales board of a month to hang on the wall: the first three, everybody's rate, and the year of the store. */
export class SalesWall extends Component {
    static template = "dealer_insurance.SalesWall";
    static components = { RenewalChart, WallFrame };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.wanted = { companyId: false, month: false };
        this.wall = useWall(() =>
            this.orm.silent.call("insurance.sales.board", "get_wall", [this.wanted.companyId, this.wanted.month])
        );
        this.state = this.wall.state;
        Object.assign(this, { number, rate, share, makeTrendConfig });
        this.env.config.setDisplayName(_t("Sales Wall"));
        this.selectStore = (companyId) => this.load({ companyId });
        this.selectMonth = (place) => this.load({ month: this.state.board.trend.month[place] });
    }

    // === DATA === //

    /** Show the board of another store or month; the present month is followed when it changes. */
    load({ companyId = this.wanted.companyId, month = this.wanted.month }) {
        this.wanted = { companyId, month: month === this.state.board.present ? false : month };
        return this.wall.show();
    }

    step(months) {
        const [year, month] = this.state.board.month.split("-").map(Number);
        const day = new Date(Date.UTC(year, month - 1 + months, 1));
        return this.load({ month: day.toISOString().slice(0, 10) });
    }

    // === TEXTS === //

    get title() {
        return _t("New-car Sales and Insured Rate");
    }

    get monthText() {
        return this.state.board.month.slice(0, 7);
    }

    get chartText() {
        return _t("Cars and insured rate of the store in the last twelve months");
    }

    /** Those on the first three places, in the order of the steps; a place may be shared, or free. */
    get podium() {
        return PODIUM.map((place) => ({
            place,
            people: this.state.board.people.filter((person) => person.rank === place),
        })).filter(({ people }) => people.length);
    }

    get hasLater() {
        return this.state.board.month < this.state.board.present;
    }

    avatar(person) {
        return `/web/image/res.users/${person.id}/avatar_128`;
    }

    // === DOORS === //

    async openBoard() {
        await leaveFullScreen();
        const action = await this.orm.call("insurance.sales.board", "action_open_board", []);
        return this.action.doAction(action, { clearBreadcrumbs: true });
    }

    async print(size) {
        const { company, month } = this.state.board;
        const action = await this.orm.call("insurance.sales.board", "get_print", [company.id, month, size]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add("dealer_insurance.sales_wall", SalesWall);
