// The addresses of views, such as #/machine/plant-a/press-01 or #/stops?state=down.

/**
 * @typedef {object} Address
 * @property {string} name of the view; "" for the plant
 * @property {string[]} path of a line or a machine; where several have it all levels, "" for one that is missing
 * @property {URLSearchParams} search
 */

/**
 * @param {string} hash
 * @returns {Address}
 */
export function addressOf(hash) {
  const [place = "", search] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", ...path] = place.split("/").map(decoded);
  return { name, path: path.length === 1 && path[0] === "" ? [] : path, search: new URLSearchParams(search) };
}

/** @param {string} level */
function decoded(level) {
  try {
    return decodeURIComponent(level);
  } catch {
    return level; // a stray percent sign, typed by hand
  }
}

/**
 * An address with what is chosen in its view; "" stands for no choice and is left out.
 *
 * @param {string} hash
 * @param {Record<string, string>} choices
 */
export function withChoices(hash, choices) {
  const [place, text] = (hash === "" ? "#/" : hash).split("?");
  const search = new URLSearchParams(text);
  for (const [key, value] of Object.entries(choices)) {
    if (value === "") search.delete(key);
    else search.set(key, value);
  }
  const rest = search.toString();
  return rest === "" ? place : `${place}?${rest}`;
}

/**
 * Lets the address say what is chosen, so that a link of it shows a colleague the same.
 *
 * @param {Record<string, string>} choices
 */
export const keepInAddress = (choices) => history.replaceState(null, "", withChoices(location.hash, choices));
