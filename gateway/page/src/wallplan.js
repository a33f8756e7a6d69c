// Which faces a wall shows, how long each, and where it stands: as its link says.

/** @typedef {import("./model.js").Line} Line */

/**
 * What a wall shows at a time.
 *
 * @typedef {object} Face
 * @property {"plant" | "line" | "stops"} kind
 * @property {string} line the id of its line; "" of others
 * @property {number} seconds how long
 */

/** @typedef {Pick<Line, "id" | "path" | "levels">} Known */

const USUAL = ["plant", "lines", "stops"];
const USUAL_SECONDS = 20;
const LEAST_SECONDS = 5; // who walks by can still read it
const MOST_SECONDS = 3600;

/**
 * @param {string | null | undefined} text
 * @param {number} otherwise
 */
function secondsOf(text, otherwise) {
  const seconds = Number(text || NaN);
  return Number.isFinite(seconds) ? Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, seconds)) : otherwise;
}

/**
 * One entry of the link, such as "plant", "lines,30" or "line/plant-a/press-shop/line-1,15".
 *
 * @param {string} entry
 * @param {Known[]} lines
 * @param {number} usual
 * @returns {Face[]} none where it names nothing that there is
 */
function facesOfEntry(entry, lines, usual) {
  const timed = /,(\d+)$/.exec(entry);
  const name = timed === null ? entry : entry.slice(0, timed.index);
  const seconds = secondsOf(timed?.[1], usual);
  if (name === "plant" || name === "stops") return [{ kind: name, line: "", seconds }];
  const wanted = name === "lines" ? lines : lines.filter(({ path, levels }) =>
    [path, levels.slice(0, 3)].some((names) => name === `line/${names.join("/")}`));
  return wanted.map(({ id }) => ({ kind: "line", line: id, seconds }));
}

/**
 * The faces in their order; where the link names none that there are, the usual ones.
 *
 * @param {URLSearchParams} search
 * @param {Known[]} lines
 * @returns {Face[]}
 */
export function facesOf(search, lines) {
  const usual = secondsOf(search.get("seconds"), USUAL_SECONDS);
  const of = (/** @type {string[]} */ entries) => entries.flatMap((entry) => facesOfEntry(entry, lines, usual));
  const faces = of(search.getAll("show"));
  return faces.length > 0 ? faces : of(USUAL);
}

/**
 * The place in the order, which goes around.
 *
 * @param {number} at
 * @param {number} count
 */
export const around = (at, count) => (count === 0 ? 0 : ((at % count) + count) % count);

/**
 * The link of a wall that stands elsewhere.
 *
 * @param {URLSearchParams} search
 * @param {number} at
 * @param {boolean} held
 */
export function linkOf(search, at, held) {
  const all = new URLSearchParams(search);
  all.set("at", String(at + 1));
  if (held) all.set("held", "yes");
  else all.delete("held");
  return `#/wall?${all}`;
}

/** @param {URLSearchParams} search */
export const placeIn = (search) => Math.max(0, (Math.floor(Number(search.get("at"))) || 1) - 1);
