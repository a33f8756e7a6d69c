// Charts of a machine's numbers, by uPlot: the band from least to most, and the newest of each
// point. Dragging over a chart zooms all of them; a double click, or a range, ends it.

import uPlot from "./uplot.js";
import { query, watch } from "./api.js";
import { label } from "./card.js";
import { AXES, ink } from "./chart.js";
import { button, element, keyed, setAttribute, setText } from "./dom.js";
import { at, clock, figure } from "./format.js";
import { t } from "./i18n.js";

const RANGES = [15, 60, 480]; // minutes; longer ago nothing is kept
const SECONDS = 5;
const POINTS = 600;
const HEIGHT = 150;
const CHARTS = 12; // more are shown when asked for
const WORDS = 8;

const keyOf = (signal) => JSON.stringify([signal.measurement, signal.metric, signal.tags]);

export function signals() {
  const ranges = element("div", "toolbar");
  ranges.setAttribute("role", "group");
  ranges.setAttribute("aria-label", t("signals.range"));
  const charts = element("div", "charts");
  const words = element("dl", "changes");
  const note = element("p", "quiet");
  const all = button(t("signals.all"), () => {
    everything = true;
    show();
  });
  const unzoom = button(t("signals.unzoom"), () => zoom(null));
  const root = element("div", "", ranges, charts, all, words, note);
  const plots = new Map();
  let minutes = RANGES[1];
  let everything = false;
  let answer = null;
  let zoomed = null;
  let watching = null;
  const resized = new ResizeObserver(() => {
    for (const plot of plots.values()) plot.setSize({ width: charts.clientWidth / columns(), height: HEIGHT });
  });
  const columns = () => Math.max(1, getComputedStyle(charts).gridTemplateColumns.split(" ").length);

  ranges.append(...RANGES.map((range) => {
    const choice = button(range < 120 ? t("for.minutes", range) : t("hours", range / 60), () => {
      minutes = range;
      zoomed = null;
      mark();
      watching?.ask();
    });
    choice.range = range;
    return choice;
  }), unzoom);

  function mark() {
    for (const choice of ranges.children) if (choice.range) setAttribute(choice, "aria-pressed", String(choice.range === minutes));
    unzoom.hidden = zoomed === null;
  }

  /** Shows this range of seconds, in finer points where they are kept; null ends it. */
  function zoom(range) {
    zoomed = range;
    mark();
    if (range !== null) for (const plot of plots.values()) plot.setScale("x", { min: range[0], max: range[1] });
    watching.ask();
  }

  const time = () => (zoomed === null ? { minutes }
    : { minutes: Math.max(1, Math.ceil((zoomed[1] - zoomed[0]) / 60)), toMs: Math.ceil(zoomed[1] * 1000) });

  function chart(node, signal) {
    const plot = new uPlot({
      width: charts.clientWidth / columns(), height: HEIGHT, legend: { show: false },
      cursor: { sync: { key: "signals" }, drag: { x: true, y: false, setScale: false }, bind: { dblclick: () => () => zoom(null) } },
      scales: { x: { time: true } },
      axes: AXES,
      series: [{}, { stroke: "transparent", points: { show: false } }, { stroke: "transparent", points: { show: false } },
        { stroke: ink("--in"), width: 2, points: { show: false } }],
      bands: [{ series: [1, 2], fill: ink("--band") }],
      hooks: {
        setSelect: [(u) => {
          if (u.select.width < 4) return;
          zoom([u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")]);
          u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        }],
        setCursor: [(u) => value(node, u.cursor.idx === null || u.cursor.idx === undefined ? null : u.data[3][u.cursor.idx], u.data[0][u.cursor.idx])],
      },
    }, [[], [], [], []], node.lastChild);
    plots.set(keyOf(signal), plot);
  }

  function value(node, shown, seconds) {
    setText(node.firstChild.children[1], figure(shown ?? node.signal.points.at(-1)[3]));
    setText(node.firstChild.children[2], shown === null || shown === undefined ? "" : clock(seconds * 1000));
  }

  function show() {
    const shown = everything ? answer.signals : answer.signals.slice(0, CHARTS);
    all.hidden = shown.length === answer.signals.length;
    keyed(charts, shown, keyOf, () => element("figure", "", element("figcaption", "", element("span"), element("b"), element("span", "quiet")), element("div", "plot")),
      (node, signal) => {
        node.signal = signal;
        setText(node.firstChild.firstChild, label(signal));
        value(node, null, null);
        if (!plots.has(keyOf(signal))) chart(node, signal);
        const plot = plots.get(keyOf(signal));
        const columnsOfData = [[], [], [], []];
        for (const [ms, min, max, last] of signal.points) [ms / 1000, max, min, last].forEach((v, at) => columnsOfData[at].push(v));
        plot.setData(columnsOfData, false);
        const [from, to] = zoomed ?? [answer.fromMs / 1000, answer.toMs / 1000];
        plot.setScale("x", { min: from, max: to });
        const least = Math.min(...signal.points.map((p) => p[1]));
        const most = Math.max(...signal.points.map((p) => p[2]));
        const plotted = node.lastChild;
        setAttribute(plotted, "role", "img");
        setAttribute(plotted, "aria-label", t("signals.summary", label(signal), figure(least), figure(most), figure(signal.points.at(-1)[3])));
      });
    for (const [key, plot] of plots) {
      if (!shown.some((s) => keyOf(s) === key)) {
        plot.destroy();
        plots.delete(key);
      }
    }
    keyed(words, answer.words, keyOf, () => element("div", "", element("dt"), element("dd")), (row, signal) => {
      setText(row.firstChild, label(signal));
      setText(row.children[1], signal.changes.slice(-WORDS).reverse().map(([ms, text]) => `${at(ms)} ${text}`).join(" · "));
    });
    setText(note, answer.signals.length === 0 ? t("signals.none")
      : answer.keptSinceMs > answer.fromMs ? t("signals.since", at(answer.keptSinceMs)) : "");
  }

  return {
    root,
    begin(place) {
      resized.observe(charts);
      mark();
      watching = watch(() => query("/api/v1/signals", { ...time(), points: POINTS }, place), SECONDS, (taken) => {
        answer = taken;
        show();
      }, (reason) => setText(note, t("fetch.failed", reason)));
      return watching;
    },
    end() {
      resized.disconnect();
      for (const plot of plots.values()) plot.destroy();
    },
  };
}
