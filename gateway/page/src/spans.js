// States over time as shapes: what a strip draws. Kinds differ in height too, so that they can be
// distinguished without colour.

import { at, duration } from "./format.js";
import { t, word } from "./i18n.js";
import { kindOf, reasonOf } from "./states.js";

/** @typedef {import("../types/api.js").Span} Span */

export const WIDTH = 1000;
export const HEIGHT = 10;

const LEAST_WIDTH = 0.8; // a short stop is still seen

/**
 * Where each kind stands between the top of a strip and its foot: what is starved lacks the upper half, what is
 * blocked the lower one.
 *
 * @type {Partial<Record<import("./states.js").Kind, [top: number, foot: number]>>}
 */
const PLACES = {
  running: [0, HEIGHT], down: [0, HEIGHT], micro: [0, HEIGHT], setup: [3, HEIGHT], waiting: [5.5, HEIGHT],
  starved: [5.5, HEIGHT], blocked: [0, 4.5], planned: [7.5, HEIGHT],
};

/**
 * The paths of a strip: "before" is the time before the first state that is known, "ground" stands behind states
 * that do not fill the strip.
 */
export const PATHS = ["before", "ground", ...Object.keys(PLACES)];

/**
 * The parts of spans that lie between two instants.
 *
 * @param {Span[]} spans
 * @param {number} fromMs
 * @param {number} toMs
 * @returns {Span[]}
 */
function within(spans, fromMs, toMs) {
  return spans
    .map(([from, to, ...rest]) => /** @type {Span} */ ([Math.max(from, fromMs), Math.min(to, toMs), ...rest]))
    .filter(([from, to]) => from < to);
}

/**
 * When the first known state begins, in the period: before it nothing was ever heard.
 *
 * @param {Span[]} spans ascending
 * @param {number} fromMs
 * @param {number} toMs
 */
const beginOf = (spans, fromMs, toMs) => Math.min(toMs, Math.max(fromMs, spans.at(0)?.[0] ?? toMs));

/**
 * From an instant to its place in the strip.
 *
 * @param {number} fromMs
 * @param {number} toMs
 */
const scale = (fromMs, toMs) => (/** @type {number} */ ms) => ((ms - fromMs) / (toMs - fromMs)) * WIDTH;

/**
 * Where a span lies in the strip.
 *
 * @param {Span} span
 * @param {number} fromMs
 * @param {number} toMs
 * @returns {[x: number, width: number]}
 */
export function placeOf([from, to], fromMs, toMs) {
  const x = scale(fromMs, toMs);
  const start = Math.max(0, x(from));
  return [start, Math.max(LEAST_WIDTH, Math.min(WIDTH, x(to)) - start)];
}

/**
 * The index of the span that holds an instant, moved by a key; -1 where there is none.
 *
 * @param {Span[]} spans ascending
 * @param {number} ms
 * @param {string} key ArrowLeft, ArrowRight, Home, End, or another one, which does not move
 */
export function stepped(spans, ms, key) {
  const last = spans.length - 1;
  if (key === "Home") return Math.min(0, last);
  if (key === "End") return last;
  const here = Math.max(Math.min(0, last), spans.filter(([from]) => from <= ms).length - 1);
  if (key === "ArrowLeft") return Math.max(Math.min(0, last), here - 1);
  return key === "ArrowRight" ? Math.min(last, here + 1) : here;
}

/**
 * The outlines of spans by the names of PATHS; unknown time has none.
 *
 * @param {Span[]} spans ascending
 * @param {number} fromMs
 * @param {number} toMs
 * @returns {Record<string, string>}
 */
export function outlines(spans, fromMs, toMs) {
  const x = scale(fromMs, toMs);
  /** @type {Record<string, string>} */
  const paths = Object.fromEntries(PATHS.map((name) => [name, ""]));
  const begin = beginOf(spans, fromMs, toMs);
  if (begin > fromMs) paths.before = `M0 0H${x(begin).toFixed(1)}V${HEIGHT}H0z`;
  for (const [from, to, state] of within(spans, fromMs, toMs)) {
    const kind = kindOf(state);
    const place = PLACES[kind];
    if (place === undefined) continue;
    const [top, foot] = place;
    const start = x(from).toFixed(1);
    const end = Math.max(x(from) + LEAST_WIDTH, x(to)).toFixed(1); // absolute: what meets in time meets here
    const box = (/** @type {number} */ y1, /** @type {number} */ y2) => `M${start} ${y1}H${end}V${y2}H${start}z`;
    paths[kind] += box(top, foot);
    if (foot - top < HEIGHT) paths.ground += box(0, HEIGHT);
  }
  return paths;
}

/**
 * The same as text: how long each state lasted, the longest first.
 *
 * @param {Span[]} spans
 * @param {number} fromMs
 * @param {number} toMs
 */
export function stripSummary(spans, fromMs, toMs) {
  /** @type {Map<string, number>} */
  const seconds = new Map();
  for (const [from, to, state] of within(spans, fromMs, toMs)) {
    seconds.set(state, (seconds.get(state) ?? 0) + (to - from) / 1000);
  }
  const parts = [...seconds].sort(([, a], [, b]) => b - a)
    .map(([state, length]) => `${word("state", state)} ${duration(length)}`);
  return t("strip.summary", at(fromMs), at(toMs), parts.join(", ") || t("strip.nothing"));
}

/**
 * What holds at an instant, as text.
 *
 * @param {Span[]} spans
 * @param {number} ms
 */
export function textAt(spans, ms) {
  const span = spans.find(([from, to]) => from <= ms && ms < to);
  if (span === undefined) {
    const text = spans.length === 0 || ms < spans[0][0] ? t("strip.nothing") : word("state", "unknown");
    return `${text}: ${at(ms)}`;
  }
  const [from, to, state, sent] = span;
  const reason = reasonOf(state, sent);
  const name = reason === "" ? word("state", state) : `${word("state", state)} (${reason})`;
  return `${name}: ${at(from)}–${at(to)}, ${duration((to - from) / 1000)}`;
}
