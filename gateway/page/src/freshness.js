// How old what the page shows is: of the stream, and of the figures in it.

import { at, clock, duration } from "./format.js";
import { t } from "./i18n.js";

/** @typedef {import("./model.js").Model} Model */

/** Figures that are so far behind are called so: they are made in steps of a second. */
const BEHIND_MS = 10_000;

/**
 * @param {Model} model
 * @returns {number | null} up to when all that was received is in the figures, if that is long ago
 */
export function figuresBehind({ now, figuresAsOf }) {
  return figuresAsOf !== null && now - figuresAsOf > BEHIND_MS ? figuresAsOf : null;
}

/** Values that are so old are not of now, though they came now: a device or the simulator sends its past. */
const PAST_MS = 120_000;

/**
 * @param {Model} model
 * @returns {number | null} of when the newest values of machines are, if that is long ago
 */
function valuesBehind({ now, valuesAsOf }) {
  return valuesAsOf !== null && now - valuesAsOf > PAST_MS ? valuesAsOf : null;
}

/**
 * The badge beside the name of the gateway.
 *
 * @param {boolean} lost whether there is no stream
 * @param {number | null} age of the newest snapshot, in seconds
 * @param {Model | null} model
 * @returns {{ kind: import("./states.js").Kind, text: string }}
 */
export function freshness(lost, age, model) {
  if (lost) return { kind: "unknown", text: t("lost.short") };
  if (age === null || model === null) return { kind: "other", text: t("lost.none") };
  const figures = figuresBehind(model);
  if (figures !== null) return { kind: "micro", text: t("catching", clock(figures)) };
  const values = valuesBehind(model);
  return values === null
    ? { kind: "running", text: t("live", duration(age)) }
    : { kind: "micro", text: t("catching.values", at(values, model.now)) };
}
