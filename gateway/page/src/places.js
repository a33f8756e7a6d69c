// Machines and lines are known by their four levels; their path, without those that are missing, is for people.

import { placeText, shownPath } from "./assetlabels.js";

/** @typedef {import("../types/api.js").Levels} Levels */
/** @typedef {import("../types/api.js").Path} Path */

/** @typedef {"machine" | "line"} Kind */

/** @type {Kind[]} */
const KINDS = ["machine", "line"];

/** @typedef {{ levels: Levels, path: Path, id: string }} Known a machine or line */

/**
 * The levels of a place, as the API takes them; "" says that a machine has no such level.
 *
 * @typedef {{ site: string, area: string, line: string, machine: string }} Place
 */

const GAP = "–"; // a level that is missing, where that tells two apart

export const idOf = (/** @type {Levels} */ levels) => JSON.stringify(levels);

export const pathOf = (/** @type {Levels} */ levels) => levels.filter((name) => name !== "");

/** @type {(levels: Levels) => Place} */
export const placeOf = ([site, area, line, machine]) => ({ site, area, line, machine });

/**
 * @param {Partial<Place>} place
 * @returns {Levels}
 */
export const levelsOf = ({ site = "", area = "", line = "", machine = "" }) => [site, area, line, machine];

/** How many levels there are up to the last that is not missing. */
const depthOf = (/** @type {Levels} */ levels) => Math.max(0, ...levels.map((name, at) => (name === "" ? 0 : at + 1)));

/**
 * Those of the line of a machine; of what has no machine, those of the place around it.
 *
 * @param {Levels} levels
 */
export function levelsAround(levels) {
  const around = /** @type {Levels} */ ([...levels]);
  const last = depthOf(levels) - 1;
  if (last >= 0) around[last] = "";
  return around;
}

/** @type {Map<string, string | null>} by kind and path the id of the one that has it; null of several */
let owners = new Map();

/** @type {(kind: Kind, path: Path) => string} */
const keyOf = (kind, path) => `${kind} ${JSON.stringify(path)}`;

/**
 * Takes which machines and lines there are now.
 *
 * @param {{ machines: Known[], lines: Known[] }} model
 */
export function takePlaces({ machines, lines }) {
  owners = new Map();
  for (const { path, id } of machines) note("machine", path, id);
  for (const { path, id } of lines) note("line", path, id);
}

/** @type {(kind: Kind, path: Path, id: string) => void} */
function note(kind, path, id) {
  const key = keyOf(kind, path);
  owners.set(key, owners.has(key) ? null : id);
}

/** @type {(kind: Kind, levels: Levels) => boolean} */
const isAlone = (kind, levels) => owners.get(keyOf(kind, pathOf(levels))) === idOf(levels);

/**
 * Whether another has its path.
 *
 * @type {(kind: Kind, levels: Levels) => boolean}
 */
export const isShared = (kind, levels) => owners.get(keyOf(kind, pathOf(levels))) === null;

/** @type {Record<Kind, number>} */
const COUNTS = { machine: 4, line: 3 };

/**
 * The address of its view: its path, and all levels where another has that path, or may have had it.
 *
 * @param {Kind} kind
 * @param {Levels} levels
 */
export function hrefOf(kind, levels) {
  const names = isAlone(kind, levels) ? pathOf(levels) : levels.slice(0, COUNTS[kind]);
  return `#/${kind}/${names.map(encodeURIComponent).join("/")}`;
}

/**
 * What an address means: the one of its levels where it names them all, else all that have its path.
 *
 * @template {Known} One
 * @param {Kind} kind
 * @param {One[]} all
 * @param {string[]} names of the address
 */
export function meant(kind, all, names) {
  const path = JSON.stringify(names);
  return names.length === COUNTS[kind]
    ? all.filter(({ levels }) => JSON.stringify(levels.slice(0, COUNTS[kind])) === path)
    : all.filter((one) => JSON.stringify(one.path) === path);
}

/**
 * The id of what the choice of an address means: earlier addresses have a path.
 *
 * @param {Known[]} all
 * @param {string} text
 */
export function idIn(all, text) {
  if (all.some(({ id }) => id === text)) return text;
  const found = all.filter(({ path }) => JSON.stringify(path) === text);
  return found.length === 1 ? found[0].id : text;
}

/**
 * As the stores and files have it; where its path is not its own alone, with nothing between two slashes for a level
 * that is missing.
 *
 * @param {Levels} levels
 */
export function storedPath(levels) {
  const path = pathOf(levels);
  const having = KINDS.map((kind) => owners.get(keyOf(kind, path))).filter((owner) => owner !== undefined);
  return having.length === 1 && having[0] === idOf(levels) ? path.join("/") : levels.join("/").replace(/\/+$/, "");
}

/**
 * The names that people read, with a mark for a level that is missing.
 *
 * @param {Levels} levels
 */
export function shownLevels(levels) {
  const shown = shownPath(pathOf(levels));
  return levels.slice(0, depthOf(levels)).map((name) => (name === "" ? GAP : shown.shift() ?? name));
}

/**
 * Where a machine or line is, as people read it; with marks where another has its path.
 *
 * @param {Kind} kind
 * @param {Levels} levels
 */
export const fullText = (kind, levels) =>
  (isShared(kind, levels) ? shownLevels(levels).join(" / ") : placeText(pathOf(levels)));

/**
 * The same without its own name.
 *
 * @param {Kind} kind
 * @param {Levels} levels
 */
export const aboveText = (kind, levels) =>
  (isShared(kind, levels) ? shownLevels(levels) : shownPath(pathOf(levels))).slice(0, -1).join(" / ");
