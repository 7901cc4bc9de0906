import { _t } from "@web/core/l10n/translation";
import { deserializeDate } from "@web/core/l10n/dates";

/** Days before a deadline from which it is shown as urgent. */
const URGENT_DAYS = 2;

/**
 * @param {string} day ISO date, as the store counts its days
 * @returns {string} e.g. "Nov 16"
 */
export function formatDay(day) {
    return deserializeDate(day).toLocaleString({ month: "short", day: "numeric" });
}

/**
 * @param {string} day ISO date
 * @returns {string} e.g. "Mon"
 */
export function formatWeekday(day) {
    return deserializeDate(day).toLocaleString({ weekday: "short" });
}

/**
 * @param {Object} page queue entry or page of the review
 * @returns {string} the days of its week, e.g. "Nov 16 – Nov 22"
 */
export function formatWeek(page) {
    return `${formatDay(page.week_start)} – ${formatDay(page.week_end)}`;
}

/**
 * @param {Object} page queue entry or page of the review
 * @returns {{label: string, short: string, tone: string}} when its review is due, and in which colour to say so
 */
export function describeDeadline(page) {
    if (page.days_left < 0) {
        const label = _t("Overdue since %s", formatDay(page.deadline));
        return { label, short: _t("Overdue"), tone: "danger" };
    }
    if (page.days_left === 0) {
        return { label: _t("Due today"), short: _t("Due today"), tone: "warning" };
    }
    const label = _t("Due %s", formatDay(page.deadline));
    return { label, short: label, tone: page.days_left <= URGENT_DAYS ? "warning" : "secondary" };
}

/**
 * @param {Object} page queue entry or page of the review
 * @returns {string} e.g. "W47 · page 5"
 */
export function describePage(page) {
    return _t("W%(week)s · page %(page)s", { week: page.week, page: page.page_no });
}
