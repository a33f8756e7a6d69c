// How people call places and machines in the language of the page; in the stores they have their names.

import { language } from "./i18n.js";

/** @typedef {import("../types/api.js").Efficiency["assetLabels"]} Labels */
/** @typedef {import("../types/api.js").Path} Path */

const EVERY = ""; // a label of every language

/** @type {Labels} those of the newest snapshot */
let labels = {};

/** @param {Labels} taken */
export function takeAssetLabels(taken) {
  labels = taken;
}

/**
 * The label of a place or machine; undefined where it has none.
 *
 * @param {Path} path
 * @returns {string | undefined}
 */
export function assetLabel(path) {
  const asset = path.join("/");
  if (!Object.hasOwn(labels, asset)) return undefined;
  return labels[asset][language] ?? labels[asset][EVERY];
}
