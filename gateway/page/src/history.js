// The last hours of states, as the strips take them.

import { query, watch } from "./api.js";
import { at } from "./format.js";
import { idOf } from "./places.js";

/** @typedef {import("../types/api.js").Span} Span */
/** @typedef {import("../types/api.js").StateHistory} StateHistory */

/**
 * @typedef {object} History
 * @property {number} fromMs
 * @property {number} toMs
 * @property {string} from fromMs as text
 * @property {Map<string, Span[]>} spans by the id of the machine
 * @property {boolean} more whether machines were left out
 */

const HOURS = 8;
const SECONDS = 10;

/**
 * Calls `show` with the history of the machines at `place`.
 *
 * @param {import("./api.js").Levels} place
 * @param {(history: History) => void} show
 */
export function watchHistory(place, show) {
  const take = (/** @type {StateHistory} */ { fromMs, toMs, machines, more }) => show({
    fromMs, toMs, more, from: at(fromMs), spans: new Map(machines.map((m) => [idOf(m.levels), m.spans])),
  });
  const fail = () => {}; // strips stay as they are
  return watch(() => query("/api/v1/history", { hours: HOURS }, place), SECONDS, take, fail);
}
