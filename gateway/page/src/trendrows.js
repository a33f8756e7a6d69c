// Rows of one asset beside those of another, in the order of time.

import { HIDDEN_BELOW } from "./shift.js";

/** @typedef {import("../types/api.js").Shift} Shift */

export const FIGURES = /** @type {const} */ (["oee", "availability", "effectiveness", "quality", "good", "coverage"]);

/** @typedef {typeof FIGURES[number]} Figure */
/** @typedef {{ startMs: number, shift: string, one: Shift | null, other: Shift | null }} Row */

/**
 * A figure of a row; null where too little is known for it.
 *
 * @param {Figure} figure
 * @param {Shift | null} shift
 */
export function valueOf(figure, shift) {
  if (shift === null) return null;
  const isRatio = figure !== "good" && figure !== "coverage";
  return isRatio && (shift.coverage ?? 0) < HIDDEN_BELOW ? null : shift[figure];
}

/**
 * The rows of both by their begin; where one has none, there is nothing.
 *
 * @param {Shift[]} one
 * @param {Shift[]} other
 * @returns {Row[]}
 */
export function rowsOf(one, other) {
  /** @type {Map<number, Row>} */
  const rows = new Map();
  const put = (/** @type {Shift} */ shift, /** @type {"one" | "other"} */ side) => {
    const startMs = Date.parse(shift.start);
    const row = rows.get(startMs) ?? { startMs, shift: shift.name, one: null, other: null };
    rows.set(startMs, { ...row, [side]: shift });
  };
  for (const shift of one) put(shift, "one");
  for (const shift of other) put(shift, "other");
  return [...rows.values()].sort((a, b) => a.startMs - b.startMs);
}

/**
 * Where the axis of time has a mark: at the begin of a day that has data, so that no label comes twice, and never
 * nearer to the mark before than there is room for.
 *
 * @param {number[]} seconds ascending
 * @param {(seconds: number) => string} label
 * @param {number} leastSeconds between two marks
 */
export function marksOf(seconds, label, leastSeconds) {
  /** @type {number[]} */
  const marks = [];
  for (const one of seconds) {
    const last = marks.at(-1);
    if (last === undefined || (one - last >= leastSeconds && label(one) !== label(last))) marks.push(one);
  }
  return marks;
}
