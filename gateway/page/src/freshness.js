// How old what the page shows is: of the stream, and of the figures in it.

import { clock, duration } from "./format.js";
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
  const behind = figuresBehind(model);
  return behind === null
    ? { kind: "running", text: t("live", duration(age)) }
    : { kind: "micro", text: t("catching", clock(behind)) };
}
