import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { HotlineStore, makeKey } from "./hotline_store";

const { DateTime } = luxon;
const MODEL = "insurance.accident";
const SEND_AGAIN = 30000; // ms between attempts while reports wait for a signal
const SHORTEST = 4; // characters with which a car is looked up

/** A report typed with one hand while the customer speaks; it is kept on the device until the server has it. */
export class Hotline extends Component {
    static template = "dealer_insurance.Hotline";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.keepLast = new KeepLast();
        this.store = new HotlineStore(user.activeCompany.id);
        this.env.config.setDisplayName(this.props.action.name || _t("Hotline"));
        this.relations = [_t("Owner"), _t("Spouse"), _t("Family"), _t("Driver"), _t("Insurer")];
        this.state = useState({
            setup: null, values: {}, text: "", cars: [], car: null, earlier: [], read: null,
            message: "", error: "", busy: false, done: null, queue: this.store.read("queue", []), offline: false,
            touched: false,
        });
        this.sending = new Set(); // keys of the reports that are on their way
        this.lookUp = useDebounced(() => this.findCars(), 250);
        this.checkNumber = useDebounced(() => this.findEarlier(), 400);
        onWillStart(() => this.start());
        this.onOnline = () => this.sendAll();
        browser.addEventListener("online", this.onOnline);
        this.timer = browser.setInterval(() => this.waiting.length && this.sendAll(), SEND_AGAIN);
        onWillUnmount(() => {
            browser.removeEventListener("online", this.onOnline);
            browser.clearInterval(this.timer);
        });
    }

    async start() {
        await this.refresh();
        const draft = this.store.read("draft", null);
        if (draft) {
            this.fill(draft);
        } else {
            this.begin();
        }
        if (this.waiting.length) {
            this.sendAll();
        }
    }

    async refresh() {
        try {
            this.state.setup = await this.orm.silent.call(MODEL, "get_hotline", []);
            this.store.write("setup", { ...this.state.setup, open: [] });
            this.state.offline = false;
        } catch (error) {
            const kept = this.store.read("setup", null);
            if (!(error instanceof ConnectionLostError) || !kept) {
                throw error;
            }
            Object.assign(this.state, { setup: kept, offline: true });
        }
    }

    begin() {
        const now = this.now;
        Object.assign(this.state, {
            values: {
                client_key: makeKey(),
                reported_on: now,
                accident_on: now,
                source_id: this.state.setup.sources[0]?.id,
                is_drivable: true,
            },
            text: "", cars: [], car: null, earlier: [], read: null, message: "", error: "", done: null, touched: false,
        });
        this.store.remove("draft");
    }

    /** Show a report that was begun before. */
    fill({ values, text, car, error = "" }) {
        Object.assign(this.state, { values: { ...values }, text, car, error, done: null, touched: true });
    }

    // --- What is shown --------------------------------------------------------------------------

    get now() {
        return DateTime.now().setZone(this.state.setup.tz).toFormat("yyyy-MM-dd'T'HH:mm");
    }

    get source() {
        return this.state.setup.sources.find((source) => source.id === this.state.values.source_id);
    }

    get script() {
        const { setup, values } = this.state;
        return values.is_injury ? setup.injury_script : setup.script;
    }

    get insurerHotline() {
        const insurer = this.state.setup.insurers.find((one) => one.id === Number(this.state.values.insurer_id));
        return insurer?.hotline || "";
    }

    get waiting() {
        return this.state.queue.filter((report) => !report.error);
    }

    get refused() {
        return this.state.queue.filter((report) => report.error);
    }

    get canSend() {
        const { values, text, busy } = this.state;
        return !busy && Boolean(values.vehicle_id || values.plate || values.vin || text.trim());
    }

    get questions() {
        return [
            { name: "is_injury", label: _t("Is somebody hurt?"), yes: _t("Hurt"), no: _t("Nobody") },
            { name: "is_drivable", label: _t("Can the car be driven?"), yes: _t("Yes"), no: _t("No") },
            { name: "needs_tow", label: _t("Is a tow truck needed?"), yes: _t("Yes"), no: _t("No") },
            { name: "is_insurer_reminded", label: _t("Told to report to the insurer within 48 hours?"), yes: _t("Told"), no: _t("Not yet") },
        ];
    }

    // --- Typing ---------------------------------------------------------------------------------

    /** The call comes when the operator begins to type, however long the empty form was on the screen before. */
    touch() {
        if (!this.state.touched) {
            const { values } = this.state;
            const now = this.now;
            if (values.accident_on === values.reported_on) {
                values.accident_on = now;
            }
            Object.assign(values, { reported_on: now });
            this.state.touched = true;
        }
    }

    keep() {
        this.touch();
        const { values, text, car } = this.state;
        if (!this.store.write("draft", { values, text, car })) {
            this.state.error = _t("This device keeps nothing: send the report before you leave the page.");
        }
    }

    set(name, value) {
        this.state.values[name] = value;
        this.keep();
    }

    onText(ev) {
        this.state.text = ev.target.value.toUpperCase();
        Object.assign(this.state, { car: null, earlier: [] });
        for (const name of ["vehicle_id", "plate", "vin"]) {
            delete this.state.values[name];
        }
        this.keep();
        this.lookUp();
    }

    onNumber(ev) {
        this.set("report_no", ev.target.value);
        this.checkNumber();
    }

    async ask(method, args, fallback) {
        try {
            const answer = await this.keepLast.add(this.orm.silent.call(MODEL, method, args));
            this.state.offline = false;
            return answer;
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.state.offline = true;
            return fallback;
        }
    }

    async findCars() {
        const text = this.state.text.trim();
        this.state.cars = text.length < SHORTEST ? [] : await this.ask("find_cars", [text], []);
        if (text.length >= SHORTEST && !this.state.cars.length) {
            const [plate, vin] = text.length === 17 ? [null, text] : [text, null];
            this.state.earlier = await this.ask("find_reports", [plate, vin], []);
        }
    }

    async findEarlier() {
        const number = (this.state.values.report_no || "").trim();
        if (number.length > 9) {
            this.state.earlier = await this.ask("find_reports", [null, null, number], []);
        }
    }

    choose(car) {
        const [policy] = car.policies;
        const { values } = this.state;
        Object.assign(values, { vehicle_id: car.id, plate: car.plate, vin: car.vin });
        if (policy) {
            values.insurer_id = policy.insurer_id;
            for (const { product, policy_no } of car.policies) {
                values[`policy_no_${product}`] = policy_no;
            }
        }
        Object.assign(this.state, { car, cars: [], text: car.plate || car.vin, earlier: car.reports });
        this.keep();
    }

    forget() {
        Object.assign(this.state, { car: null, text: "", cars: [], earlier: [] });
        for (const name of ["vehicle_id", "plate", "vin", "insurer_id", "policy_no_compulsory", "policy_no_commercial"]) {
            delete this.state.values[name];
        }
        this.keep();
    }

    async readMessage() {
        const text = this.state.message.trim();
        if (!text) {
            return;
        }
        const read = await this.ask("read_hotline_message", [text], null);
        this.state.read = read;
        const values = { ...(read?.values || {}), message: text };
        delete values.reported_on; // when it reached the store is what counts
        Object.assign(this.state.values, values);
        this.state.text = values.plate || values.vin || this.state.text;
        if (read?.cars.length === 1) {
            this.choose(read.cars[0]);
        } else {
            this.state.cars = read?.cars || [];
        }
        this.keep();
    }

    // --- Sending --------------------------------------------------------------------------------

    /** The plate or VIN as typed, where no car was chosen. */
    prepare() {
        const values = { ...this.state.values };
        if (!values.vehicle_id) {
            const typed = this.state.text.replace(/[\s·.-]/g, "");
            values[typed.length === 17 ? "vin" : "plate"] = typed || values.plate;
        }
        values.insurer_id = Number(values.insurer_id) || false;
        return values;
    }

    async send() {
        if (!this.canSend) {
            return;
        }
        const report = { values: this.prepare(), text: this.state.text, car: this.state.car };
        this.state.queue.push(report);
        const isKept = this.saveQueue();
        this.state.busy = true;
        const result = await this.sendOne(report);
        this.state.busy = false;
        if (result === "kept" && !isKept) {
            this.state.error = _t("No signal, and this device keeps nothing. Leave the page open and send again.");
            return;
        }
        if (!result) {
            this.drop(report);
            this.fill(report);
            this.keep();
        } else {
            this.state.done = result === "kept" ? { isKept: true } : result;
            this.store.remove("draft");
            if (result !== "kept") {
                await this.refresh().catch(() => {});
            }
        }
    }

    saveQueue() {
        return this.store.write("queue", this.state.queue);
    }

    drop(report) {
        this.state.queue = this.state.queue.filter((one) => one.values.client_key !== report.values.client_key);
        this.saveQueue();
    }

    /** Return what the server says of the report, "kept" without a signal, or nothing when it was refused. */
    async sendOne(report) {
        const key = report.values.client_key;
        if (this.sending.has(key)) {
            return "kept";
        }
        this.sending.add(key);
        try {
            const result = await this.orm.silent.call(MODEL, "register_report", [report.values]);
            this.drop(report);
            this.state.offline = false;
            return result;
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                this.state.offline = true;
                return "kept";
            }
            report.error = error.data?.message || error.message;
            this.saveQueue();
            return null;
        } finally {
            this.sending.delete(key);
        }
    }

    /** Show a refused report to be put right, unless another one is being typed. */
    putRight(report) {
        if (this.state.touched && !this.state.done) {
            this.notification.add(_t("Finish or clear the report that you are typing first."), { type: "warning" });
            return;
        }
        this.drop(report);
        this.fill(report);
        this.keep();
    }

    async sendAll() {
        for (const report of this.waiting) {
            const result = await this.sendOne(report);
            if (result === "kept") {
                return;
            }
            if (!result) {
                this.notification.add(_t("A report that was kept is refused; it is shown to be put right."), { type: "danger" });
                continue;
            }
            this.notification.add(_t("Sent: %(report)s, entered %(lag)s min after the call.", { report: result.name, lag: result.lag }), {
                type: "success",
            });
        }
        await this.refresh().catch(() => {});
    }

    // --- Going on -------------------------------------------------------------------------------

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async logContact(id) {
        const action = await this.orm.call(MODEL, "action_log_contact", [id]);
        await this.action.doAction(action, { onClose: () => this.refresh() });
    }
}

registry.category("actions").add("dealer_insurance.hotline", Hotline);
