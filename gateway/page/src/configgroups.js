// Fields of the form of the configuration that stand together below a row: folded, until somebody opens them.

import { button, element } from "./dom.js";
import { t } from "./i18n.js";
import { AS_PATH, TEXT, configField } from "./configfields.js";

/** @typedef {import("./configfields.js").Column} Column */
/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */
/** @typedef {import("./i18n.js").TextKey} TextKey */

/** @type {Column[]} */
const LANGUAGES = [
  { key: "en", label: "config.labelEn", kind: TEXT }, { key: "de", label: "config.labelDe", kind: TEXT },
  { key: "zh", label: "config.labelZh", kind: TEXT },
];

/**
 * Fields that are shown when they are asked for, and stay as they are when the parts are drawn again.
 *
 * @param {Form} form
 * @param {Keys} path
 * @param {TextKey} title
 * @param {boolean} isFilled whether there is something inside
 * @param {Node[]} content
 */
export function fold({ folds }, path, title, isFilled, ...content) {
  const key = AS_PATH(path);
  const mark = isFilled ? [element("span", "quiet", ` · ${t("config.filled")}`)] : [];
  const summary = element("summary", "", t(title), ...mark);
  const root = element("details", "config-fold", summary, ...content);
  root.open = folds.has(key);
  root.addEventListener("toggle", () => {
    if (root.open) folds.add(key);
    else folds.delete(key);
  });
  return root;
}

/**
 * The fields of a group inside an item; the group is there as long as one of its values is.
 *
 * @param {Form} form
 * @param {Group} item
 * @param {Keys} path of the item
 * @param {string} key of the group
 * @param {Column[]} columns
 */
export function groupFields(form, item, path, key, columns) {
  /** @type {Group} */
  const group = item[key] ?? {};
  const inside = {
    ...form,
    changed: () => {
      if (Object.keys(group).length > 0) item[key] = group;
      else delete item[key];
      form.changed();
    },
  };
  return element("div", "config-row", ...columns.map((column) => configField(inside, group, [...path, key], column)));
}

/**
 * The names of something by language, in a fold.
 *
 * @param {Form} form
 * @param {Group} item
 * @param {Keys} path
 */
export const languageFold = (form, item, path) => fold(form, [...path, "label"], "config.names",
  item.label !== undefined, groupFields(form, item, path, "label", LANGUAGES));

/**
 * One name for all languages, or one for each, with a button that makes it the other.
 *
 * @param {Form} form
 * @param {Group} item
 * @param {Keys} path
 */
export function nameFields(form, item, path) {
  const isByLanguage = typeof item.label === "object";
  const column = /** @type {Column} */ ({ key: "label", label: "config.label", kind: TEXT });
  const change = button(t(isByLanguage ? "config.oneName" : "config.byLanguage"), () => {
    const { en, de, zh } = isByLanguage ? item.label : { en: item.label, de: item.label, zh: item.label };
    const one = en ?? de ?? zh;
    if (isByLanguage) item.label = one;
    else item.label = one === undefined ? {} : { en, de, zh };
    form.changed();
    form.redraw([...path, "label", ...(isByLanguage ? [] : ["en"])]);
  });
  change.setAttribute("aria-label", `${change.textContent}: ${String(item.asset ?? "")}`);
  return [isByLanguage ? groupFields(form, item, path, "label", LANGUAGES) : configField(form, item, path, column),
    element("div", "config-buttons", change)];
}
