// What is wrong with a configuration, in the language of the page. The English texts are those of the gateway, and so
// the patterns by which its words are known; what is not known stays as the gateway says it.

import en from "./en.js";
import { isKey, t } from "./i18n.js";

/** @typedef {import("./i18n.js").TextKey} TextKey */
/** @typedef {{ key: TextKey, pattern: RegExp, places: number[] }} Saying a text with the places of its values */

/** The sayings of each group, those with the most words of their own first. @type {Map<string, Saying[]>} */
const known = new Map();

/** @param {string} text */
const literal = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** @param {TextKey} key @param {string} text @returns {Saying} */
function saying(key, text) {
  const parts = text.split(/\{(\d)\}/);
  const pattern = parts.map((one, at) => (at % 2 === 0 ? literal(one) : "([^]*?)")).join("");
  return { key, pattern: new RegExp(`^${pattern}$`), places: parts.filter((_, at) => at % 2 === 1).map(Number) };
}

/** @param {string} group */
function sayings(group) {
  const all = known.get(group) ?? Object.entries(en).filter(([key]) => key.startsWith(`${group}.`) && isKey(key))
    .map(([key, text]) => saying(/** @type {TextKey} */ (key), String(text)))
    .sort((one, other) => other.pattern.source.length - one.pattern.source.length);
  known.set(group, all);
  return all;
}

/**
 * A text of the gateway in the language of the page.
 *
 * @param {string} group of the texts that it may be one of
 * @param {string} text
 * @param {(value: string) => string} inside of what stands in it
 */
function said(group, text, inside = (value) => value) {
  for (const { key, pattern, places } of sayings(group)) {
    const found = pattern.exec(text);
    if (found !== null) {
      /** @type {string[]} */
      const values = [];
      places.forEach((place, at) => {
        values[place] = inside(found[at + 1]);
      });
      return t(key, ...values);
    }
  }
  return text;
}

/** What belongs there, what was given, or where something else stands. @param {string} value */
function part(value) {
  for (const group of ["expected", "given", "placed"]) {
    const text = said(group, value);
    if (text !== value) return text;
  }
  return value;
}

/** @param {string} message */
export const wordsOf = (message) => said("problem", message, part);

/** @param {string} suggestion */
export const adviceOf = (suggestion) => said("advice", suggestion);
