// The settings that have a field in the form, as data: the form is made of it, and a test compares it with the schema.

import { BREAKS, DATE, FLAG, LIST, MOMENT, NUMBER, TEXT, TIME } from "./configfields.js";
import { t } from "./i18n.js";

/** @typedef {import("./configfields.js").Column} Column */
/** @typedef {import("./i18n.js").TextKey} TextKey */

/**
 * A value with further values inside: a group, or a list of groups.
 *
 * @typedef {object} Part
 * @property {string} key
 * @property {Column[]} columns
 * @property {Part[]} [parts]
 * @property {boolean} [isList]
 * @property {number} [levels] how often it stands in itself, under the same key
 */

const STATES = /** @type {const} */ (["running", "setup", "planned", "idle", "starved", "blocked", "down"]);

/**
 * The values of an enumeration; without one, what is usual holds.
 *
 * @param {TextKey} none
 * @param {[string, TextKey | null][]} values each with its name, or none where it is a name itself
 * @returns {() => [string, string][]}
 */
const chosen = (none, ...values) => () => [["", t(none)],
  ...values.map(([value, name]) => /** @type {[string, string]} */ ([value, name === null ? value : t(name)]))];

const yesOrNo = (/** @type {TextKey} */ none) => chosen(none, ["true", "config.yes"], ["false", "config.no"]);

// ---- Machines

/** @type {Column} */
export const CYCLE_TIME = { key: "ideal-cycle", label: "config.idealCycle", kind: TEXT, hint: "1.5s" };

/** What stands in the row of a machine or a template. @type {Column[]} */
export const TIMES = [
  { key: "micro-stop", label: "config.microStop", kind: TEXT, hint: "2m" },
  { key: "silent-after", label: "config.silentAfter", kind: TEXT, hint: "60s" },
];

/** @type {Column[]} */
export const STOPS = [
  {
    key: "loss", label: "config.loss", kind: TEXT, help: "config.lossHelp",
    options: chosen("config.counterUsual", ["availability", "config.availability"],
      ["performance", "config.performance"]),
  },
  { key: "reason-before", label: "config.reasonBefore", kind: TEXT, hint: "60s", help: "config.reasonBeforeHelp" },
];

/** @type {Part} */
export const STATE = {
  key: "state", isList: true,
  columns: [
    { key: "metric", label: "config.metric", kind: TEXT },
    {
      key: "preset", label: "config.preset", kind: TEXT,
      options: chosen("config.presetNone", ["packml-state", null], ["packml-mode", null]),
    },
    ...STATES.map((state) =>
      /** @type {Column} */ ({ key: state, label: "config.wordsFor", of: `state.${state}`, kind: LIST })),
    { key: "reason", label: "config.reasonMetric", kind: TEXT },
  ],
};

/** @type {Part} */
export const COUNT = {
  key: "count",
  columns: [
    { key: "total", label: "config.total", kind: TEXT }, { key: "good", label: "config.good", kind: TEXT },
    { key: "scrap", label: "config.scrap", kind: TEXT }, { key: "rework", label: "config.rework", kind: TEXT },
    {
      key: "kind", label: "config.counter", kind: TEXT,
      options: chosen("config.counterUsual", ["cumulative", "config.cumulative"], ["delta", "config.delta"],
        ["order", "config.perOrder"]),
    },
    { key: "order", label: "config.orderMetric", kind: TEXT },
    { key: "rollover", label: "config.rollover", kind: NUMBER, hint: "4294967296" },
    { key: "assume-good", label: "config.assumeGood", kind: FLAG, options: yesOrNo("config.counterUsual") },
  ],
};

/** @type {Part} one cycle of a product */
export const CYCLES = {
  key: "table", isList: true,
  columns: [
    { key: "product", label: "config.product", kind: TEXT },
    { key: "seconds", label: "config.seconds", kind: NUMBER },
    { key: "machine", label: "config.cycleMachine", kind: TEXT },
    { key: "valid-from", label: "config.from", kind: DATE }, { key: "valid-to", label: "config.to", kind: DATE },
  ],
};

/** @type {Part} */
export const CYCLE = {
  key: "ideal-cycle",
  columns: [
    { key: "metric", label: "config.cycleMetric", kind: TEXT, help: "config.cycleMetricHelp" },
    { key: "product", label: "config.productMetric", kind: TEXT },
  ],
  parts: [CYCLES],
};

/** @type {Part} */
export const ENERGY = {
  key: "energy",
  columns: [
    { key: "metric", label: "config.metric", kind: TEXT },
    {
      key: "kind", label: "config.energyKind", kind: TEXT,
      options: chosen("config.counterUsual", ["cumulative", "config.energySoFar"], ["power", "config.power"]),
    },
  ],
};

/** @type {Part} */
export const ALIVE = {
  key: "alive",
  columns: [
    {
      key: "preset", label: "config.alivePreset", kind: TEXT, help: "config.alivePresetHelp",
      options: chosen("config.presetNone", ["sparkplug", null], ["homie", null]),
    },
    { key: "metric", label: "config.aliveMetric", kind: TEXT },
    { key: "dead", label: "config.dead", kind: LIST, hint: "Offline" },
    { key: "within", label: "config.within", kind: TEXT, hint: "30s" },
    { key: "asset", label: "config.aliveAsset", kind: TEXT, help: "config.aliveAssetHelp" },
  ],
};

