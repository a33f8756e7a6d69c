// Of an address that several machines or lines have: which of them is meant.

import { element, keyed, link } from "./dom.js";
import { t } from "./i18n.js";
import { hrefOf, shownLevels } from "./places.js";

/** @typedef {import("./places.js").Known} Known */

/** @param {import("./places.js").Kind} kind */
export function whichOne(kind) {
  const list = element("ul", "plain");
  const root = element("section", "panel which", element("p", "", t("view.which")), list);
  return {
    root,
    /** @param {Known[]} found */
    show(found) {
      root.hidden = found.length < 2;
      keyed(list, found.length < 2 ? [] : found, ({ id }) => id, ({ levels }) => ({
        root: element("li", "", link("", hrefOf(kind, levels), shownLevels(levels).join(" / "))),
      }), () => {});
    },
  };
}
