// What people call the reasons of the tree in the language of the page: the figures have their ids.

import { language } from "./i18n.js";

/** @typedef {import("../types/api.js").ReasonNode} ReasonNode */

/** @type {Map<string, string>} by id */
let names = new Map();

/**
 * The name of a reason in the language of the page.
 *
 * @param {ReasonNode} node
 */
export const reasonLabel = ({ name, labels }) => labels[language] ?? name;

/**
 * The names of all reasons of a tree, by their ids.
 *
 * @param {ReasonNode[]} nodes
 * @returns {Map<string, string>}
 */
export function namesOf(nodes) {
  return new Map(nodes.flatMap((node) => [[node.id, reasonLabel(node)], ...namesOf(node.reasons)]));
}

/** @param {ReasonNode[]} tree in force */
export function takeReasons(tree) {
  names = namesOf(tree);
}

/** The name of a reason; another word stays as it is. */
export const nameOfReason = (/** @type {string} */ id) => names.get(id) ?? id;
