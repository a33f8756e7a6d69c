// Corrections, and what is said of orders, as the API takes them and as people read them.

import { at, duration, figure } from "./format.js";
import { t, word } from "./i18n.js";
import { nameOfReason } from "./reasonnames.js";
import { reasonOf } from "./states.js";

/** @typedef {import("../types/api.js").Correction} Correction */
/** @typedef {import("../types/api.js").ReasonNode} ReasonNode */
/** @typedef {import("../types/api.js").Stop} Stop */
/** @typedef {import("./model.js").Place} Place */

/** @typedef {Record<string, unknown>} Body */

/** @typedef {Pick<Stop, "startMs" | "seconds" | "open">} Stretch of time of a stop */

export const iso = (/** @type {number} */ ms) => new Date(ms).toISOString();

/** The end of a stop, of one that goes on as far as it is known. */
export const endOf = (/** @type {Stretch} */ { startMs, seconds }) =>
  Math.max(startMs + 1, Math.ceil(startMs + seconds * 1000 - 0.001));

/**
 * The levels that a place has.
 *
 * @param {Partial<Place>} place
 */
export const levelsOf = (place) => Object.fromEntries(Object.entries(place).filter(([, name]) => name !== ""));

/**
 * The span of a stop; one that goes on is meant up to its end.
 *
 * @param {Stretch} stop
 */
function spanOf(stop) {
  return { from: iso(stop.startMs), to: iso(endOf(stop)), ...(stop.open ? { toEndOfStop: true } : {}) };
}

/**
 * @param {Partial<Place>} place
 * @param {Stretch} stop
 * @param {string} kind
 * @param {Body} says
 * @param {string} comment
 * @returns {Body}
 */
export function bodyOfStop(place, stop, kind, says, comment) {
  return { kind, ...levelsOf(place), ...spanOf(stop), ...says, ...(comment === "" ? {} : { comment }) };
}

/**
 * A stop that was two: the second begins at `ms`.
 *
 * @param {Partial<Place>} place
 * @param {Stretch} stop
 * @param {number} ms
 */
export const bodyOfSplit = (place, stop, ms) =>
  bodyOfStop(place, stop, "stop-split", { parts: [{ from: iso(stop.startMs) }, { from: iso(ms) }] }, "");

/**
 * The stop before and the one behind, of the same machine.
 *
 * @param {Stop[]} stops of the machine
 * @param {Stretch} stop
 * @returns {Stop[]}
 */
export function neighboursOf(stops, stop) {
  const ascending = [...stops].sort((a, b) => a.startMs - b.startMs);
  const before = ascending.filter((one) => endOf(one) <= stop.startMs).at(-1);
  const behind = ascending.find((one) => one.startMs >= endOf(stop));
  return [before, behind].filter((one) => one !== undefined);
}

/**
 * From the beginning of the first of two stops to the end of the other.
 *
 * @param {Stop} stop
 * @param {Stop} other
 * @returns {Stop}
 */
export function asOne(stop, other) {
  const [first, last] = stop.startMs < other.startMs ? [stop, other] : [other, stop];
  return { ...stop, startMs: first.startMs, seconds: (endOf(last) - first.startMs) / 1000, open: last.open };
}

/**
 * What is about a moment: booked pieces, a comment.
 *
 * @param {Partial<Place>} place
 * @param {number} ms
 * @param {string} kind
 * @param {Body} says
 * @param {string} comment
 */
export function bodyOfMoment(place, ms, kind, says, comment) {
  const to = kind === "annotated" ? { to: iso(ms + 1) } : {};
  return { kind, ...levelsOf(place), from: iso(ms), ...to, ...says, ...(comment === "" ? {} : { comment }) };
}

/**
 * What a correction says, as text.
 *
 * @param {Pick<Correction, "kind" | "state" | "reason" | "category" | "detail" | "amount" | "parts">} correction
 */
export function textOfCorrection({ kind, state, reason, category, detail, amount, parts }) {
  const name = nameOfReason(reason ?? "");
  const why = [category === reason ? "" : nameOfReason(category ?? ""), name, detail].filter(Boolean).join(" · ");
  if (kind === "scrap-booked" || kind === "rework-booked") {
    return [t(`said.${kind}`, figure(amount)), why].filter(Boolean).join(" · ");
  }
  if (kind === "stop-split") return t("said.stop-split", parts?.length ?? 0);
  const what = kind === "reason-given" ? "" : state === undefined ? word("said", kind) : word("state", state);
  return [what, why].filter(Boolean).join(" · ");
}

/**
 * A stop as text: when, how long, and why as far as it is known.
 *
 * @param {Stop} stop
 */
export function textOfStop(stop) {
  const why = reasonOf(stop.state, stop.reason);
  return [at(stop.startMs), duration(stop.seconds), why].filter(Boolean).join(" · ");
}

/**
 * Whether an entry is about a stop that begins then.
 *
 * @param {{ machine: string, fromMs: number, toMs: number }} said
 * @param {string} machine
 * @param {Stretch} stop
 */
export const isAbout = (said, machine, stop) =>
  said.machine === machine && said.fromMs < endOf(stop) && stop.startMs < said.toMs;

/**
 * The stops of a list of which nothing was said yet, and how many there are of all.
 *
 * @param {import("../types/api.js").StopList} list
 * @param {(stop: Stop) => boolean} isSaid
 */
export function openOf({ stops, uncoded }, isSaid) {
  const open = stops.filter((stop) => !isSaid(stop));
  return { open, count: uncoded - (stops.length - open.length) };
}

/** @typedef {"order-started" | "order-paused" | "order-finished"} Step */

/**
 * What is said of an order, as the API takes it.
 *
 * @param {Partial<Place>} place
 * @param {Step} kind
 * @param {string} order
 * @param {number} ms
 */
export const bodyOfOrder = (place, kind, order, ms) => ({ kind, ...levelsOf(place), order, at: iso(ms) });
