// Charts of a machine's numbers, by uPlot: the band from least to most, and the last value of each
// point. Dragging over a chart zooms all of them; a double click, or a range, ends it. Counters and
// constants are only named, with their value.

import uPlot from "./uplot.js";
import { keepInAddress } from "./address.js";
import { query, watch } from "./api.js";
import { label } from "./card.js";
import { AXES, ink, tzDate } from "./chart.js";
import { chartKeys } from "./chartkeys.js";
import { csvButton } from "./csvbutton.js";
import { button, element, keyed, setAttribute, setText } from "./dom.js";
import { at, clock, figure } from "./format.js";
import { t } from "./i18n.js";
import { levelsOf, pathOf } from "./places.js";
import { kindOfSignal, steadyText } from "./signalkinds.js";
import { changesOf, columnsOf, newestOf, periodOf, pointSheet, seriesKey, signalSummary } from "./points.js";

/** @typedef {import("../types/api.js").Path} Path */
/** @typedef {import("../types/api.js").Signal} Signal */
/** @typedef {import("../types/api.js").SignalList} SignalList */
/** @typedef {import("./api.js").Watch} Watch */
/** @typedef {import("./model.js").Place} Place */
/** @typedef {import("./points.js").TimeRange} TimeRange */

const RANGES = [15, 60, 480]; // minutes; what is older is not kept
const SECONDS = 5;
const POINTS = 600;
const HEIGHT = 150;
const CHARTS = 12; // more are shown on request
const WORDS = 8;
const LEAST_DRAG = 4; // pixels; a shorter one is a click

/**
 * @param {number} width
 * @param {(range: TimeRange | null) => void} onZoom
 * @param {(plot: uPlot) => void} onCursor
 * @returns {uPlot.Options}
 */
const optionsOf = (width, onZoom, onCursor) => ({
  width, height: HEIGHT, legend: { show: false }, tzDate,
  cursor: {
    sync: { key: "signals" }, drag: { x: true, y: false, setScale: false },
    bind: {
      dblclick: () => () => {
        onZoom(null);
        return null;
      },
    },
  },
  scales: { x: { time: true } },
  axes: AXES,
  series: [
    {},
    { stroke: "transparent", points: { show: false } },
    { stroke: "transparent", points: { show: false } },
    { stroke: ink("--in"), width: 2, points: { show: false } },
  ],
  bands: [{ series: [1, 2], fill: ink("--band") }],
  hooks: {
    setSelect: [(plot) => {
      const { left, width: dragged } = plot.select;
      if (dragged < LEAST_DRAG) return;
      onZoom([plot.posToVal(left, "x"), plot.posToVal(left + dragged, "x")]);
      plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    }],
    setCursor: [onCursor],
  },
});

/**
 * The chart of one signal.
 *
 * @param {string} title
 * @param {() => Path} of the machine
 * @param {(range: TimeRange | null) => void} onZoom
 */
function signalChart(title, of, onZoom) {
  const name = element("span");
  const value = element("b");
  const time = element("span", "quiet");
  const area = element("div", "plot");
  /** @type {uPlot | null} */
  let plot = null;
  /** @type {Signal | null} */
  let signal = null;
  const keys = chartKeys(area, () => plot, onZoom, (point) => {
    const [seconds, , , lasts] = plot?.data ?? [];
    return `${clock((seconds?.[point] ?? 0) * 1000)}: ${figure(lasts?.[point])}`;
  });
  setAttribute(area, "title", t("signals.keys"));
  const csv = csvButton(title, () => pointSheet(signal === null ? [] : [signal], []), of);

  /** Shows the value under the cursor, else the newest. */
  function showValue() {
    const index = plot?.cursor.idx;
    const [seconds, , , lasts] = plot?.data ?? [];
    const pointed = index === null || index === undefined ? undefined : lasts?.[index];
    if (pointed === null || pointed === undefined) {
      setText(value, figure(signal === null ? undefined : newestOf(signal)));
      setText(time, "");
    } else {
      setText(value, figure(pointed));
      setText(time, clock((seconds?.[index ?? 0] ?? 0) * 1000));
    }
  }

  return {
    root: element("figure", "", element("figcaption", "", name, value, time, csv), area),
    /**
     * To be called once it stands in the page.
     *
     * @param {Signal} now
     * @param {TimeRange} range
     * @param {number} width
     */
    show(now, range, width) {
      signal = now;
      setText(name, label(now));
      plot ??= new uPlot(optionsOf(width, onZoom, showValue), [[], [], [], []], area);
      plot.setData(columnsOf(now), false);
      this.setRange(range);
      setText(value, figure(newestOf(now)));
      setText(time, "");
      setAttribute(area, "aria-label", signalSummary(now));
      keys.show();
    },
    /** @param {TimeRange} range */
    setRange([min, max]) {
      plot?.setScale("x", { min, max });
    },
    /** @param {number} width */
    setWidth(width) {
      plot?.setSize({ width, height: HEIGHT });
    },
    destroy() {
      plot?.destroy();
    },
  };
}

/** @typedef {ReturnType<typeof signalChart>} Chart */

/**
 * The buttons of the ranges.
 *
 * @param {(minutes: number) => void} onPick
 */
