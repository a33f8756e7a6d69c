// The site that the page shows, where machines belong to several. It stands in the address of every view; none is all.

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Line} Line */
/** @typedef {import("./model.js").Machine} Machine */

const KEY = "site";

let site = "";

export const chosenSite = () => site;

/** The levels that a question about all of it has. */
export const siteLevels = () => (site === "" ? {} : { site });

/**
 * Takes the site of an address over.
 *
 * @param {URLSearchParams} search
 */
export function takeSite(search) {
  site = search.get(KEY) ?? "";
}

/**
 * An address of the page with a site in place of the one that it has.
 *
 * @param {string} hash such as #/stops?state=down
 */
export function withSite(hash, wanted = site) {
  const [place, text] = hash.split("?");
  const search = new URLSearchParams(text);
  search.delete(KEY);
  if (wanted !== "") search.set(KEY, wanted);
  const rest = search.toString();
  return rest === "" ? place : `${place}?${rest}`;
}

/**
 * Whether something is of the chosen site: what stands at a place of it, and what stands at none.
 *
 * @param {import("./places.js").Levels} levels all "" of what is about the gateway
 */
export const isOfSite = (levels) => site === "" || levels[0] === site || levels.every((name) => name === "");

/**
 * The sites of all machines, by name.
 *
 * @param {Model} model
 */
export const sitesOf = ({ machines }) =>
  [...new Set(machines.map(({ place }) => place.site))].filter((name) => name !== "").sort();

/**
 * What belongs to a site alone, with its figures in place of the plant's.
 *
 * @param {Model} model
 * @returns {Model}
 */
export function ofSite(model, wanted = site) {
  if (wanted === "") return model;
  const own = model.sites.find(({ name }) => name === wanted);
  return {
    ...model, shift: own?.shift ?? null, last: own?.last ?? null,
    machines: model.machines.filter(({ place }) => place.site === wanted),
    lines: model.lines.filter((line) => (line.place.site ?? line.machines.at(0)?.place.site) === wanted),
  };
}
