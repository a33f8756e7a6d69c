// Points of signals, as charts and texts take them.

import { label } from "./card.js";
import { instant, sheetOf } from "./csv.js";
import { at, figure } from "./format.js";
import { t } from "./i18n.js";

/** @typedef {import("../types/api.js").SeriesName} SeriesName */
/** @typedef {import("../types/api.js").Signal} Signal */
/** @typedef {import("../types/api.js").Words} Words */

/** @typedef {[from: number, to: number]} TimeRange in seconds */

/** @param {SeriesName} series */
export const seriesKey = ({ measurement, metric, tags }) => JSON.stringify([measurement, metric, tags]);

/**
 * The points in columns: seconds, most, least, last.
 *
 * @param {Signal} signal
 * @returns {[number[], number[], number[], number[]]}
 */
export const columnsOf = ({ points }) => [
  points.map(([ms]) => ms / 1000),
  points.map(([, , most]) => most),
  points.map(([, least]) => least),
  points.map(([, , , last]) => last),
];

/**
 * The newest value.
 *
 * @param {Signal} signal
 */
export const newestOf = ({ points }) => points.at(-1)?.[3];

/**
 * A signal as text, for who cannot see its chart.
 *
 * @param {Signal} signal
 */
export function signalSummary(signal) {
  const least = Math.min(...signal.points.map(([, one]) => one));
  const most = Math.max(...signal.points.map(([, , one]) => one));
  return t("signals.summary", label(signal), figure(least), figure(most), figure(newestOf(signal)));
}

/**
 * The last changes of words, the newest first.
 *
 * @param {Words} words
 * @param {number} count at most
 */
export const changesOf = ({ changes }, count) =>
  changes.slice(-count).reverse().map(([ms, text]) => `${at(ms)} ${text}`).join(" · ");

/**
 * Signals as a file takes them: numbers with the least, most and last of each point, then the changes of words.
 *
 * @param {Signal[]} signals
 * @param {Words[]} words
 */
export function pointSheet(signals, words) {
  const rows = [
    ...signals.flatMap((signal) => signal.points.map(([ms, least, most, last]) => ({ signal, ms, least, most, last }))),
    ...words.flatMap((signal) => signal.changes.map(([ms, last]) => ({ signal, ms, least: null, most: null, last }))),
  ];
  return sheetOf([
    [t("stops.range"), ({ ms }) => instant(ms)],
    [t("values.metric"), ({ signal }) => label(signal)],
    [t("csv.measurement"), ({ signal }) => signal.measurement],
    [t("csv.least"), ({ least }) => least],
    [t("csv.most"), ({ most }) => most],
    [t("csv.last"), ({ last }) => last],
  ], rows);
}

/**
 * What to ask the API for: the last minutes, or a range in whole minutes.
 *
 * @param {number} minutes
 * @param {TimeRange | null} range
 * @returns {{ minutes: number, toMs?: number }}
 */
export function periodOf(minutes, range) {
  if (range === null) return { minutes };
  const [from, to] = range;
  return { minutes: Math.max(1, Math.ceil((to - from) / 60)), toMs: Math.ceil(to * 1000) };
}
