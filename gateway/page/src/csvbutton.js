// The button "CSV" of a table or chart: saves what it shows as a file, made here from what the view has.

import { csvOf, fileNameOf, styleOf } from "./csv.js";
import { button, byId, element, setAttribute } from "./dom.js";
import { locale, t } from "./i18n.js";

/** @typedef {import("../types/api.js").Path} Path */
/** @typedef {import("./csv.js").Sheet} Sheet */
/** @typedef {() => Sheet} Sheets what is shown at the moment */

const KEPT_MS = 60_000; // until the browser has surely read it

/**
 * @param {string} title of the table or chart
 * @param {Sheets} sheet
 * @param {() => Path} of the asset; of [] is the whole gateway
 * @param {string} text where several stand together
 */
export function csvButton(title, sheet, of = () => [], text = "CSV") {
  const root = button(text, () => {
    const asset = of();
    const style = styleOf(navigator.languages.at(0) ?? locale);
    save(fileNameOf(title, asset.length > 0 ? asset : [byId("name").textContent ?? ""], Date.now()),
      csvOf(sheet(), style));
  }, "csv");
  const name = t("csv.of", title);
  setAttribute(root, "aria-label", name);
  setAttribute(root, "title", name);
  return root;
}

/**
 * A panel whose heading has the button of its first part beside it.
 *
 * @param {string} title
 * @param {() => Path} of
 * @param {{ root: Node, sheet: Sheets }} part
 * @param {Node[]} more
 */
export const csvPanel = (title, of, part, ...more) =>
  element("section", "panel", csvHead(title, csvButton(title, part.sheet, of)), part.root, ...more);

/**
 * A heading with buttons beside it.
 *
 * @param {string} title
 * @param {Node[]} buttons
 */
export const csvHead = (title, ...buttons) =>
  element("div", "csv-head", element("h2", "", title), ...buttons);

/**
 * @param {string} name
 * @param {string} text
 */
function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = element("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
