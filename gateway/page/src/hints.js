// What the figures have shown about a machine, as far as nobody has decided about it. Hidden where
// nothing is learned.

import { query, watch } from "./api.js";
import { element, keyed, panel, setText } from "./dom.js";
import { figure } from "./format.js";
import { t } from "./i18n.js";

/** @typedef {import("../types/api.js").Hint} Hint */
/** @typedef {import("../types/api.js").Hints} Hints */
/** @typedef {import("./api.js").Levels} Levels */
/** @typedef {import("./api.js").Watch} Watch */
/** @typedef {import("./i18n.js").TextKey} TextKey */

/**
 * The hints that nobody has decided about.
 *
 * @param {Hints} answer
 */
export const openOf = ({ enabled, hints }) => (enabled ? hints.filter(({ state }) => state === "open") : []);

/**
 * What a hint says.
 *
 * @param {Hint} hint
 */
export function textOf(hint) {
  const { kind, product, metric, value, reference, spread, unit } = hint;
  const subject = metric ?? (product === null ? t("hint.pieces") : t("machine.product", product));
  const key = /** @type {TextKey} */ (`hint.${kind}`);
  return t(key, subject, amount(value, unit), amount(reference, unit), changeOf(hint), amount(spread, unit));
}

/**
 * @param {number | null} value
 * @param {string} unit
 */
function amount(value, unit) {
  if (value === null) return "";
  return unit === "" ? figure(value) : `${figure(value)}\u00a0${unit}`;
}

/** @param {Hint} hint */
function changeOf({ kind, value, reference, unit }) {
  if (reference === null) return "";
  const change = value - reference;
  const sign = change > 0 ? "+" : "−";
  return kind === "signal-drift"
    ? sign + amount(Math.abs(change), unit)
    : `${sign}${Math.round(100 * Math.abs(change / reference))}\u00a0%`;
}

/**
 * What to write into the configuration, and where; "" where it is about no ideal cycle.
 *
 * @param {Hint} hint
 */
export function pasteOf({ toPaste, product }) {
  if (toPaste === null) return "";
  return t(product === null ? "hint.paste.machines" : "hint.paste.table", toPaste);
}

export function hintList() {
  const list = element("ul", "hints");
  const root = panel(t("hint.title"), list, element("p", "quiet", t("hint.how")));
  root.classList.add("of-now");
  root.hidden = true;
  /** @type {Watch | null} */
  let watching = null;

  /** @param {Hints} answer */
  function show(answer) {
    const open = openOf(answer);
    root.hidden = open.length === 0;
    keyed(list, open, ({ id }) => id, () => {
      const text = element("span");
      const paste = element("code");
      const id = element("small", "quiet");
      return { root: element("li", "", text, paste, id), text, paste, id };
    }, (row, hint) => {
      setText(row.text, textOf(hint));
      setText(row.paste, pasteOf(hint));
      setText(row.id, t("hint.id", hint.id, hint.day));
    });
  }

  return {
    root,
    /** @param {Levels} place of the machine */
    begin(place) {
      watching = watch(() => query("/api/v1/hints", {}, place), 60, show, () => { root.hidden = true; });
    },
    end: () => watching?.end(),
  };
}
