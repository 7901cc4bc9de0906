import { Component, onWillStart, useEffect, useExternalListener, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { makeChartConfig } from "./renewal_chart_config";

/** Target and actual of some months, drawn by the Chart.js that comes with the framework when it is first needed. */
export class RenewalChart extends Component {
    static template = "dealer_insurance.RenewalChart";
    static props = {
        chart: Object,
        isCard: { type: Boolean, optional: true },
        onSelect: { type: Function, optional: true },
        description: { type: String, optional: true },
        makeConfig: { type: Function, optional: true }, // of other charts than that of targets
    };
    static defaultProps = { makeConfig: makeChartConfig };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        // letters grow with the screen: they are measured again when it changes
        useExternalListener(window, "resize", () => this.render());
        useEffect(
            (chart, size) => {
                const instance = new Chart(
                    this.canvas.el,
                    this.props.makeConfig(chart, {
                        isCard: this.props.isCard,
                        size,
                        onSelect: this.props.onSelect,
                    })
                );
                return () => instance.destroy();
            },
            () => [this.props.chart, parseFloat(getComputedStyle(this.canvas.el).fontSize)]
        );
    }
}

/** The small chart of a card of the board. */
export class RenewalChartField extends Component {
    static template = "dealer_insurance.RenewalChartField";
    static components = { RenewalChart };
    static props = { ...standardFieldProps };

    get description() {
        return _t("Target and actual of the last months");
    }
}

registry.category("fields").add("renewal_target_chart", {
    component: RenewalChartField,
    supportedTypes: ["json"],
});
