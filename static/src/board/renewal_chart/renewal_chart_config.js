import { cookie } from "@web/core/browser/cookie";
import { getCustomColor, hexToRGBA } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";

const scheme = cookie.get("color_scheme");
const INK = getCustomColor(scheme, "#1f2937", "#e4e4e4");
const MUTED = getCustomColor(scheme, "#6b7280", "#a3a9b5");
const GRID = getCustomColor(scheme, "#e5e7eb", "#3c3e4b");
export const TARGET = getCustomColor(scheme, "#9aa5b1", "#7c8794");
const LAST_YEAR = getCustomColor(scheme, "#d5dbe1", "#4a4f5c");
const RATE = getCustomColor(scheme, "#7c3aed", "#b794f4");
/** What a column of actuals says about its target, in colours that differ in brightness as well. */
export const STATUS = {
    none: "#1f6f9f",
    reached: "#15803d",
    on_track: "#1f6f9f",
    behind: "#c0392b",
    missed: "#d9912b",
};

/** A ratio in per cent with one decimal, as everywhere on the board. */
export const formatRate = (ratio) => `${(Math.round(ratio * 1000) / 10).toFixed(1)}%`;

const SMALLEST = 7.5; // letters that can still be read, in pixels

/** Write the values over the columns and beside the points, as on paper. */
const valueLabels = {
    id: "renewalValueLabels",
    afterDatasetsDraw(chart, _args, options) {
        const { ctx, data } = chart;
        ctx.save();
        ctx.textAlign = "center";
        ctx.textBaseline = "bottom";
        for (const [index, dataset] of data.datasets.entries()) {
            if (!dataset.labelled) {
                continue;
            }
            for (const [place, element] of chart.getDatasetMeta(index).data.entries()) {
                const value = dataset.data[place];
                if (value === null || value === undefined) {
                    continue;
                }
                const isRate = dataset.yAxisID === "rate";
                const text = isRate ? formatRate(value) : `${value}`;
                ctx.font = `${dataset.labelWeight || 600} ${options.size}px ${options.family}`;
                const room = isRate ? (chart.chartArea.width / dataset.data.length) * 0.95 : element.width * 1.25;
                const size = Math.min(options.size, (options.size * room) / ctx.measureText(text).width);
                if (size < SMALLEST) {
                    continue; // a phone: the tooltip has it
                }
                ctx.font = `${dataset.labelWeight || 600} ${size}px ${options.family}`;
                ctx.fillStyle = isRate ? RATE : dataset.labelColor || INK;
                ctx.fillText(text, element.x, element.y - (isRate ? options.size * 0.55 : 2));
            }
        }
        ctx.restore();
    },
};

/** What a standing is called on the board. */
export function statusText(status) {
    return {
        none: _t("No Target"),
        reached: _t("Target Met"),
        on_track: _t("On Track"),
        behind: _t("Behind"),
        missed: _t("Missed"),
    }[status];
}

const statusColors = (chart) => chart.status.map((status) => STATUS[status]);

/**
 * The columns of target and actual, with what is still expected on top of the actual, and last year's behind them.
 *
 * @param {Object} chart as of `_prepare_board_chart`
 */
function makeColumns(chart, { size, isCard }) {
    const columns = { barPercentage: isCard ? 0.95 : 0.92, categoryPercentage: isCard ? 0.78 : 0.8 };
    return [
        {
            label: _t("Last Year"), data: chart.last_year, backgroundColor: LAST_YEAR, stack: "last_year",
            labelled: !isCard, labelWeight: 400, labelColor: MUTED, ...columns,
        },
        {
            label: _t("Target"), data: chart.target, backgroundColor: "transparent", borderColor: TARGET,
            borderWidth: isCard ? 1 : Math.max(1.5, size / 9), stack: "target", labelled: !isCard, ...columns,
        },
        {
            label: _t("Actual"), data: chart.actual, backgroundColor: statusColors(chart), stack: "actual",
            labelled: !isCard, ...columns,
        },
        {
            label: _t("Still expected"), data: chart.expected,
            backgroundColor: chart.status.map((status) => hexToRGBA(STATUS[status], 0.25)), stack: "actual", ...columns,
        },
    ];
}

/** The line of the rates of a chart, in the strip above its columns. */
export function makeRateLine(chart, size, label = _t("Renewal Rate")) {
    return {
        type: "line", label, data: chart.rate, yAxisID: "rate", labelled: true, spanGaps: false,
        backgroundColor: RATE, borderColor: RATE, borderWidth: Math.max(2, size / 6),
        pointRadius: Math.max(3, size / 4), pointBackgroundColor: "#ffffff", pointBorderWidth: Math.max(2, size / 7),
    };
}

