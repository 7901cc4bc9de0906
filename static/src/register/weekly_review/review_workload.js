import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatDay, formatWeekday } from "./review_texts";

/** Working hours that the bars show at least; earlier and later ones are added where there are lines. */
const [FIRST_HOUR, LAST_HOUR] = [8, 18];

/** Who logged how many lines when, over the week: is the workload reasonable? (R13) */
export class ReviewWorkload extends Component {
    static template = "dealer_insurance.ReviewWorkload";
    static props = { workload: Array };

    setup() {
        this.formatDay = formatDay;
        this.formatWeekday = formatWeekday;
    }

    get days() {
        return this.props.workload.flatMap((person) => person.days);
    }

    get hours() {
        const busy = this.days.flatMap((day) =>
            [...day.hours.keys()].filter((hour) => day.hours[hour])
        );
        const first = Math.min(FIRST_HOUR, ...busy);
        const last = Math.max(LAST_HOUR, ...busy);
        return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    }

    get highest() {
        return Math.max(1, ...this.days.flatMap((day) => day.hours));
    }

    describePerson(person) {
        return _t("%s lines this week", person.count);
    }

    describeDay(day) {
        if (!day.count) {
            return _t("%(day)s: no lines", { day: formatDay(day.day) });
        }
        return _t("%(day)s: %(count)s lines, from %(first)s to %(last)s", {
            ...day,
            day: formatDay(day.day),
        });
    }

    describeHour(day, hour) {
        return _t("%(from)s:00–%(to)s:00: %(count)s", {
            from: hour,
            to: hour + 1,
            count: day.hours[hour],
        });
    }

    barStyle(day, hour) {
        return `height: ${Math.round((100 * day.hours[hour]) / this.highest)}%`;
    }
}
