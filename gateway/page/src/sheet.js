// A sheet above the view: the whole screen on a phone, a window on a desk. One at a time. Escape
// takes one step back, or closes it.

import { button, element, setAttribute } from "./dom.js";
import { t } from "./i18n.js";

/** @type {HTMLDialogElement | null} */
let open = null;

/**
 * @typedef {object} Sheet
 * @property {HTMLElement} body
 * @property {() => void} close
 * @property {(run: () => void) => void} onClosed called once it is closed
 * @property {(back: () => boolean) => void} onBack what Escape does first; says whether it did anything
 */

/**
 * @param {string} title
 * @param {string} about what it is about
 * @returns {Sheet}
 */
export function openSheet(title, about) {
  closeSheet();
  const heading = element("h2", "", title);
  heading.id = "act-title";
  heading.tabIndex = -1;
  heading.autofocus = true; // or else the first key would close it
  const body = element("div", "act-body");
  const close = button("✕", () => closeSheet(), "act-close");
  setAttribute(close, "aria-label", t("act.close"));
  const head = element("div", "act-head", element("div", "", heading, element("p", "quiet", about)), close);
  const dialog = element("dialog", "act", head, body);
  dialog.setAttribute("aria-labelledby", heading.id);
  /** @type {() => boolean} */
  let stepBack = () => false;
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape" && stepBack()) event.preventDefault();
  };
  document.addEventListener("keydown", onKey); // also where the focus has left the last button
  /** @type {() => void} */
  let closed = () => {};
  dialog.addEventListener("close", () => {
    document.removeEventListener("keydown", onKey);
    dialog.remove();
    closed();
  });
  document.body.append(dialog);
  open = dialog;
  dialog.showModal();
  return {
    body,
    close: () => {
      if (open === dialog) closeSheet();
    },
    onClosed(run) {
      closed = run;
    },
    onBack(back) {
      stepBack = back;
    },
  };
}

export function closeSheet() {
  open?.close();
  open = null;
}

/**
 * A field of a form with its label.
 *
 * @template {HTMLElement} Input
 * @param {string} label
 * @param {Input} input
 */
export const field = (label, input) => element("label", "field", element("span", "", label), input);

/** @param {string} label */
export function commentField(label) {
  const input = element("textarea");
  input.rows = 2;
  input.maxLength = 1000;
  return { root: field(label, input), input };
}
