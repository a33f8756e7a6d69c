// The chart of the gateway's rates, by uPlot.

import uPlot from "./uplot.js";
import { AXES, ink, tzDate } from "./chart.js";
import { instant, inUnit, sheetOf } from "./csv.js";
import { element, setAttribute } from "./dom.js";
import { t } from "./i18n.js";
import { SECONDS, seen } from "./rates.js";

const HEIGHT = 140;

/**
 * The last minutes before the newest point. Of a single point, uPlot would make a range of its own.
 *
 * @returns {[number, number]}
 */
function timeRange() {
  const end = seen[0].at(-1) ?? Date.now() / 1000;
  return [end - SECONDS, end];
}

/** @type {(plot: uPlot, least: number | null, most: number | null) => [number, number]} */
const rateRange = (_, _least, most) => [0, Math.max(1, (most ?? 0) * 1.1)];

/** @param {number} width */
const optionsOf = (width) => ({
  width, height: HEIGHT, legend: { show: false }, tzDate, cursor: { show: false },
  scales: { x: { range: timeRange }, y: { range: rateRange } },
  axes: [{ ...AXES[0], incrs: [60] }, AXES[1]],
  series: [
    {},
    { stroke: ink("--in"), width: 2, points: { show: false } },
    { stroke: ink("--out"), width: 2, dash: [6, 4], points: { show: false } },
  ],
});

export function rateChart() {
  const root = element("div", "plot");
  root.setAttribute("role", "img");
  setAttribute(root, "aria-label", t("rates.chart"));
  /** @type {uPlot | null} */
  let plot = null;
  return {
    root,
    sheet() {
      const [seconds, received, stored] = seen;
      return sheetOf([
        [t("stops.range"), (at) => instant(seconds[at] * 1000)],
        [inUnit(t("rates.in"), "1/s"), (at) => received[at]],
        [inUnit(t("rates.out"), "1/s"), (at) => stored[at]],
      ], [...seconds.keys()]);
    },
    /** To be called once it stands in the page, which gives it its width. */
    show() {
      plot ??= new uPlot(optionsOf(root.clientWidth), seen, root);
      if (plot.width !== root.clientWidth) plot.setSize({ width: root.clientWidth, height: HEIGHT });
      plot.setData(seen);
    },
  };
}
