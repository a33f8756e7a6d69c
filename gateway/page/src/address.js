// The addresses of views, such as #/machine/plant-a/press-01 or #/stops?state=down.

/**
 * @typedef {object} Address
 * @property {string} name of the view; "" for the plant
 * @property {string[]} path of a line or a machine; a machine without a line has no more
 * @property {URLSearchParams} search
 */

/**
 * @param {string} hash
 * @returns {Address}
 */
export function addressOf(hash) {
  const [place = "", search] = hash.replace(/^#\/?/, "").split("?");
  const [name = "", ...path] = place.split("/").filter((level) => level !== "").map(decoded);
  return { name, path, search: new URLSearchParams(search) };
}

/** @param {string} level */
function decoded(level) {
  try {
    return decodeURIComponent(level);
  } catch {
    return level; // a stray percent sign, typed by hand
  }
}
