// What somebody has changed and not applied, kept in the tab over a login, another view or a reload.

import { messageOf } from "./api.js";

/**
 * @typedef {object} Draft
 * @property {string} user who has changed it; nobody else is shown it
 * @property {string} version that it is to follow
 * @property {{ site: Record<string, any>, text: string }} base what that version says
 * @property {Record<string, any>} [site] of a form
 * @property {string} [text]
 */

const KEY = "weir-config-draft";

/** @param {Draft} draft */
export function keepDraft(draft) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft));
  } catch (failure) {
    console.info("draft:", messageOf(failure)); // more than the browser keeps
  }
}

export const forgetDraft = () => sessionStorage.removeItem(KEY);

/**
 * The draft of that user, if there is one; that of another one is forgotten.
 *
 * @param {string} user
 * @returns {Draft | null}
 */
export function keptDraft(user) {
  const text = sessionStorage.getItem(KEY);
  if (text === null) return null;
  const draft = /** @type {Draft} */ (JSON.parse(text));
  if (draft.user === user) return draft;
  forgetDraft();
  return null;
}
