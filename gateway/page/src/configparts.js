// The parts of the configuration that have a form: names, targets, the calendar, routes.

import { element } from "./dom.js";
import { t } from "./i18n.js";
import { BREAKS, DATE, LIST, MOMENT, NUMBER, TEXT, TIME, configField } from "./configfields.js";
import { efficiencyOf, mainRows, ownKey, rowList } from "./configrows.js";

/** @typedef {import("./configfields.js").Column} Column */
/** @typedef {import("./configfields.js").Form} Form */

/** @type {Column[]} */
const LABELS = [
  { key: "asset", label: "config.asset", kind: TEXT }, { key: "label", label: "config.label", kind: TEXT },
];
/** @type {Column[]} */
const TARGETS = [
  { key: "asset", label: "config.asset", kind: TEXT }, { key: "product", label: "config.product", kind: TEXT },
  { key: "shift", label: "config.shift", kind: TEXT }, { key: "oee", label: "config.oee", kind: NUMBER },
  { key: "from", label: "config.from", kind: DATE }, { key: "to", label: "config.to", kind: DATE },
];
/** @type {Column[]} */
const SHIFTS = [
  { key: "name", label: "config.name", kind: TEXT }, { key: "days", label: "config.days", kind: TEXT },
  { key: "start", label: "config.start", kind: TIME }, { key: "end", label: "config.end", kind: TIME },
  { key: "breaks", label: "config.breaks", kind: BREAKS },
  { key: "valid-from", label: "config.from", kind: DATE }, { key: "valid-to", label: "config.to", kind: DATE },
];
/** @type {Column[]} */
const OVERTIME = [
  { key: "name", label: "config.name", kind: TEXT }, { key: "date", label: "config.date", kind: DATE },
  { key: "start", label: "config.start", kind: TIME }, { key: "end", label: "config.end", kind: TIME },
  { key: "breaks", label: "config.breaks", kind: BREAKS },
];
/** @type {Column[]} */
const CLOSURES = [
  { key: "from", label: "config.from", kind: MOMENT }, { key: "to", label: "config.until", kind: MOMENT },
];
/** @type {Column[]} */
const ROUTES = [
  { key: "topic", label: "config.topic", kind: TEXT }, { key: "format", label: "config.format", kind: TEXT },
  { key: "source", label: "config.source", kind: TEXT },
];

/** @param {Form} form */
export function labelPart(form) {
  const holder = efficiencyOf(form);
  return element("div", "",
    element("p", "quiet", t("config.labelsWhy")),
    rowList(form, { holder, key: "labels", path: ["efficiency"], columns: LABELS, add: "config.addLabel" }),
    ...mainRows(form, "labels", "asset"));
}

/** @param {Form} form */
export function targetPart(form) {
  const path = ["efficiency"];
  return element("div", "",
    ownKey(form, "target", "config.targetOfAll", { oee: 0.75 }, ({ target }) => element("div", "config-row",
      configField(form, target, [...path, "target"], { key: "oee", label: "config.oee", kind: NUMBER }))),
    ownKey(form, "targets", "config.targetsThatDiffer", [], (holder) =>
      rowList(form, { holder, key: "targets", path, columns: TARGETS, add: "config.addTarget" })));
}

/** @param {Form} form */
export function calendarPart(form) {
  const path = ["efficiency"];
  /** @type {(key: string, label: import("./i18n.js").TextKey, kind: typeof TEXT, fresh: any) => Node} */
  const one = (key, label, kind, fresh) => ownKey(form, key, label, fresh, (holder) =>
    element("div", "config-row", configField(form, holder, path, { key, label, kind })));
  return element("div", "",
    ownKey(form, "shifts", "config.shifts", [], (holder) =>
      rowList(form, { holder, key: "shifts", path, columns: SHIFTS, add: "config.addShift" })),
    one("production-day", "config.productionDay", TIME, "00:00"),
    one("holidays", "config.holidays", LIST, []),
    ownKey(form, "overtime", "config.overtime", [], (holder) =>
      rowList(form, { holder, key: "overtime", path, columns: OVERTIME, add: "config.addOvertime" })),
    ownKey(form, "closures", "config.closures", [], (holder) =>
      rowList(form, { holder, key: "closures", path, columns: CLOSURES, add: "config.addClosure" })),
    ownKey(form, "calendars", "config.calendars", [], ({ calendars }) =>
      element("p", "quiet", t("config.calendarsInText", calendars.length))));
}

/** @param {Form} form */
export function routePart(form) {
  const count = (form.main.routes ?? []).length;
  return element("div", "",
    element("p", "quiet", t("config.routesWhy", count)),
    rowList(form, { holder: form.draft, key: "routes", path: [], columns: ROUTES, add: "config.addRoute" }));
}
