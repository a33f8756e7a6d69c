// What the metrics of a machine mean: its state, its pieces, its cycle, its energy, its order, whether it is alive.

import { element } from "./dom.js";
import { configField } from "./configfields.js";
import { cycleFields } from "./configcycle.js";
import { fold, groupFields } from "./configgroups.js";
import { rowList } from "./configrows.js";
import { ALIVE, COUNT, CYCLE, ENERGY, ORDER, STATE, STOPS } from "./configsettings.js";

/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */
/** @typedef {import("./configsettings.js").Part} Part */
/** @typedef {import("./i18n.js").TextKey} TextKey */

/**
 * The signals of the state as rows. One may stand alone, without a list around it.
 *
 * @param {Form} form
 * @param {Group} item
 * @param {Keys} path
 */
function stateRows(form, item, path) {
  const { state } = item;
  const isList = Array.isArray(state);
  const holder = { state: isList ? state : state === undefined ? [] : [state] };
  const inside = {
    ...form,
    changed: () => {
      const { state: signals } = holder;
      if (signals.length === 0) delete item.state;
      else item.state = isList || signals.length > 1 ? signals : signals[0];
      form.changed();
    },
  };
  /** @type {(at: number, count: number) => Keys} */
  const pathOf = (at, count) => [...path, "state", ...(isList || count > 1 ? [at] : [])];
  return rowList(inside, { holder, part: STATE, path, add: "config.addSignal", pathOf });
}

/**
 * The folds of a machine or a template.
 *
 * @param {Form} form
 * @param {Group} item
 * @param {Keys} path
 */
export function machineFolds(form, item, path) {
  /** @type {(part: Part, title: TextKey) => Node} */
  const group = (part, title) => fold(form, item, path, [part.key], title, () => [groupFields(form, item, path, part)]);
  return [element("div", "config-folds",
    fold(form, item, path, [STATE.key], "config.state", () => [stateRows(form, item, path)]),
    group(COUNT, "config.count"),
    fold(form, item, path, [CYCLE.key], "config.cycle", () => [cycleFields(form, item, path)]),
    fold(form, item, path, STOPS.map(({ key }) => key), "config.stops", () =>
      [element("div", "config-row", ...STOPS.map((column) => configField(form, item, path, column)))]),
    group(ALIVE, "config.alive"), group(ENERGY, "config.energy"), group(ORDER, "config.order"))];
}
