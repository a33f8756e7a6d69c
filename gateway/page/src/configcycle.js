// The ideal cycle of a machine: one time, that of a metric, or one for each product.

import { button, element } from "./dom.js";
import { t } from "./i18n.js";
import { configField, problemPlace } from "./configfields.js";
import { rowList } from "./configrows.js";
import { CYCLE, CYCLES, CYCLE_TIME } from "./configsettings.js";
import { field } from "./sheet.js";

/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */
/** @typedef {"time" | "metric" | "product"} Origin where the cycle comes from */

const [METRIC, PRODUCT] = CYCLE.columns;
const { key: KEY } = CYCLE;

/** @type {Record<Origin, () => any>} what stands there before anything is filled in */
const FRESH = { time: () => undefined, metric: () => ({}), product: () => ({ [CYCLES.key]: [{}] }) };

/**
 * @param {any} cycle
 * @returns {Origin}
 */
export function originOf(cycle) {
  if (typeof cycle !== "object") return "time";
  return PRODUCT.key in cycle || CYCLES.key in cycle ? "product" : "metric";
}

/**
 * @param {Form} form
 * @param {Group} item
 * @param {Keys} path
 */
export function cycleFields(form, item, path) {
  const origin = originOf(item[KEY]);
  const here = [...path, KEY];
  const choice = element("select");
  for (const one of /** @type {Origin[]} */ (["time", "metric", "product"])) {
    const option = element("option", "", t(`config.cycleBy.${one}`));
    option.value = one;
    option.selected = one === origin;
    choice.append(option);
  }
  choice.addEventListener("change", () => {
    const fresh = FRESH[/** @type {Origin} */ (choice.value)]();
    if (fresh === undefined) delete item[KEY];
    else item[KEY] = fresh;
    form.changed();
    form.redraw(here);
  });
  const chosen = element("div", "config-field", field(t("config.cycleFrom"), choice));
  if (origin === "time") return element("div", "config-row", chosen, configField(form, item, path, CYCLE_TIME));
  chosen.append(problemPlace(form, here, choice));
  const column = origin === "metric" ? METRIC : PRODUCT;
  const row = element("div", "config-row", chosen, configField(form, item[KEY], here, column));
  return origin === "metric" ? row : element("div", "", row, ...table(form, item[KEY], here));
}

/**
 * The cycles of products. A file of the main configuration can only be replaced by them.
 *
 * @param {Form} form
 * @param {Group} cycle
 * @param {Keys} path
 */
function table(form, cycle, path) {
  const { key } = CYCLES;
  if (cycle[key] !== undefined && !Array.isArray(cycle[key])) {
    const list = button(t("config.listHere"), () => {
      cycle[key] = [{}];
      form.changed();
      form.redraw([...path, key, 0, CYCLES.columns[0].key]);
    });
    return [element("div", "config-buttons", element("p", "quiet", t("config.tableFile", String(cycle[key]))), list,
      problemPlace(form, [...path, key], list))];
  }
  return [rowList(form, { holder: cycle, part: CYCLES, path, add: "config.addCycle" })];
}