/**
 * Return the configuration of Chart.js: on a card small and without axes, on the wall with the rate in a strip above.
 *
 * @param {Object} chart as of `_prepare_board_chart`
 * @param {Object} options see `makeConfig`
 */
export function makeChartConfig(chart, options) {
    return makeConfig(
        chart.labels,
        [...makeColumns(chart, options), ...(options.isCard ? [] : [makeRateLine(chart, options.size)])],
        { ...options, legend: (instance) => makeLegend(instance, chart) }
    );
}

/**
 * Return the configuration of Chart.js of some columns, and of rates in a strip above them.
 *
 * @param {Array} labels of the places
 * @param {Array} datasets those of rates have the axis "rate"
 * @param {Object} options
 * @param {Boolean} options.isCard
 * @param {Number} options.size of the letters
 * @param {Function} [options.onSelect] called with the number of the place that was clicked
 * @param {Function} [options.legend] returns the entries of the legend of a chart
 */
export function makeConfig(labels, datasets, { isCard = false, size = 12, onSelect, legend }) {
    const family = getComputedStyle(document.body).fontFamily;
    return {
        type: "bar",
        data: { labels, datasets },
        options: {
            animation: false, maintainAspectRatio: false, responsive: true, scales: makeScales({ isCard, size, family }),
            interaction: { mode: "index", intersect: false },
            onClick: (event, _elements, instance) => {
                const place = instance.scales.x.getValueForPixel(event.x);
                if (onSelect && place >= 0 && place < labels.length) {
                    onSelect(place);
                }
            },
            plugins: {
                legend: {
                    display: !isCard, position: "top", align: "start",
                    labels: {
                        boxWidth: size, boxHeight: size * 0.8, color: INK, font: { size, family }, padding: size,
                        ...(legend && { generateLabels: legend }),
                    },
                    onClick: () => {},
                },
                tooltip: {
                    enabled: true, position: "nearest", caretSize: 0,
                    callbacks: {
                        label: (item) => {
                            const value = item.dataset.yAxisID === "rate" ? formatRate(item.raw) : item.raw;
                            return `${item.dataset.label}: ${value}`;
                        },
                    },
                    filter: (item) => item.raw !== null && item.raw !== undefined,
                },
                renewalValueLabels: { size, family },
            },
        },
        plugins: isCard ? [] : [valueLabels],
    };
}

/** The axes: columns below, the strip of the rates above them; on a card neither is drawn. */
function makeScales({ isCard, size, family }) {
    const ticks = { color: MUTED, font: { size, family } };
    const scales = {
        x: {
            grid: { display: false }, border: { color: TARGET },
            ticks: { ...ticks, color: INK, autoSkip: false, maxRotation: 0, font: { size: isCard ? 10 : size * 1.05, family } },
        },
        y: isCard ? { display: false, beginAtZero: true } : {
            beginAtZero: true, stack: "board", stackWeight: 4, grace: "8%", border: { display: false },
            grid: { color: GRID }, ticks: { ...ticks, precision: 0, maxTicksLimit: 6 },
        },
    };
    if (!isCard) {
        scales.rate = {
            axis: "y", position: "left", stack: "board", stackWeight: 1.1, offset: true, grace: "35%", border: { display: false },
            grid: { display: false }, ticks: { display: false },
        };
    }
    return scales;
}

/** The actual's columns have a colour for each standing: the legend names those that are there. */
function makeLegend(instance, chart) {
    const entry = (text, fillStyle, datasetIndex, strokeStyle = "transparent") => ({
        text, fillStyle, strokeStyle, datasetIndex, lineWidth: strokeStyle === "transparent" ? 0 : 2, fontColor: INK,
    });
    const standings = Object.keys(STATUS).filter((status) =>
        chart.status.some((one, place) => one === status && chart.actual[place])
    );
    return instance.data.datasets.flatMap((dataset, index) => {
        if (dataset.backgroundColor instanceof Array) {
            return dataset.labelled
                ? standings.map((status) => entry(`${dataset.label} (${statusText(status)})`, STATUS[status], index))
                : entry(dataset.label, hexToRGBA(STATUS.none, 0.25), index);
        }
        return entry(dataset.label, dataset.backgroundColor, index, dataset.borderColor);
    });
}
