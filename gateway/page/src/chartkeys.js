// The keys of a chart: arrows read its points one by one, + and − zoom about the point.

import { setAttribute } from "./dom.js";

/** @typedef {import("./points.js").TimeRange} TimeRange */

const NEAR = 0.5; // of the time shown
const FAR = 2;

/**
 * The place of a point that a key leads to; null where the key is not one of these.
 *
 * @param {string} key
 * @param {number} at
 * @param {number} count of points
 */
export function movedBy(key, at, count) {
  /** @type {Record<string, number>} */
  const places = { ArrowLeft: at - 1, ArrowRight: at + 1, PageDown: at - 10, PageUp: at + 10, Home: 0, End: count - 1 };
  return Object.hasOwn(places, key) ? Math.max(0, Math.min(count - 1, places[key])) : null;
}

/**
 * What is shown after a zoom: a part of the time or more of it, with its point at the same place.
 *
 * @param {string} key
 * @param {TimeRange} range
 * @param {number} seconds of the point
 * @returns {TimeRange | null} null where the key is not one of these
 */
export function zoomedBy(key, [from, to], seconds) {
  const by = key === "+" || key === "=" ? NEAR : key === "-" ? FAR : null;
  return by === null ? null : [seconds - (seconds - from) * by, seconds + (to - seconds) * by];
}

/**
 * @param {HTMLElement} area of the chart
 * @param {() => import("./uplot.js").default | null} plotOf
 * @param {(range: TimeRange) => void} onZoom
 * @param {(at: number) => string} textOf what stands at a point
 */
export function chartKeys(area, plotOf, onZoom, textOf) {
  let at = Infinity; // the newest, also where there are newer ones since
  area.tabIndex = 0;
  area.setAttribute("role", "slider");
  area.setAttribute("aria-valuemin", "1");

  const secondsOf = () => plotOf()?.data[0] ?? [];
  const isHere = () => document.activeElement === area;

  function show() {
    const all = secondsOf();
    const here = Math.min(at, all.length - 1);
    setAttribute(area, "aria-valuemax", String(Math.max(1, all.length)));
    setAttribute(area, "aria-valuenow", String(Math.max(1, here + 1)));
    setAttribute(area, "aria-valuetext", here < 0 ? "–" : textOf(here));
    const plot = plotOf();
    if (plot !== null && here >= 0 && isHere()) plot.setCursor({ left: plot.valToPos(all[here], "x"), top: 1 });
  }

  area.addEventListener("focus", show);
  area.addEventListener("blur", () => plotOf()?.setCursor({ left: -10, top: -10 }));
  area.addEventListener("keydown", (event) => {
    const all = secondsOf();
    const plot = plotOf();
    if (plot === null || all.length === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const here = Math.min(at, all.length - 1);
    const moved = movedBy(event.key, here, all.length);
    const { min, max } = plot.scales.x;
    const range = min === undefined || max === undefined ? null : zoomedBy(event.key, [min, max], all[here]);
    if (moved === null && range === null) return;
    event.preventDefault();
    if (range !== null) onZoom(range);
    if (moved === null) return;
    at = moved === all.length - 1 ? Infinity : moved;
    show();
  });
  return { show };
}
