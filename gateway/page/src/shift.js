// The figures of a shift as text, and where its time went. The gateway makes the figures; here they
// are only formatted, and left out where too little is known.

import { at, percent, whole } from "./format.js";
import { t, word } from "./i18n.js";
import { kindOf } from "./states.js";

/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("./states.js").Kind} Kind */

// Coverage: the part of planned time that is known.
const MARKED_BELOW = 0.9;
export const HIDDEN_BELOW = 0.5;

export const FACTORS = /** @type {const} */ (["availability", "effectiveness", "quality"]);

/**
 * The ratios of a shift as text: a dash where they are not defined, or too little is known.
 *
 * @param {Shift | null} shift
 */
export function ratiosOf(shift) {
  const coverage = shift?.coverage ?? null;
  const values = coverage === null || coverage < HIDDEN_BELOW ? null : shift;
  return {
    /** Not to be trusted fully, and marked so. */
    doubtful: values !== null && coverage !== null && coverage < MARKED_BELOW,
    oee: percent(values?.oee),
    availability: percent(values?.availability),
    effectiveness: percent(values?.effectiveness),
    quality: percent(values?.quality),
    nee: percent(values?.nee),
    teep: percent(values?.teep),
    /** The shift, or null where its ratios are hidden. */
    values,
    coverage: coverage === null ? t("coverage.none") : t("coverage.known", percent(coverage)),
  };
}

/**
 * "1,204 good of 1,380 planned by now · 12 scrap", as far as it is known.
 *
 * @param {Shift | null} shift
 */
export function pieces(shift) {
  if (shift === null || shift.good === null) return "";
  const good = shift.plan === null
    ? t("pieces.good", whole(shift.good)) : t("pieces.goodOf", whole(shift.good), whole(shift.plan));
  return shift.scrap === null ? good : `${good} · ${t("pieces.scrap", whole(shift.scrap))}`;
}

/**
 * "Shift early, 06:00–14:00".
 *
 * @param {Shift} shift
 */
export const shiftName = (shift) =>
  t("shift.named", shift.name, at(Date.parse(shift.start)), at(Date.parse(shift.end)));

/**
 * A part of the planned time of a shift.
 *
 * @typedef {object} Loss
 * @property {string} key
 * @property {Kind | "slow" | "scrap"} kind
 * @property {string} text
 * @property {number} seconds
 * @property {number} width of the whole bar, 0 to 1
 * @property {string} share of the planned time, as text
 */

/**
 * Where the planned time of a shift went: good pieces first, then losses by size.
 *
 * @param {Shift} shift
 * @returns {Loss[]}
 */
export function lossesOf({ losses, plannedBusySeconds, idealGoodSeconds }) {
  /** @type {Pick<Loss, "key" | "kind" | "text" | "seconds">[]} */
  const all = losses.stops.map(({ state, seconds }) =>
    ({ key: state, kind: kindOf(state), text: word("state", state), seconds }));
  all.push(
    { key: "slow", kind: "slow", text: t("loss.slow"), seconds: losses.speedSeconds ?? 0 },
    { key: "scrap", kind: "scrap", text: t("loss.scrap"), seconds: losses.qualitySeconds ?? 0 },
    { key: "unknown", kind: "unknown", text: word("state", "unknown"), seconds: losses.unknownSeconds },
  );
  all.sort((a, b) => b.seconds - a.seconds);
  all.unshift({ key: "good", kind: "running", text: t("loss.good"), seconds: idealGoodSeconds ?? 0 });
  const shown = all.filter(({ seconds }) => seconds > 0); // faster than ideal: below 0
  const total = shown.reduce((sum, { seconds }) => sum + seconds, 0);
  return shown.map((loss) => ({
    ...loss, width: loss.seconds / total, share: percent(loss.seconds / plannedBusySeconds),
  }));
}
