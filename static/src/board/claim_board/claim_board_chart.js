import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const STEP = 80;
const WIDTH = 18; // of a column
const MONEY = { top: 14, bottom: 250 };
const DAYS = { top: 308, bottom: 380 };

/** Twelve months: output, expected and received as columns; days from report to payment as lines below. */
export class ClaimBoardChart extends Component {
    static template = "dealer_insurance.ClaimBoardChart";
    static props = { months: Array, month: String, format: Function, onSelect: Function };

    get months() {
        const rows = this.props.months;
        const highest = Math.max(1, ...rows.map((row) => Math.max(row.output, row.expected, row.received)));
        const longest = Math.max(1, ...rows.map((row) => row.p90 || 0));
        const day = (value) =>
            value === null ? null : DAYS.bottom - ((DAYS.bottom - DAYS.top) * Math.max(value, 0)) / longest;
        return rows.map((row, place) => ({
            ...row,
            x: place * STEP + STEP / 2,
            left: place * STEP,
            isNow: row.month === this.props.month,
            label: `${Number(row.month.slice(5, 7))}`,
            year: place === 0 || row.month.slice(5, 7) === "01" ? row.month.slice(0, 4) : "",
            medianTop: day(row.median),
            p90Top: day(row.p90),
            columns: ["output", "expected", "received"].map((name, index) => {
                const height = ((MONEY.bottom - MONEY.top) * row[name]) / highest;
                return {
                    name,
                    x: place * STEP + STEP / 2 - 1.5 * WIDTH - 2 + index * (WIDTH + 2),
                    y: MONEY.bottom - height,
                    height,
                    width: WIDTH,
                };
            }),
        }));
    }

    points(name) {
        return this.months
            .filter((month) => month[name] !== null)
            .map((month) => `${month.x},${month[name]}`)
            .join(" ");
    }

    get box() {
        return `0 0 ${STEP * this.props.months.length} 412`;
    }

    get lines() {
        return [MONEY.top, (MONEY.top + MONEY.bottom) / 2, MONEY.bottom, DAYS.bottom];
    }

    days(value) {
        return value === null ? "" : `${Math.round(value)}`;
    }

    describe(month) {
        return _t("%(month)s: output %(output)s, expected %(expected)s, received %(received)s", {
            month: month.month.slice(0, 7),
            output: this.props.format(month.output),
            expected: this.props.format(month.expected),
            received: this.props.format(month.received),
        });
    }

    get description() {
        return _t("Output, money expected and received, and days to payment of twelve months");
    }
}