function rangeButtons(onPick) {
  const all = RANGES.map((range) => ({
    range,
    root: button(range < 120 ? t("for.minutes", range) : t("hours", range / 60), () => onPick(range)),
  }));
  return {
    nodes: all.map(({ root }) => root),
    /** @param {number} minutes */
    show(minutes) {
      for (const { range, root } of all) setAttribute(root, "aria-pressed", String(range === minutes));
    },
  };
}

/**
 * What of the signals an address shows.
 *
 * @param {URLSearchParams} search
 * @returns {{ minutes: number, zoomed: TimeRange | null }}
 */
function chosenIn(search) {
  const minutes = Number(search.get("minutes"));
  const zoomed = /** @type {TimeRange} */ ((search.get("zoom") ?? "").split("-").map(Number));
  return {
    minutes: RANGES.includes(minutes) ? minutes : 60,
    zoomed: zoomed.length === 2 && zoomed[0] < zoomed[1] ? zoomed : null,
  };
}

/**
 * All signals of a machine.
 *
 * @param {URLSearchParams} search of the address
 */
export function signals(search) {
  const ranges = rangeButtons((range) => {
    minutes = range;
    zoomed = null;
    keepTime();
    watching?.ask();
  });
  const unzoom = button(t("signals.unzoom"), () => zoom(null));
  const toolbar = element("div", "toolbar", ...ranges.nodes, unzoom);
  toolbar.setAttribute("role", "group");
  setAttribute(toolbar, "aria-label", t("signals.range"));
  const list = element("div", "charts");
  const steady = element("dl", "changes");
  const words = element("dl", "changes");
  const note = element("p", "quiet");
  const all = button(t("signals.all"), () => {
    everything = true;
    show();
  });
  const root = element("div", "", toolbar, list, steady, words, all, note);
  /** @type {Map<string, Chart>} */
  const charts = new Map();
  let { minutes, zoomed } = chosenIn(search);
  let everything = false;
  /** @type {SignalList | null} */
  let answer = null;
  /** @type {Watch | null} */
  let watching = null;
  /** @type {Path} of the machine */
  let path = [];
  const resized = new ResizeObserver(() => {
    for (const chart of charts.values()) chart.setWidth(widthOfOne());
  });

  const widthOfOne = () =>
    list.clientWidth / Math.max(1, getComputedStyle(list).gridTemplateColumns.split(" ").length);

  function keepTime() {
    const range = zoomed === null ? "" : zoomed.map((second) => Math.round(second)).join("-");
    keepInAddress({ minutes: minutes === 60 ? "" : String(minutes), zoom: range });
    showTime();
  }

  function showTime() {
    ranges.show(minutes);
    unzoom.hidden = zoomed === null;
  }

  /**
   * Shows this range, in finer points where they are kept; null ends it.
   *
   * @param {TimeRange | null} range
   */
  function zoom(range) {
    zoomed = range;
    keepTime();
    if (range !== null) for (const chart of charts.values()) chart.setRange(range);
    watching?.ask();
  }

  function show() {
    if (answer === null) return;
    const { signals: numbers, fromMs, toMs, keptSinceMs } = answer;
    const moving = numbers.filter((signal) => kindOfSignal(signal) === "signal");
    const shown = everything ? numbers : moving.slice(0, CHARTS);
    all.hidden = shown.length === numbers.length;
    const range = zoomed ?? /** @type {TimeRange} */ ([fromMs / 1000, toMs / 1000]);
    keyed(list, shown, seriesKey, (signal) => signalChart(label(signal), () => path, zoom), (chart, signal) => {
      charts.set(seriesKey(signal), chart);
      chart.show(signal, range, widthOfOne());
    });
    forget(new Set(shown.map(seriesKey)));
    const still = everything ? [] : numbers.filter((signal) => !moving.includes(signal));
    keyed(steady, still, seriesKey, makeWords, (row, signal) => {
      setText(row.name, label(signal));
      setText(row.changes, steadyText(signal));
    });
    keyed(words, answer.words, seriesKey, makeWords, (row, signal) => {
      setText(row.name, label(signal));
      setText(row.changes, changesOf(signal, WORDS));
    });
    const since = keptSinceMs > fromMs ? t("signals.since", at(keptSinceMs)) : "";
    setText(note, numbers.length === 0 ? t("signals.none") : since);
  }

  /** @param {Set<string>} shown keys; the charts of others are gone */
  function forget(shown) {
    for (const [key, chart] of charts) {
      if (!shown.has(key)) {
        chart.destroy();
        charts.delete(key);
      }
    }
  }

  return {
    root,
    sheet: () => pointSheet(answer?.signals ?? [], answer?.words ?? []),
    /** @param {Place} place */
    begin(place) {
      path = pathOf(levelsOf(place));
      resized.observe(list);
      showTime();
      watching = watch(() => query("/api/v1/signals", { ...periodOf(minutes, zoomed), points: POINTS }, place), SECONDS,
        (/** @type {SignalList} */ taken) => {
          answer = taken;
          show();
        }, (reason) => setText(note, t("fetch.failed", reason)));
      return watching;
    },
    end() {
      resized.disconnect();
      forget(new Set());
    },
  };
}

function makeWords() {
  const name = element("dt");
  const changes = element("dd");
  return { root: element("div", "", name, changes), name, changes };
}
