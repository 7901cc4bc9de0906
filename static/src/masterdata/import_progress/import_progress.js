import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * Writes an import batch by batch and shows how far it is. Closing the dialog interrupts the work after the running
 * batch; the import can be continued from its form.
 */
export class ImportProgress extends Component {
    static template = "dealer_insurance.ImportProgress";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const { done, total } = this.props.action.params;
        this.state = useState({ done, total, error: "", finished: false });
        this.stopped = false;
        onMounted(() => this.run());
        onWillUnmount(() => {
            this.stopped = true;
        });
    }

    get importId() {
        return this.props.action.params.import_id;
    }

    get percent() {
        if (this.state.finished) {
            return 100;
        }
        return this.state.total ? Math.round((100 * this.state.done) / this.state.total) : 0;
    }

    get title() {
        if (this.state.error) {
            return _t("The import was interrupted");
        }
        return this.state.finished ? _t("Everything is written") : _t("Writing the rows …");
    }

    async run() {
        this.state.error = "";
        try {
            while (!this.stopped) {
                const progress = await this.orm.call("insurance.import", "import_batch", [[this.importId]]);
                this.state.done = progress.done;
                this.state.total = progress.total;
                if (progress.state !== "running") {
                    this.state.finished = true;
                    break;
                }
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
        if (this.state.finished && !this.stopped) {
            await this.close();
        }
    }

    /** The form behind the dialog loads itself again when the dialog closes. */
    async close() {
        await this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("dealer_insurance.import_progress", ImportProgress);
