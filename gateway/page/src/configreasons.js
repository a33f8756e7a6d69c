// The tree of reasons as rows, indented by their level.

import { button, element, setAttribute } from "./dom.js";
import { t } from "./i18n.js";
import { configField } from "./configfields.js";
import { languageFold } from "./configgroups.js";
import { ownKey } from "./configrows.js";
import { REASONS } from "./configsettings.js";

/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */

const { columns: COLUMNS, levels: LEVELS } = REASONS;

/**
 * The nodes of one level, each with those below it.
 *
 * @param {Form} form
 * @param {Group} holder has them under `reasons`
 * @param {Keys} path of the holder
 * @param {number} level from 1
 * @returns {Node}
 */
function nodes(form, holder, path, level) {
  /** @type {Group[]} */
  const items = holder.reasons ?? [];
  const here = [...path, "reasons"];
  const rows = items.map((item, at) => {
    const name = String(item.name ?? t("config.new"));
    const remove = button(t("config.remove"), () => {
      items.splice(at, 1);
      if (items.length === 0 && level > 1) delete holder.reasons;
      form.changed();
      form.redraw([...here, "add"]);
    });
    setAttribute(remove, "aria-label", t("config.removeOf", name));
    const below = level === LEVELS ? [] : [nodes(form, item, [...here, at], level + 1)];
    const row = element("li", "", element("div", "config-row",
      ...COLUMNS.map((column) => configField(form, item, [...here, at], column)),
      element("div", "config-buttons", remove), languageFold(form, item, [...here, at])), ...below);
    setAttribute(row, "aria-label", name);
    return row;
  });
  const add = button(level === 1 ? t("config.addCategory") : t("config.addReason", String(holder.name ?? "")), () => {
    holder.reasons = [...items, {}];
    form.changed();
    form.redraw([...here, items.length, "name"]);
  });
  form.book.add([...here, "add"], () => {}, () => add.focus());
  return element("div", "config-list", element("ul", "plain config-tree", ...rows), add);
}

/** @param {Form} form */
export const reasonPart = (form) => ownKey(form, "reasons", "config.reasons", [],
  (efficiency) => nodes(form, efficiency, ["efficiency"], 1));
