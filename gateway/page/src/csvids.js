// Columns of files that name places, shifts and reasons: as people call them, and as the stores do.

import { assetName } from "./assetlabels.js";
import { t } from "./i18n.js";
import { aboveText, storedPath } from "./places.js";

/** @typedef {import("./places.js").Levels} Levels */
/** @typedef {import("../types/api.js").Path} Path */

/** @template Item @typedef {import("./csv.js").Column<Item>} Column */

/**
 * Site, area and line in one, then the machine, as people call them.
 *
 * @type {Column<{ path: Path, levels: Levels }>[]}
 */
export const placeColumns = [
  [t("stops.line"), ({ levels }) => aboveText("machine", levels)],
  [t("stops.machine"), ({ path }) => assetName(path)],
];

/**
 * The path in the stores.
 *
 * @template Item
 * @param {(item: Item) => Levels} levels
 * @returns {Column<Item>}
 */
export const pathColumn = (levels) => [t("csv.path"), (item) => storedPath(levels(item))];

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
