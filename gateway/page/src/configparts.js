// The parts of the configuration that have a form: names, targets, the calendar, routes.

import { element } from "./dom.js";
import { t } from "./i18n.js";
import { BREAKS, DATE, LIST, MOMENT, NUMBER, TEXT, TIME, configField } from "./configfields.js";
import { fold, languageFold, nameFields } from "./configgroups.js";
import { efficiencyOf, mainRows, ownKey, rowList } from "./configrows.js";

/** @typedef {import("./configfields.js").Column} Column */
/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */
/** @typedef {import("./i18n.js").TextKey} TextKey */

/** @type {Column[]} */
const LABELS = [{ key: "asset", label: "config.asset", kind: TEXT }];
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
const CALENDARS = [
  { key: "asset", label: "config.lines", kind: TEXT },
  { key: "production-day", label: "config.productionDay", kind: TIME },
  { key: "holidays", label: "config.holidays", kind: LIST },
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
    rowList(form, { holder, key: "labels", path: ["efficiency"], columns: LABELS, add: "config.addLabel",
      below: { keys: ["label"], make: (item, at) => nameFields(form, item, at), isBeside: true } }),
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

/** @type {(form: Form) => import("./configrows.js").Below} */
const named = (form) => ({ keys: ["label"], make: (item, path) => [languageFold(form, item, path)] });

/**
 * The lists of a calendar, of the plant or of some lines.
 *
 * @param {Form} form
 * @param {Keys} path of the calendar
 * @param {boolean} isOptional whether an empty list is none
 */
const listsOf = (form, path, isOptional) => ({
  shifts: (/** @type {Group} */ holder) => rowList(form,
    { holder, key: "shifts", path, columns: SHIFTS, add: "config.addShift", below: named(form), isOptional }),
  overtime: (/** @type {Group} */ holder) => rowList(form,
    { holder, key: "overtime", path, columns: OVERTIME, add: "config.addOvertime", below: named(form), isOptional }),
  closures: (/** @type {Group} */ holder) => rowList(form,
    { holder, key: "closures", path, columns: CLOSURES, add: "config.addClosure", isOptional }),
});

/**
 * The calendars of lines; what one does not have is that of the plant.
 *
 * @param {Form} form
 * @param {Group} holder
 */
const lineCalendars = (form, holder) => rowList(form, {
  holder, key: "calendars", path: ["efficiency"], columns: CALENDARS, add: "config.addCalendar",
  below: {
    keys: ["shifts", "overtime", "closures"],
    make: (item, path) => Object.entries(listsOf(form, path, true)).map(([key, list]) =>
      fold(form, [...path, key], /** @type {TextKey} */ (`config.${key}`), item[key] !== undefined, list(item))),
  },
});

/** @param {Form} form */
export function calendarPart(form) {
  const path = ["efficiency"];
  const lists = listsOf(form, path, false);
  /** @type {(key: string, label: TextKey, kind: typeof TEXT, fresh: any) => Node} */
  const one = (key, label, kind, fresh) => ownKey(form, key, label, fresh, (holder) =>
    element("div", "config-row", configField(form, holder, path, { key, label, kind })));
  return element("div", "",
    ownKey(form, "shifts", "config.shifts", [], lists.shifts),
    one("production-day", "config.productionDay", TIME, "00:00"),
    one("holidays", "config.holidays", LIST, []),
    ownKey(form, "overtime", "config.overtime", [], lists.overtime),
    ownKey(form, "closures", "config.closures", [], lists.closures),
    ownKey(form, "calendars", "config.calendars", [], (holder) => element("div", "",
      element("p", "quiet", t("config.calendarsWhy")), lineCalendars(form, holder))));
}

/** @param {Form} form */
export function routePart(form) {
  const count = (form.main.routes ?? []).length;
  return element("div", "",
    element("p", "quiet", t("config.routesWhy", count)),
    rowList(form, { holder: form.draft, key: "routes", path: [], columns: ROUTES, add: "config.addRoute" }));
}
