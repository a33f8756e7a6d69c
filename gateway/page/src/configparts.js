// The parts of the configuration that have a form: names, targets, the calendar, routes.

import { button, element, setAttribute } from "./dom.js";
import { t } from "./i18n.js";
import { configField } from "./configfields.js";
import { fold, groupFields, languageFold, nameFields } from "./configgroups.js";
import { efficiencyOf, mainRows, ownKey, rowList } from "./configrows.js";
import {
  CALENDARS, CLOSURES, HOLIDAYS, LABELS, OVERTIME, PRODUCTION_DAY, ROUTES, SHIFTS, TARGET, TARGETS,
} from "./configsettings.js";

/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */
/** @typedef {import("./i18n.js").TextKey} TextKey */

const PATH = ["efficiency"];

/** @param {Form} form */
export function labelPart(form) {
  const [asset] = LABELS.columns;
  return element("div", "",
    element("p", "quiet", t("config.labelsWhy")),
    rowList(form, {
      holder: efficiencyOf(form), part: LABELS, path: PATH, columns: () => [asset], add: "config.addLabel",
      beside: (item, at) => nameFields(form, item, at),
    }),
    ...mainRows(form, "labels", "asset"));
}

/** @param {Form} form */
export function targetPart(form) {
  return element("div", "",
    ownKey(form, TARGET.key, "config.targetOfAll", { oee: 0.75 }, (holder) => groupFields(form, holder, PATH, TARGET)),
    ownKey(form, TARGETS.key, "config.targetsThatDiffer", [], (holder) =>
      rowList(form, { holder, part: TARGETS, path: PATH, add: "config.addTarget" })));
}

/**
 * What stands in the lists of a calendar, of the plant or of some lines.
 *
 * @param {Form} form
 * @param {Keys} path of the calendar
 * @returns {Record<string, (holder: Group) => Node>}
 */
function listsOf(form, path) {
  const below = (/** @type {Group} */ item, /** @type {Keys} */ at) => [languageFold(form, item, at)];
  return {
    shifts: (holder) => rowList(form, { holder, part: SHIFTS, path, add: "config.addShift", below }),
    holidays: (holder) => element("div", "config-row", configField(form, holder, path, HOLIDAYS)),
    overtime: (holder) => rowList(form, { holder, part: OVERTIME, path, add: "config.addOvertime", below }),
    closures: (holder) => rowList(form, { holder, part: CLOSURES, path, add: "config.addClosure" }),
  };
}

/** @type {Record<string, TextKey>} */
const TITLES = {
  shifts: "config.shifts", holidays: "config.holidaysTitle", overtime: "config.overtime", closures: "config.closures",
};

/** What a list of a line's own says, also where it is empty. @type {Record<string, TextKey>} */
const OWN = {
  shifts: "config.shiftsOwn", holidays: "config.holidaysOwn", overtime: "config.overtimeOwn",
  closures: "config.closuresOwn",
};

/**
 * A list of a line's calendar: that of the plant, or one of its own, which may be empty.
 *
 * @param {Form} form
 * @param {Group} calendar
 * @param {Keys} path of the calendar
 * @param {string} key
 * @param {(holder: Group) => Node} list
 */
function lineList(form, calendar, path, key, list) {
  const title = TITLES[key];
  return fold(form, calendar, path, [key], title, () => {
    const isOwn = calendar[key] !== undefined;
    const change = button(t(isOwn ? "config.asPlant" : "config.own"), () => {
      if (isOwn) delete calendar[key];
      else calendar[key] = [];
      form.changed();
      form.redraw([...path, key, "change"]);
    });
    setAttribute(change, "aria-label", `${t(title)}: ${change.textContent}`);
    form.book.add([...path, key, "change"], () => {}, () => change.focus());
    const said = isOwn ? t(OWN[key]) : t("config.plantHolds");
    return [element("div", "config-buttons", element("span", "quiet", said), change),
      ...(isOwn ? [list(calendar)] : [])];
  });
}

/**
 * The calendars of lines; what one does not have is that of the plant.
 *
 * @param {Form} form
 * @param {Group} holder
 */
function lineCalendars(form, holder) {
  const [asset] = CALENDARS.columns;
  return rowList(form, {
    holder, part: CALENDARS, path: PATH, columns: () => [asset, PRODUCTION_DAY], add: "config.addCalendar",
    below: (item, at) => [element("div", "config-folds",
      ...Object.entries(listsOf(form, at)).map(([key, list]) => lineList(form, item, at, key, list)))],
  });
}

/** @param {Form} form */
export function calendarPart(form) {
  const lists = listsOf(form, PATH);
  return element("div", "",
    ownKey(form, "shifts", "config.shifts", [], lists.shifts),
    ownKey(form, PRODUCTION_DAY.key, "config.productionDay", "00:00", (holder) =>
      element("div", "config-row", configField(form, holder, PATH, PRODUCTION_DAY))),
    ownKey(form, "holidays", "config.holidaysTitle", [], lists.holidays),
    ownKey(form, "overtime", "config.overtime", [], lists.overtime),
    ownKey(form, "closures", "config.closures", [], lists.closures),
    ownKey(form, CALENDARS.key, "config.calendars", [], (holder) => element("div", "",
      element("p", "quiet", t("config.calendarsWhy")), lineCalendars(form, holder))));
}

/** @param {Form} form */
export function routePart(form) {
  const count = (form.main.routes ?? []).length;
  return element("div", "",
    element("p", "quiet", t("config.routesWhy", count)),
    rowList(form, { holder: form.draft, part: ROUTES, path: [], add: "config.addRoute" }));
}
