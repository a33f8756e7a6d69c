// Lists of the configuration as rows of fields, which come, go, and keep what they do not show.

import { button, element, setAttribute } from "./dom.js";
import { t } from "./i18n.js";
import { configField } from "./configfields.js";
import { pages } from "./configpages.js";

/** @typedef {import("./configfields.js").Column} Column */
/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */
/** @typedef {import("./configsettings.js").Part} Part */
/** @typedef {import("./i18n.js").TextKey} TextKey */

export const clone = (/** @type {any} */ value) => (value === undefined ? undefined : structuredClone(value));

/**
 * The group `efficiency` of the draft, which is made where there is none.
 *
 * @param {Form} form
 * @returns {Group}
 */
export function efficiencyOf({ draft }) {
  draft.efficiency ??= {};
  return draft.efficiency;
}

/**
 * The keys of a row that have no field.
 *
 * @param {Group} item
 * @param {string[]} shown
 */
function rest(item, shown) {
  const others = Object.keys(item).filter((key) => !shown.includes(key));
  return others.length === 0 ? [] : [element("p", "quiet", t("config.rest", others.join(", ")))];
}

/**
 * @typedef {object} RowList
 * @property {Group} holder has the list
 * @property {Part} part the list
 * @property {Keys} path of the holder
 * @property {TextKey} add
 * @property {(item: Group) => Column[]} [columns] those that stand in the row; by default all
 * @property {(item: Group) => Node[]} [more] further buttons of a row
 * @property {(item: Group, path: Keys) => Node[]} [beside] further fields, before the buttons
 * @property {(item: Group, path: Keys) => Node[]} [below] what else stands in a row
 * @property {(at: number, count: number) => Keys} [pathOf] the path of an item
 */

/**
 * The rows of a list, with a button for one more.
 *
 * @param {Form} form
 * @param {RowList} list
 */
export function rowList(form, { holder, part, path, add, columns, more, beside, below, pathOf }) {
  const { key } = part;
  /** @type {Group[]} */
  const items = Array.isArray(holder[key]) ? holder[key] : [];
  const here = [...path, key];
  const pathAt = pathOf ?? ((/** @type {number} */ at) => [...here, at]);
  const shown = [...part.columns, ...part.parts ?? []].map((one) => one.key);
  const name = (/** @type {Group} */ item) => part.columns[0].kind.text(item[part.columns[0].key]);

  /** @param {number} at */
  function row(at) {
    const item = items[at];
    const place = pathAt(at, items.length);
    const remove = button(t("config.remove"), () => {
      items.splice(at, 1);
      holder[key] = items;
      form.changed();
      form.redraw([...here, "add"]);
    });
    setAttribute(remove, "aria-label", t("config.removeOf", name(item) || t("config.new")));
    const buttons = element("div", "config-buttons", ...rest(item, shown), ...more?.(item) ?? [], remove);
    const root = element("li", "config-row",
      ...(columns?.(item) ?? part.columns).map((column) => configField(form, item, place, column)),
      ...beside?.(item, place) ?? [], buttons, ...below?.(item, place) ?? []);
    setAttribute(root, "aria-label", name(item) || t("config.new"));
    return root;
  }
  const another = button(t(add), () => {
    holder[key] = [...items, {}];
    form.changed();
    form.redraw([...pathAt(items.length, items.length + 1), part.columns[0].key]);
  });
  const rows = pages(form, here, items.map(name), element("ul", "plain"), row);
  form.book.add([...here, "add"], () => {}, () => another.focus());
  return element("div", "config-list", ...rows, another);
}

/**
 * A key that takes the place of the main file's as a whole: what stands there, until it is changed here.
 *
 * @param {Form} form
 * @param {string} key of `efficiency`
 * @param {TextKey} title
 * @param {any} fresh where the main file has none
 * @param {(efficiency: Group) => Node} body
 */
export function ownKey(form, key, title, fresh, body) {
  const efficiency = efficiencyOf(form);
  const before = form.main.efficiency?.[key];
  const isHere = efficiency[key] !== undefined;
  const change = button(t(isHere ? "config.asMain" : "config.changeHere"), () => {
    if (isHere) delete efficiency[key];
    else efficiency[key] = clone(before) ?? clone(fresh);
    form.changed();
    form.redraw(["efficiency", key, "change"]);
  });
  setAttribute(change, "aria-label", `${t(title)}: ${change.textContent}`);
  form.book.add(["efficiency", key, "change"], () => {}, () => change.focus());
  const said = isHere ? t(before === undefined ? "config.onlyHere" : "config.insteadOfMain") : summary(before);
  return element("div", "config-own",
    element("h3", "", t(title)),
    element("div", "config-buttons", element("span", "quiet", said), change),
    ...(isHere ? [body(efficiency)] : []));
}

/** @param {any} value */
function summary(value) {
  if (value === undefined) return t("config.nowhere");
  return Array.isArray(value) ? t("config.mainHas", value.length) : t("config.mainSays", oneLine(value));
}

/** @param {any} value */
const oneLine = (value) => (typeof value === "object" ? Object.values(value).join(", ") : String(value));

/**
 * The items of a list of the main file that the draft has none for, each with a button that takes it over.
 *
 * @param {Form} form
 * @param {string} key of `efficiency`
 * @param {string} tells what tells the items apart
 */
export function mainRows(form, key, tells) {
  const efficiency = efficiencyOf(form);
  /** @type {Group[]} */
  const all = form.main.efficiency?.[key] ?? [];
  const here = new Set((efficiency[key] ?? []).map((/** @type {Group} */ item) => item[tells]));
  const others = all.filter((item) => !here.has(item[tells]));
  if (others.length === 0) return [];
  function row(/** @type {number} */ at) {
    const item = others[at];
    const take = button(t("config.changeHere"), () => {
      efficiency[key] = [...(efficiency[key] ?? []), clone(item)];
      form.changed();
      form.redraw(["efficiency", key, efficiency[key].length - 1, tells]);
    });
    setAttribute(take, "aria-label", t("config.changeOf", item[tells]));
    const keys = Object.keys(item).filter((one) => one !== tells).join(", ");
    return element("li", "", element("b", "", item[tells]), element("span", "quiet", keys), take);
  }
  const names = others.map((item) => String(item[tells]));
  return [element("h4", "", t("config.ofMain")),
    ...pages(form, ["main", key], names, element("ul", "plain config-main"), row)];
}
