import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "insurance.renewal";
const SECTIONS = {
    overdue: { title: _t("Overdue"), tone: "danger" },
    today: { title: _t("To Contact Today"), tone: "primary" },
    promised: { title: _t("Promised Call-backs"), tone: "warning" },
    workshop: { title: _t("In the Workshop Now"), tone: "info" },
    new: { title: _t("Not Contacted Yet"), tone: "secondary" },
};
/** Colours of `expiry_color` of a case. */
const EXPIRY_TONES = ["secondary", "danger", "warning", "info"];

/** Whom a specialist contacts today: what is overdue, due, promised, in the workshop, and new. */
export class DayList extends Component {
    static template = "dealer_insurance.DayList";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.keepLast = new KeepLast();
        this.env.config.setDisplayName(this.props.action.name || _t("Today"));
        const kept = this.props.state?.dayList || {};
        this.state = useState({
            list: null,
            userId: kept.userId,
            text: kept.text || "",
            closed: kept.closed || {},
        });
        useSetupAction({
            getLocalState: () => {
                const { userId, text, closed } = this.state;
                return { dayList: { userId, text, closed: { ...closed } } };
            },
        });
        onWillStart(() => this.load());
    }

    async load() {
        const { userId } = this.state;
        const args = userId === undefined ? [] : [userId];
        this.state.list = await this.keepLast.add(this.orm.call(MODEL, "get_day_list", args));
        this.state.userId = this.state.list.user_id;
    }

    // --- What is shown --------------------------------------------------------------------------

    get sections() {
        return this.state.list.sections.map((section) => ({
            ...section,
            ...SECTIONS[section.key],
            isOpen: !this.state.closed[section.key],
            rows: section.rows.filter((row) => this.isFound(row)),
            more: section.count - section.rows.length,
        }));
    }

    get count() {
        return this.state.list.sections.reduce((sum, section) => sum + section.count, 0);
    }

    isFound(row) {
        const words = this.state.text.toLowerCase().split(/\s+/).filter(Boolean);
        const text = [row.plate, row.name, row.phone, row.model, row.specialist].join(" ").toLowerCase();
        return words.every((word) => text.includes(word));
    }

    formatDay(day) {
        return deserializeDate(day).toLocaleString({ month: "short", day: "numeric" });
    }

    describeExpiry(row) {
        if (row.days < 0) {
            return _t("Lapsed for %s d", -row.days);
        }
        return row.days ? _t("Expires in %s d", row.days) : _t("Expires today");
    }

    describeDelay(row) {
        return _t("Late by %s d", row.late);
    }

    describeIntention(row) {
        return _t("Intention: %s", row.intention);
    }

    getExpiryTone(row) {
        return EXPIRY_TONES[row.color] || "secondary";
    }

    // --- What is done ---------------------------------------------------------------------------

    async choosePerson(ev) {
        this.state.userId = Number(ev.target.value) || false;
        await this.load();
    }

    toggle(section) {
        this.state.closed[section.key] = section.isOpen;
    }

    async logContact(row) {
        const action = await this.orm.call(MODEL, "action_log_contact", [row.id]);
        await this.action.doAction(action, { onClose: () => this.load() });
    }

    openCase(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    openSection(section) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: section.title.toString(),
            res_model: MODEL,
            domain: [["id", "in", section.ids]],
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }
}

registry.category("actions").add("dealer_insurance.day_list", DayList);
