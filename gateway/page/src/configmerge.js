// What somebody has changed, put on top of what another one has changed meanwhile.

/** @typedef {import("./configfields.js").Group} Group */

/** What tells rows of a list apart: the first of these that they have. */
const NAMES = ["asset", "name", "topic", "date", "id"];

const isEqual = (/** @type {any} */ one, /** @type {any} */ other) => JSON.stringify(one) === JSON.stringify(other);

/** @type {(value: any) => value is Group} */
const isGroup = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {Group} row */
const nameOf = (row) => row[NAMES.find((key) => typeof row[key] === "string") ?? ""];

/**
 * The rows of a list by their names; null where they cannot be told apart.
 *
 * @param {any} list
 */
function byName(list) {
  if (!Array.isArray(list) || !list.every(isGroup)) return null;
  const rows = new Map(list.map((row) => [nameOf(row), row]));
  return rows.size === list.length && !rows.has(undefined) ? rows : null;
}

/**
 * The rows of both, in the order of theirs, with what is mine alone behind; null where a list cannot be merged.
 *
 * @param {any[]} lists base, mine, theirs
 * @param {string[]} path
 * @param {string[]} both
 */
function mergedRows(lists, path, both) {
  const maps = lists.map(byName);
  const [base, mine, theirs] = maps;
  if (!base || !mine || !theirs) return null;
  const common = [...base.keys()].filter((name) => mine.has(name));
  if (!isEqual(common, [...mine.keys()].filter((name) => base.has(name)))) return null; // I have moved some
  return [...new Set([...theirs.keys(), ...mine.keys()])]
    .map((name) => merged(base.get(name), mine.get(name), theirs.get(name), [...path, name], both))
    .filter((row) => row !== undefined);
}

/**
 * @param {any} base
 * @param {any} mine
 * @param {any} theirs
 * @param {string[]} path
 * @param {string[]} both gets the paths of what both have changed, each in another way: there mine stands
 * @returns {any}
 */
function merged(base, mine, theirs, path, both) {
  if (isEqual(mine, theirs) || isEqual(base, theirs)) return mine;
  if (isEqual(base, mine)) return theirs;
  if ([base, mine, theirs].every(isGroup)) {
    const keys = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
    return Object.fromEntries(keys
      .map((key) => [key, merged(base[key], mine[key], theirs[key], [...path, key], both)])
      .filter(([, value]) => value !== undefined));
  }
  const rows = mergedRows([base, mine, theirs], path, both);
  if (rows !== null) return rows;
  both.push(path.join("."));
  return mine;
}

/**
 * Mine and theirs, which both come from `base`.
 *
 * @param {Group} base
 * @param {Group} mine
 * @param {Group} theirs
 * @returns {{ site: Group, both: string[] }} with the paths of what both have changed, where mine stands
 */
export function mergedSite(base, mine, theirs) {
  /** @type {string[]} */
  const both = [];
  return { site: merged(base, mine, theirs, [], both), both };
}

/**
 * The lines of `base` that are others in `text`: from, to, and what stands there instead.
 *
 * @param {string[]} base
 * @param {string[]} text
 */
function changeOf(base, text) {
  const least = Math.min(base.length, text.length);
  let head = 0;
  while (head < least && base[head] === text[head]) head++;
  let tail = 0;
  while (tail < least - head && base.at(-1 - tail) === text.at(-1 - tail)) tail++;
  return { from: head, to: base.length - tail, lines: text.slice(head, text.length - tail) };
}

/**
 * Both changes of a text where there is a line between them, else mine alone.
 *
 * @param {string} base
 * @param {string} mine
 * @param {string} theirs
 * @returns {{ text: string, isWhole: boolean }} whether it has both
 */
export function mergedText(base, mine, theirs) {
  if (base === theirs || mine === theirs) return { text: mine, isWhole: true };
  if (base === mine) return { text: theirs, isWhole: true };
  const lines = base.split("\n");
  const [first, last] = [mine, theirs].map((text) => changeOf(lines, text.split("\n")))
    .sort((one, other) => one.from - other.from);
  if (first.to >= last.from) return { text: mine, isWhole: false };
  return {
    text: [...lines.slice(0, first.from), ...first.lines, ...lines.slice(first.to, last.from), ...last.lines,
      ...lines.slice(last.to)].join("\n"),
    isWhole: true,
  };
}

/**
 * A draft on top of what holds now; both of a form or both a text.
 *
 * @param {{ site: Group, text: string }} base that the draft was made of
 * @param {{ site?: Group, text?: string }} draft
 * @param {{ site: Group, text: string }} now
 * @returns {{ site: Group, text: string, both: string[], isWhole: boolean }}
 */
export function onTopOf(base, draft, now) {
  if (draft.text !== undefined) {
    return { site: now.site, both: [], ...mergedText(base.text, draft.text, now.text) };
  }
  return { text: now.text, isWhole: true, ...mergedSite(base.site, draft.site ?? {}, now.site) };
}

/**
 * A difference as it is from the other side.
 *
 * @param {string[]} diff lines, each with its sign
 */
export function reversed(diff) {
  /** @type {string[]} */
  const turned = [];
  /** @type {string[]} */
  let comes = [];
  for (const line of diff) {
    if (line.startsWith("-")) {
      comes.push(`+${line.slice(1)}`);
    } else if (line.startsWith("+")) {
      turned.push(`-${line.slice(1)}`);
    } else {
      turned.push(...comes, line);
      comes = [];
    }
  }
  return [...turned, ...comes];
}