/** @type {Part} */
export const ORDER = {
  key: "order",
  columns: [
    { key: "id", label: "config.orderMetric", kind: TEXT },
    { key: "product", label: "config.productMetric", kind: TEXT, help: "config.orderProductHelp" },
    { key: "quantity", label: "config.quantityMetric", kind: TEXT },
  ],
};

const MACHINE_PARTS = [STATE, COUNT, CYCLE, ENERGY, ALIVE, ORDER];

/** @type {Part} */
export const TEMPLATES = {
  key: "templates", isList: true,
  columns: [{ key: "name", label: "config.name", kind: TEXT }, CYCLE_TIME, ...TIMES, ...STOPS],
  parts: MACHINE_PARTS,
};

/** @type {Part} */
export const MACHINES = {
  key: "machines", isList: true,
  columns: [
    { key: "asset", label: "config.asset", kind: TEXT }, { key: "like", label: "config.like", kind: TEXT },
    CYCLE_TIME, ...TIMES, ...STOPS,
  ],
  parts: MACHINE_PARTS,
};

// ---- Names, reasons, targets

/** @type {Part} */
export const LANGUAGES = {
  key: "label",
  columns: [
    { key: "en", label: "config.labelEn", kind: TEXT }, { key: "de", label: "config.labelDe", kind: TEXT },
    { key: "zh", label: "config.labelZh", kind: TEXT },
  ],
};

/** @type {Column} one name for all languages */
export const LABEL = { key: "label", label: "config.label", kind: TEXT };

/** @type {Part} */
export const LABELS = {
  key: "labels", isList: true,
  columns: [{ key: "asset", label: "config.asset", kind: TEXT }, LABEL],
  parts: [LANGUAGES],
};

/** @type {Part} */
export const REASONS = {
  key: "reasons", isList: true, levels: 3,
  columns: [
    { key: "name", label: "config.name", kind: TEXT }, { key: "id", label: "config.id", kind: TEXT },
    { key: "codes", label: "config.codes", kind: LIST },
    { key: "planned", label: "config.planned", kind: FLAG, options: yesOrNo("config.asAbove") },
    { key: "comment", label: "config.comment", kind: FLAG, options: yesOrNo("config.asAbove") },
    { key: "assets", label: "config.assets", kind: LIST },
  ],
  parts: [LANGUAGES],
};

/** @type {Column} */
const OEE = { key: "oee", label: "config.oee", kind: NUMBER };

/** @type {Part} */
export const TARGET = { key: "target", columns: [OEE] };

/** @type {Part} */
export const TARGETS = {
  key: "targets", isList: true,
  columns: [
    { key: "asset", label: "config.asset", kind: TEXT }, { key: "product", label: "config.product", kind: TEXT },
    { key: "shift", label: "config.shift", kind: TEXT }, OEE,
    { key: "from", label: "config.from", kind: DATE }, { key: "to", label: "config.to", kind: DATE },
  ],
};

// ---- The calendar

/** @type {Column[]} */
const CLOCK = [
  { key: "start", label: "config.start", kind: TIME }, { key: "end", label: "config.end", kind: TIME },
  { key: "breaks", label: "config.breaks", kind: BREAKS },
];

/** @type {Part} */
export const SHIFTS = {
  key: "shifts", isList: true,
  columns: [
    { key: "name", label: "config.name", kind: TEXT }, { key: "days", label: "config.days", kind: TEXT }, ...CLOCK,
    { key: "valid-from", label: "config.from", kind: DATE }, { key: "valid-to", label: "config.to", kind: DATE },
  ],
  parts: [LANGUAGES],
};

/** @type {Part} */
export const OVERTIME = {
  key: "overtime", isList: true,
  columns: [
    { key: "name", label: "config.name", kind: TEXT }, { key: "date", label: "config.date", kind: DATE }, ...CLOCK,
  ],
  parts: [LANGUAGES],
};

/** @type {Part} */
export const CLOSURES = {
  key: "closures", isList: true,
  columns: [{ key: "from", label: "config.from", kind: MOMENT }, { key: "to", label: "config.until", kind: MOMENT }],
};

/** @type {Column} */
export const PRODUCTION_DAY = { key: "production-day", label: "config.productionDay", kind: TIME };

/** @type {Column} */
export const HOLIDAYS = { key: "holidays", label: "config.holidays", kind: LIST, none: () => [] };

/** @type {Part} */
export const CALENDARS = {
  key: "calendars", isList: true,
  columns: [{ key: "asset", label: "config.lines", kind: TEXT }, PRODUCTION_DAY, HOLIDAYS],
  parts: [SHIFTS, OVERTIME, CLOSURES],
};

// ---- All of it

/** @type {Part} */
export const EFFICIENCY = {
  key: "efficiency", columns: [PRODUCTION_DAY, HOLIDAYS],
  parts: [LABELS, TEMPLATES, MACHINES, REASONS, TARGET, TARGETS, SHIFTS, OVERTIME, CLOSURES, CALENDARS],
};

/** @type {Part} */
export const ROUTES = {
  key: "routes", isList: true,
  columns: [
    { key: "topic", label: "config.topic", kind: TEXT }, { key: "format", label: "config.format", kind: TEXT },
    { key: "source", label: "config.source", kind: TEXT },
  ],
};
