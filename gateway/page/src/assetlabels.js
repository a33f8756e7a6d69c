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
 * What people read for each level of a path: its label, else its name.
 *
 * @param {Path} path
 * @returns {Path}
 */
export const shownPath = (path) => path.map((name, at) => assetLabel(path.slice(0, at + 1)) ?? name);

/**
 * A path as people read it.
 *
 * @param {Path} path
 */
export const placeText = (path) => shownPath(path).join(" / ");

/**
 * What people read for a place or machine without the levels above it; "" for none.
 *
 * @param {Path} path
 */
export const assetName = (path) => assetLabel(path) ?? path.at(-1) ?? "";

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
