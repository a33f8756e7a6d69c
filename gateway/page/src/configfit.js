// Whether the form can hold a configuration that somebody wrote by hand: what it could not would get lost.

import { EFFICIENCY, ROUTES } from "./configsettings.js";

/** @typedef {import("./configsettings.js").Part} Part */

/** @type {(value: any) => value is Record<string, any>} */
const isGroup = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Whether a value is made as its part says: groups are groups, lists have groups. Where a part may also be one value,
 * as a name or a cycle, that fits too.
 *
 * @param {any} value
 * @param {Part} part
 * @returns {boolean}
 */
function fits(value, part) {
  if (value === undefined) return true;
  const items = part.isList && Array.isArray(value) ? value : [value];
  if (part.isList && part.key !== "state" && !Array.isArray(value)) return false; // one signal stands without a list
  return items.every((item) => isGroup(item) && [...part.parts ?? [], ...(part.levels === undefined ? [] : [part])]
    .every((inside) => fits(item[inside.key], inside) || isOneValue(item[inside.key], part, inside)));
}

/** @param {any} value @param {Part} part @param {Part} inside */
const isOneValue = (value, part, inside) => (value === null || typeof value !== "object")
  && (part.columns.some(({ key }) => key === inside.key) || inside.key === "table");

/**
 * @param {string} text
 * @param {Record<string, any>} site the same as JSON, empty where it is no YAML
 */
export function isForm(text, site) {
  const isEmpty = text.split("\n").every((line) => line.trim() === "" || line.trimStart().startsWith("#"));
  return (isEmpty || Object.keys(site).length > 0)
    && fits(site.efficiency, EFFICIENCY) && fits(site.routes, ROUTES);
}
