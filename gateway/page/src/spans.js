// States over time as shapes: what a strip draws. Kinds differ in height too, so that they can be
// distinguished without colour.

import { at, duration } from "./format.js";
import { t, word } from "./i18n.js";
import { kindOf, reasonOf } from "./states.js";

/** @typedef {import("../types/api.js").Span} Span */

export const WIDTH = 1000;
export const HEIGHT = 10;

const LEAST_WIDTH = 0.8; // a short stop is still seen

/** @type {Partial<Record<import("./states.js").Kind, number>>} */
const HEIGHTS = { running: HEIGHT, down: HEIGHT, micro: HEIGHT, setup: 7, waiting: 4.5, planned: 2.5 };

/** The paths of a strip; "ground" is the part above low states. */
export const PATHS = ["ground", ...Object.keys(HEIGHTS)];

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
 * The outlines of spans by the names of PATHS; time of which nothing is known has none.
 *
 * @param {Span[]} spans ascending
 * @param {number} fromMs
 * @param {number} toMs
 * @returns {Record<string, string>}
 */
export function outlines(spans, fromMs, toMs) {
  const x = (/** @type {number} */ ms) => ((ms - fromMs) / (toMs - fromMs)) * WIDTH;
  /** @type {Record<string, string>} */
  const paths = Object.fromEntries(PATHS.map((name) => [name, ""]));
  for (const [from, to, state] of within(spans, fromMs, toMs)) {
    const kind = kindOf(state);
    const height = HEIGHTS[kind];
    if (height === undefined) continue;
    const start = x(from).toFixed(1);
    const end = Math.max(x(from) + LEAST_WIDTH, x(to)).toFixed(1); // absolute: what meets in time meets here
    const box = (/** @type {number} */ h) => `M${start} ${HEIGHT - h}H${end}V${HEIGHT}H${start}z`;
    paths[kind] += box(height);
    if (height < HEIGHT) paths.ground += box(HEIGHT);
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
  return t("strip.summary", at(fromMs), at(toMs), parts.join(", ") || word("state", "unknown"));
}

/**
 * What holds at an instant, as text.
 *
 * @param {Span[]} spans
 * @param {number} ms
 */
export function textAt(spans, ms) {
  const span = spans.find(([from, to]) => from <= ms && ms < to);
  if (span === undefined) return `${word("state", "unknown")}: ${at(ms)}`;
  const [from, to, state, sent] = span;
  const reason = reasonOf(state, sent);
  const name = reason === "" ? word("state", state) : `${word("state", state)} (${reason})`;
  return `${name}: ${at(from)}–${at(to)}, ${duration((to - from) / 1000)}`;
}
