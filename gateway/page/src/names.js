// Names of places that tell them apart: two lines may have one name in two halls.

import { shownPath } from "./assetlabels.js";
import { idOf, isShared, pathOf, shownLevels } from "./places.js";

/** @typedef {import("../types/api.js").Levels} Levels */
/** @typedef {import("../types/api.js").Path} Path */

/**
 * For each place the levels above its name that tell it from the others of that name, such as
 * "plant-a"; "" where no other has its name. Where another has the whole path, here or in the
 * plant, with marks for the levels that are missing.
 *
 * @param {Levels[]} places
 * @returns {string[]} in their order
 */
export function levelsApart(places) {
  const paths = places.map((levels) => shownPath(pathOf(levels)));
  /** @type {Map<string, string>} */
  const owners = new Map();
  /** @type {Set<string>} */
  const shared = new Set();
  for (const levels of places) {
    const path = JSON.stringify(pathOf(levels));
    if ((owners.get(path) ?? idOf(levels)) !== idOf(levels)) shared.add(path);
    owners.set(path, idOf(levels));
  }
  /** @type {Map<string, Path[]>} */
  const alike = new Map();
  for (const path of paths) {
    const name = path.at(-1) ?? "";
    const same = alike.get(name) ?? [];
    same.push(path);
    alike.set(name, same);
  }
  const apart = new Map([...alike].map(([name, all]) => [name, levelsThatDiffer(all)]));
  return paths.map((path, at) => {
    const levels = places[at];
    if (shared.has(JSON.stringify(pathOf(levels))) || (levels[3] !== "" && isShared("machine", levels))) {
      return shownLevels(levels).slice(0, -1).join(" / ");
    }
    const differ = apart.get(path.at(-1) ?? "") ?? new Set();
    return path.filter((_, level) => differ.has(path.length - level)).join(" / ");
  });
}

/**
 * The levels in which paths differ, counted from their ends.
 *
 * @param {Path[]} paths
 */
function levelsThatDiffer(paths) {
  const deepest = Math.max(...paths.map((path) => path.length));
  const levels = Array.from({ length: deepest }, (_, at) => at + 1);
  return new Set(levels.filter((level) => new Set(paths.map((path) => path.at(-level))).size > 1));
}

/**
 * A name with the levels that tell it apart.
 *
 * @param {string} name
 * @param {string} apart
 */
export const nameApart = (name, apart) => (apart === "" ? name : `${name} (${apart})`);
