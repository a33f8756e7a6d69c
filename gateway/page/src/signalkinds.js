// What a signal is by its points: one that is worth a chart, a counter that only rises, or a constant.

import { figure } from "./format.js";
import { t } from "./i18n.js";

/** @typedef {import("../types/api.js").Signal} Signal */

/** @typedef {"signal" | "counter" | "constant"} SignalKind */

const LEAST_POINTS = 10; // fewer that rise may be chance
const RESET = 0.01; // a counter falls to this part of itself at most, when it begins again

/**
 * @param {Signal} signal
 * @returns {SignalKind}
 */
export function kindOfSignal({ points }) {
  const [first] = points;
  if (first === undefined) return "constant";
  if (points.every(([, least, most]) => least === first[3] && most === first[3])) return "constant";
  const rises = points.every(([, least, , last], at) => {
    const before = points.at(at - 1)?.[2] ?? 0;
    return at === 0 || least >= before || (last >= least && least <= before * RESET);
  });
  return rises && points.length >= LEAST_POINTS ? "counter" : "signal";
}

/**
 * The newest value of a counter or constant, and by how much it rose.
 *
 * @param {Signal} signal
 */
export function steadyText(signal) {
  const { points } = signal;
  const newest = figure(points.at(-1)?.[3]);
  if (kindOfSignal(signal) === "constant") return t("signals.constant", newest);
  const risen = points.reduce((sum, [, , , last], at) => {
    const before = at === 0 ? last : points[at - 1][3];
    return sum + (last >= before ? last - before : last);
  }, 0);
  return t("signals.counter", newest, figure(risen));
}
