// How people call shifts in the language of the page; in the stores they have their names.

import { language } from "./i18n.js";

/** @typedef {import("../types/api.js").Efficiency["shiftLabels"]} Labels */

/** @type {Labels} those of the newest snapshot */
let labels = {};

/** @param {Labels} taken */
export function takeLabels(taken) {
  labels = taken;
}

/**
 * The label of a shift, or of several, as the plant names those of its lines; a shift without one has its name.
 *
 * @param {string} name
 */
export const shiftLabel = (name) =>
  labelOf(name) ?? name.split(", ").map((one) => labelOf(one) ?? one).join(", ");

/**
 * @param {string} name
 * @returns {string | undefined}
 */
const labelOf = (name) => (Object.hasOwn(labels, name) ? labels[name][language] : undefined);

/**
 * Whether the plant calls it otherwise in the language of the page, such as "Frühschicht".
 *
 * @param {string} name of one shift, or of several
 */
export const hasLabel = (name) =>
  labelOf(name) !== undefined || name.split(", ").every((one) => labelOf(one) !== undefined);
