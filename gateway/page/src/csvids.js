// Columns of files that name places, shifts and reasons: as people call them, and as the stores do.

import { assetName, shownPath } from "./assetlabels.js";
import { t } from "./i18n.js";

/** @typedef {import("../types/api.js").Path} Path */

/** @template Item @typedef {import("./csv.js").Column<Item>} Column */

/**
 * Site, area and line in one, then the machine, as people call them.
 *
 * @type {Column<{ path: Path }>[]}
 */
export const placeColumns = [
  [t("stops.line"), ({ path }) => shownPath(path).slice(0, -1).join(" / ")],
  [t("stops.machine"), ({ path }) => assetName(path)],
];

/**
 * The path in the stores.
 *
 * @template Item
 * @param {(item: Item) => Path} path
 * @returns {Column<Item>}
 */
export const pathColumn = (path) => [t("csv.path"), (item) => path(item).join("/")];

/**
 * The name of a shift in the stores.
 *
 * @template Item
 * @param {(item: Item) => string | undefined} name
 * @returns {Column<Item>}
 */
export const shiftIdColumn = (name) => [t("csv.shiftId"), name];

/**
 * The id of a reason, or the word of the machine.
 *
 * @template Item
 * @param {(item: Item) => string} id
 * @returns {Column<Item>}
 */
export const reasonIdColumn = (id) => [t("csv.reasonId"), id];
