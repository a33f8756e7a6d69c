// Readings received and lines stored per second, in the last five minutes since the page was opened.

import uPlot from "./uplot.js";
import { AXES, ink } from "./chart.js";
import { element } from "./dom.js";
import { t } from "./i18n.js";

const SECONDS = 300;
const HEIGHT = 140;
const seen = [[], [], []]; // seconds, received, stored; kept while other views are shown

export function noteRates({ status, now }) {
  const point = [now / 1000, status.sources.reduce((sum, s) => sum + s.readingsPerSecond, 0),
    status.sinks.reduce((sum, s) => sum + s.linesPerSecond, 0)];
  if (point[0] <= seen[0].at(-1)) return; // a clock that was set back
  point.forEach((value, column) => {
    seen[column].push(value);
  });
  const old = seen[0].findIndex((second) => second >= point[0] - SECONDS);
  seen.forEach((column) => column.splice(0, old));
}

export function rateChart() {
  const root = element("div", "plot");
  root.setAttribute("role", "img");
  root.setAttribute("aria-label", t("rates.chart"));
  let plot = null;
  return {
    root,
    show() {
      if (plot === null) {
        plot = new uPlot({
          width: root.clientWidth, height: HEIGHT, legend: { show: false }, cursor: { show: false },
          scales: { x: { range: (_, least, most) => [(most ?? Date.now() / 1000) - SECONDS, most ?? Date.now() / 1000] }, y: { range: (_, least, most) => [0, Math.max(1, most * 1.1)] } },
          axes: [{ ...AXES[0], incrs: [60] }, AXES[1]],
          series: [{}, { stroke: ink("--in"), width: 2, points: { show: false } },
            { stroke: ink("--out"), width: 2, dash: [6, 4], points: { show: false } }],
        }, seen, root);
      }
      if (plot.width !== root.clientWidth) plot.setSize({ width: root.clientWidth, height: HEIGHT });
      plot.setData(seen);
    },
  };
}
