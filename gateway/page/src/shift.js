// The figures of a shift as text, and where its time went. The gateway makes the figures; here they
// are only formatted, and left out where too little is known.

import { at, percent, whole } from "./format.js";
import { t, word } from "./i18n.js";
import { nameApart } from "./names.js";
import { gatewayNow } from "./now.js";
import { hasLabel, shiftLabel } from "./shiftlabels.js";
import { kindOf } from "./states.js";

/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("./states.js").Kind} Kind */

// Coverage: the part of planned time that is known.
const MARKED_BELOW = 0.9;
export const HIDDEN_BELOW = 0.5;

const NAMED = 3; // lines at most

export const FACTORS = /** @type {const} */ (["availability", "effectiveness", "quality"]);

/** @typedef {Pick<Shift, "oee" | "coverage"> & Partial<Shift>} WithOee a shift, or what was received of one */

/**
 * The ratios of a shift as text: a dash where they are not defined, or too little is known.
 *
 * @template {WithOee} S
 * @param {S | null} shift
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

/** @param {Shift | null} shift */
export const isOver = (shift) => shift !== null && Date.parse(shift.end) <= gatewayNow();

/**
 * "1,204 good, target by now 1,380 · 12 scrap", as far as it is known; of a shift that is over, its target.
 *
 * @param {Shift | null} shift
 */
export function pieces(shift) {
  if (shift === null || shift.good === null) return "";
  const good = shift.plan === null
    ? t("pieces.good", whole(shift.good))
    : t(isOver(shift) ? "card.goodOf" : "pieces.goodOf", whole(shift.good), whole(shift.plan));
  return shift.scrap === null ? good : `${good} · ${t("pieces.scrap", whole(shift.scrap))}`;
}

/**
 * Why the pieces of a shift are not known, where lines do not say which machines make them; else "".
 *
 * @param {Shift | null} shift of all the lines
 * @param {{ name: string, apart: string, shift: Shift | null }[]} lines
 */
export function whyNoPieces(shift, lines) {
  if (shift === null || shift.good !== null) return "";
  const without = lines.filter((line) => line.shift?.basis === "sum").map((line) => nameApart(line.name, line.apart));
  if (without.length === 0) return "";
  const more = without.length > NAMED ? t("metrics.more", without.length - NAMED) : "";
  return t("pieces.noLine", [...without.slice(0, NAMED), more].filter((text) => text !== "").join(", "));
}

/**
 * "Shift early, 06:00–14:00"; with the plant's own label "Frühschicht, 06:00–14:00".
 *
 * @param {Shift} shift
 */
export const shiftName = ({ name, start, end }) =>
  t(hasLabel(name) ? "shift.span" : "shift.named", shiftLabel(name), at(Date.parse(start)), at(Date.parse(end)));

/**
 * A part of the planned time of a shift.
 *
 * @typedef {object} Loss
 * @property {string} key
 * @property {Kind | "slow" | "scrap"} kind
 * @property {string} text
 * @property {number} seconds
 * @property {number} width of the bar, which is the planned time; 0 to 1
 * @property {number} ofPlanned part of the planned time; 0 to 1
 * @property {string} share the same as text
 */

/**
 * Where the planned time of a shift went: good pieces first, then losses by size. Where it is not known how
 * much of the running time made good pieces, all of it stands in their place.
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
  if (idealGoodSeconds === null) all.unshift(runningOf(all, plannedBusySeconds));
  const shown = all.filter(({ seconds }) => seconds > 0); // faster than ideal: below 0
  const full = Math.max(plannedBusySeconds, shown.reduce((sum, { seconds }) => sum + seconds, 0));
  return shown.map((loss) => ({
    ...loss, width: loss.seconds / full, ofPlanned: loss.seconds / plannedBusySeconds,
    share: percent(loss.seconds / plannedBusySeconds),
  }));
}

/**
 * The time that no loss takes away.
 *
 * @param {{ seconds: number }[]} losses
 * @param {number} planned seconds
 * @returns {Pick<Loss, "key" | "kind" | "text" | "seconds">}
 */
function runningOf(losses, planned) {
  const lost = losses.reduce((sum, { seconds }) => sum + Math.max(0, seconds), 0);
  const seconds = Math.max(0, Math.round(planned - lost));
  return { key: "running", kind: "running", text: word("state", "running"), seconds };
}
