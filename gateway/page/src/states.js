// States of machines: the kinds that have a colour, and a state as text.

import { duration } from "./format.js";
import { t, textOf, word } from "./i18n.js";
import { nameOfReason } from "./reasonnames.js";

/** @typedef {import("../types/api.js").AssetNode} AssetNode */
/** @typedef {import("../types/api.js").MachineFigures} MachineFigures */
/** @typedef {import("../types/api.js").Metric} Metric */

/**
 * The kinds of state that have a colour; those that need attention come first.
 */
export const KINDS = /** @type {const} */ (
  ["down", "micro", "unknown", "setup", "waiting", "starved", "blocked", "planned", "running", "other"]);

/** @typedef {typeof KINDS[number]} Kind */

/**
 * @typedef {object} State
 * @property {Kind} kind
 * @property {string} word
 * @property {number | null} seconds how long it has lasted
 * @property {string} reason "" where there is none
 * @property {number | null} sinceMs
 * @property {Metric | null} metric what it was guessed from
 */

/** Without figures, a machine that is silent for longer is unknown. */
export const SILENT_SECONDS = 60;

/** @type {Record<string, Kind>} */
const KIND_OF_STATE = { micro_stop: "micro", idle: "waiting" };

/** @type {(state: string) => state is Kind} */
const isKind = (state) => KINDS.some((kind) => kind === state);

/**
 * @param {string} state a word of the gateway, such as micro_stop
 * @returns {Kind}
 */
export function kindOf(state) {
  if (Object.hasOwn(KIND_OF_STATE, state)) return KIND_OF_STATE[state];
  return isKind(state) ? state : "other";
}

/**
 * A reason as text; "" where it says no more than the state.
 *
 * @param {string} state
 * @param {string} reason as it was sent, or unmapped:… for a word that the configuration does not map
 */
export function reasonOf(state, reason) {
  if (reason.startsWith("unmapped:")) return t("reason.unmapped", reason.slice("unmapped:".length));
  const why = state === "unknown" ? textOf("unknown", reason) : undefined;
  if (why !== undefined) return why;
  const lower = reason.toLowerCase();
  if (lower === state) return "";
  return kindOf(lower) === "other" ? nameOfReason(reason) : word("state", lower); // such as micro_stop for a short stop
}

/**
 * State and reason of a stop, or of a cause.
 *
 * @param {{ state: string, reason: string }} cause
 */
export function causeOf({ state, reason }) {
  const text = reasonOf(state, reason);
  return text === "" ? word("state", state) : `${word("state", state)} · ${text}`;
}

/** What holds for an instant so long ago is not of now: a backlog is read. */
const BEHIND_MS = 120_000;

/**
 * The state of a machine that has figures.
 *
 * @param {MachineFigures} known
 * @param {number} now milliseconds
 * @returns {State}
 */
export function stateOf(known, now) {
  const sinceMs = Date.parse(known.since);
  const asOfMs = Date.parse(known.asOf);
  const untilMs = now - asOfMs > BEHIND_MS ? asOfMs : now;
  return {
    kind: kindOf(known.state), word: word("state", known.state), reason: reasonOf(known.state, known.reason),
    sinceMs, seconds: (untilMs - sinceMs) / 1000, metric: null,
  };
}

/**
 * Words of devices, for machines without figures.
 *
 * @type {[Kind, RegExp][]}
 */
const WORDS = [
  ["running", /^(run|running|execute|producing|production|active|auto)$/i],
  ["micro", /^micro/i],
  ["down", /^(down|fault|faulted|error|alarm|stopped|aborted|breakdown|emergency)/i],
  ["setup", /^(setup|changeover|preparing)/i],
  ["planned", /^(planned|maintenance|break|off|shutdown)/i],
  ["starved", /^starved/i],
  ["blocked", /^blocked/i],
  ["waiting", /^(idle|waiting|standby|ready|paused|held)/i],
];

/**
 * The state of a machine without figures, guessed from its newest values.
 *
 * @param {AssetNode} node
 * @returns {State}
 */
export function guessedState(node) {
  const none = { reason: "", sinceMs: null, metric: null };
  if ((node.heardAgeSeconds ?? 0) > SILENT_SECONDS) {
    return { ...none, kind: "unknown", word: t("state.unknown"), seconds: node.heardAgeSeconds };
  }
  for (const metric of node.metrics ?? []) {
    const { value } = metric;
    if (/^(state|status)$/i.test(metric.metric) && typeof value === "string") {
      const known = WORDS.find(([, pattern]) => pattern.test(value));
      const text = value.toLowerCase().replaceAll("_", " ");
      return { ...none, kind: known ? known[0] : "other", word: text, seconds: null, metric };
    }
  }
  return { ...none, kind: "other", word: t("state.other"), seconds: null };
}

/**
 * The state of a machine of which another gateway sends figures, and nobody sends readings.
 *
 * @returns {State}
 */
export const toldState = () =>
  ({ kind: "other", word: t("state.told"), seconds: null, reason: "", sinceMs: null, metric: null });

/**
 * How long a state has lasted, such as "12 min"; "" where that is not known.
 *
 * @param {State} state
 */
export const lengthOf = (state) => (state.seconds === null ? "" : duration(state.seconds));
