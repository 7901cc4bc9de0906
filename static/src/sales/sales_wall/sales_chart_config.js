import { _t } from "@web/core/l10n/translation";
import { makeConfig, makeRateLine, STATUS, TARGET } from "../../board/renewal_chart/renewal_chart_config";

/**
 * Return the configuration of Chart.js of the store's months: cars to insure, those insured, and the rate above them.
 *
 * @param {Object} trend as of `_get_trend`
 * @param {Object} options see `makeConfig`
 */
export function makeTrendConfig(trend, options) {
    const { isCard, size } = options;
    const columns = { barPercentage: 0.92, categoryPercentage: 0.8, labelled: !isCard };
    const datasets = [
        {
            label: _t("Cars that Count"), data: trend.counted, backgroundColor: "transparent", borderColor: TARGET,
            borderWidth: isCard ? 1 : Math.max(1.5, size / 9), ...columns,
        },
        { label: _t("Insured Commercially"), data: trend.insured, backgroundColor: STATUS.none, ...columns },
    ];
    return makeConfig(
        trend.labels,
        isCard ? datasets : [...datasets, makeRateLine(trend, size, _t("Insured Rate"))],
        { ...options, legend: undefined }
    );
}
