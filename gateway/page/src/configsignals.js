// What the metrics of a machine mean: which word is which state, and what counts its pieces.

import { t } from "./i18n.js";
import { FLAG, LIST, NUMBER, TEXT } from "./configfields.js";
import { fold, groupFields } from "./configgroups.js";
import { rowList } from "./configrows.js";

/** @typedef {import("./configfields.js").Column} Column */
/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */

const STATES = /** @type {const} */ (["running", "setup", "planned", "idle", "starved", "blocked", "down"]);

/** @type {Column[]} */
const SIGNAL = [
  { key: "metric", label: "config.metric", kind: TEXT },
  {
    key: "preset", label: "config.preset", kind: TEXT,
    options: () => [["", t("config.presetNone")], ["packml-state", "packml-state"], ["packml-mode", "packml-mode"]],
  },
  ...STATES.map((state) =>
    /** @type {Column} */ ({ key: state, label: "config.wordsFor", of: `state.${state}`, kind: LIST })),
  { key: "reason", label: "config.reasonMetric", kind: TEXT },
];

/** @type {Column[]} */
const COUNTS = [
  { key: "total", label: "config.total", kind: TEXT }, { key: "good", label: "config.good", kind: TEXT },
  { key: "scrap", label: "config.scrap", kind: TEXT }, { key: "rework", label: "config.rework", kind: TEXT },
  {
    key: "kind", label: "config.counter", kind: TEXT,
    options: () => [["", t("config.counterUsual")], ["cumulative", t("config.cumulative")],
      ["delta", t("config.delta")], ["order", t("config.perOrder")]],
  },
  { key: "order", label: "config.orderMetric", kind: TEXT },
  { key: "rollover", label: "config.rollover", kind: NUMBER },
  {
    key: "assume-good", label: "config.assumeGood", kind: FLAG,
    options: () => [["", t("config.counterUsual")], ["true", t("config.yes")], ["false", t("config.no")]],
  },
];

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
  return rowList(inside, { holder, key: "state", path, columns: SIGNAL, add: "config.addSignal", pathOf });
}

/** @type {(form: Form) => import("./configrows.js").Below} */
export const signalsBelow = (form) => ({
  keys: ["state", "count"],
  make: (item, path) => [
    fold(form, [...path, "state", "fold"], "config.state", item.state !== undefined, stateRows(form, item, path)),
    fold(form, [...path, "count"], "config.count", item.count !== undefined,
      groupFields(form, item, path, "count", COUNTS)),
  ],
});
