import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatRate } from "../renewal_chart/renewal_chart_config";

const STEP = 52;
const WIDTH = 28; // of a column
const STRIP = { top: 14, bottom: 32 }; // where the rates are drawn: 100 % and 0 %
const COLUMNS = { top: 44, bottom: 74 };

/** The last months of a row of the sales board: cars as columns, the insured rate as a line above them. */
export class SalesBoardTrend extends Component {
    static template = "dealer_insurance.SalesBoardTrend";
    static props = { ...standardFieldProps };

    get months() {
        const rows = this.props.record.data[this.props.name] || [];
        const highest = Math.max(1, ...rows.map((row) => Math.max(row.delivered || 0, row.target || 0)));
        const scale = (cars) => ((COLUMNS.bottom - COLUMNS.top) * (cars || 0)) / highest;
        return rows.map((row, place) => ({
            ...row,
            x: place * STEP + STEP / 2,
            left: place * STEP + (STEP - WIDTH) / 2,
            width: WIDTH,
            height: scale(row.delivered),
            top: COLUMNS.bottom - scale(row.delivered),
            targetTop: row.target ? COLUMNS.bottom - scale(row.target) : null,
            rateTop: row.rate === null ? null : STRIP.bottom - (STRIP.bottom - STRIP.top) * row.rate,
            rateText: row.rate === null ? "—" : formatRate(row.rate),
            label: `${Number(row.month.slice(5))}`,
            isLast: place === rows.length - 1,
        }));
    }

    get points() {
        return this.months
            .filter((month) => month.rateTop !== null)
            .map((month) => `${month.x},${month.rateTop}`)
            .join(" ");
    }

    get box() {
        return `0 0 ${STEP * this.months.length} 90`;
    }

    describe(month) {
        return _t("%(month)s: %(delivered)s delivered, insured rate %(rate)s", {
            month: month.month,
            delivered: month.delivered ?? 0,
            rate: month.rateText,
        });
    }

    get description() {
        return _t("Deliveries and insured rate of the last months");
    }
}

registry.category("fields").add("sales_board_trend", {
    component: SalesBoardTrend,
    supportedTypes: ["json"],
});
