// Names of places that tell them apart: two lines may have one name in two halls.

/** @typedef {import("../types/api.js").Path} Path */

/**
 * For each path the levels above its name that tell it from the others of that name, such as
 * "plant-a"; "" where no other has its name.
 *
 * @param {Path[]} paths
 * @returns {string[]} in their order
 */
export function levelsApart(paths) {
  /** @type {Map<string, Path[]>} */
  const alike = new Map();
  for (const path of paths) {
    const name = path.at(-1) ?? "";
    const same = alike.get(name) ?? [];
    same.push(path);
    alike.set(name, same);
  }
  const apart = new Map([...alike].map(([name, all]) => [name, levelsThatDiffer(all)]));
  return paths.map((path) => {
    const differ = apart.get(path.at(-1) ?? "") ?? new Set();
    return path.filter((_, at) => differ.has(path.length - at)).join(" / ");
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
