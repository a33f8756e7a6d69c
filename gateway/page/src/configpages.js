// A long list of the configuration page by page, with a search.

import { button, element, setAttribute, setText } from "./dom.js";
import { t } from "./i18n.js";
import { AS_PATH } from "./configfields.js";
import { field } from "./sheet.js";

/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Keys} Keys */

/** So many are shown at once: each has many fields. */
export const PAGE_LENGTH = 25;

/**
 * The places of the items that a search finds.
 *
 * @param {string[]} names
 * @param {string} search
 */
export function found(names, search) {
  const wanted = search.trim().toLowerCase();
  return [...names.keys()].filter((at) => names[at].toLowerCase().includes(wanted));
}

/**
 * Shows the page of each list in which a value stands.
 *
 * @param {Form} form
 * @param {Keys} path of the value
 */
export function turnTo({ pages: shown, searches }, path) {
  path.forEach((key, length) => {
    if (typeof key !== "number") return;
    const list = AS_PATH(path.slice(0, length));
    searches.delete(list);
    shown.set(list, Math.floor(key / PAGE_LENGTH));
  });
}

/**
 * @param {Form} form
 * @param {Keys} path of the list
 * @param {string[]} names of its items
 * @param {Element} list holds the items that are shown
 * @param {(at: number) => Node} make an item
 */
export function pages({ book, pages: shown, searches }, path, names, list, make) {
  const key = AS_PATH(path);
  if (names.length <= PAGE_LENGTH) {
    list.replaceChildren(...names.map((_, at) => make(at)));
    return [list];
  }
  const search = element("input");
  search.type = "search";
  search.value = searches.get(key) ?? "";
  const note = element("span", "quiet");
  note.setAttribute("role", "status");
  const back = button("‹", () => turn(-1));
  setAttribute(back, "aria-label", t("config.pageBefore"));
  const next = button("›", () => turn(1));
  setAttribute(next, "aria-label", t("config.pageAfter"));

  function fill() {
    const all = found(names, search.value);
    const last = Math.max(0, Math.ceil(all.length / PAGE_LENGTH) - 1);
    const page = Math.min(shown.get(key) ?? 0, last);
    const from = page * PAGE_LENGTH;
    const here = all.slice(from, from + PAGE_LENGTH);
    book.forget(path);
    list.replaceChildren(...here.map(make));
    setText(note, here.length === 0 ? t("config.noneFound")
      : t("config.pageOf", from + 1, from + here.length, all.length));
    back.disabled = page === 0;
    next.disabled = page === last;
    shown.set(key, page);
  }

  /** @param {number} by */
  function turn(by) {
    shown.set(key, (shown.get(key) ?? 0) + by);
    fill();
  }
  search.addEventListener("input", () => {
    searches.set(key, search.value);
    shown.set(key, 0);
    fill();
  });
  fill();
  return [element("div", "config-pages", field(t("config.search"), search), back, next, note), list];
}
