// Fields of the form of the configuration that stand together below a row: folded, until somebody opens them.

import { button, element, setAttribute } from "./dom.js";
import { t } from "./i18n.js";
import { AS_PATH, configField } from "./configfields.js";
import { LABEL, LANGUAGES } from "./configsettings.js";

/** @typedef {import("./configfields.js").Column} Column */
/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */
/** @typedef {import("./configsettings.js").Part} Part */
/** @typedef {import("./i18n.js").TextKey} TextKey */

/**
 * Fields that are made when they are asked for, and stay open when the parts are drawn again.
 *
 * @param {Form} form
 * @param {Group} item
 * @param {Keys} path of the item
 * @param {string[]} keys of the item that are changed inside
 * @param {TextKey} title
 * @param {() => Node[]} make
 */
export function fold({ folds }, item, path, keys, title, make) {
  const paths = keys.map((key) => AS_PATH([...path, key]));
  const isFilled = keys.some((key) => item[key] !== undefined);
  const mark = isFilled ? [element("span", "quiet", ` · ${t("config.filled")}`)] : [];
  const root = element("details", "config-fold", element("summary", "", t(title), ...mark));
  let isMade = false;
  function fill() {
    if (!isMade) root.append(...make());
    isMade = true;
  }
  root.open = paths.some((one) => folds.has(one));
  if (root.open) fill();
  root.addEventListener("toggle", () => {
    if (root.open) {
      fill();
      folds.add(paths[0]);
    } else {
      for (const one of paths) folds.delete(one);
    }
  });
  return root;
}

/**
 * The fields of a group inside an item; the group is there as long as one of its values is.
 *
 * @param {Form} form
 * @param {Group} item
 * @param {Keys} path of the item
 * @param {Part} part
 */
export function groupFields(form, item, path, { key, columns }) {
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
export const languageFold = (form, item, path) => fold(form, item, path, [LANGUAGES.key], "config.names",
  () => [groupFields(form, item, path, LANGUAGES)]);

/**
 * One name for all languages, or one for each, with a button that makes it the other.
 *
 * @param {Form} form
 * @param {Group} item
 * @param {Keys} path
 */
export function nameFields(form, item, path) {
  const isByLanguage = typeof item.label === "object";
  const change = button(t(isByLanguage ? "config.oneName" : "config.byLanguage"), () => {
    const { en, de, zh } = isByLanguage ? item.label : { en: item.label, de: item.label, zh: item.label };
    const one = en ?? de ?? zh;
    if (isByLanguage) item.label = one;
    else item.label = one === undefined ? {} : { en, de, zh };
    form.changed();
    form.redraw([...path, "label", ...(isByLanguage ? [] : ["en"])]);
  });
  setAttribute(change, "aria-label", `${change.textContent}: ${String(item.asset ?? "")}`);
  return [isByLanguage ? groupFields(form, item, path, LANGUAGES) : configField(form, item, path, LABEL),
    element("div", "config-buttons", change)];
}
