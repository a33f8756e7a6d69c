// Stops as a table, newest first; each asks for its reason, or lets it be changed.

import { hasReasons, machineOf, onSaid, saidOf } from "./act.js";
import { assetName } from "./assetlabels.js";
import { endOf } from "./corrections.js";
import { instant, inUnit, sheetOf } from "./csv.js";
import { pathColumn, placeColumns, reasonIdColumn, shiftIdColumn } from "./csvids.js";
import { element, link, setText, table } from "./dom.js";
import { at, duration } from "./format.js";
import { t, word } from "./i18n.js";
import { levelsApart, nameApart } from "./names.js";
import { hrefOf, idOf } from "./places.js";
import { shiftLabel } from "./shiftlabels.js";
import { kindOf, reasonOf } from "./states.js";
import { openStop } from "./stopsheet.js";

/** @typedef {import("../types/api.js").Stop} Stop */
/** @typedef {import("../types/api.js").StopList} StopList */
/** @typedef {import("./dom.js").Column} Column */
/** @typedef {import("./dom.js").Content} Content */

/** @typedef {Stop & { apart: string }} NamedStop with what tells its machine from others of its name */

/** @param {NamedStop} stop */
const machineLink = ({ path, levels, apart }) => link("", hrefOf("machine", levels), nameApart(assetName(path), apart));

/**
 * @param {Stop[]} stops
 * @returns {NamedStop[]}
 */
function named(stops) {
  const places = [...new Map(stops.map(({ levels }) => [idOf(levels), levels])).values()];
  const apart = levelsApart(places);
  const byId = new Map(places.map((levels, place) => [idOf(levels), apart[place]]));
  return stops.map((stop) => ({ ...stop, apart: byId.get(idOf(stop.levels)) ?? "" }));
}

/** @param {Stop} stop */
function lengthText({ seconds, open, provisional }) {
  if (provisional) return t("stops.provisional", duration(seconds));
  return open ? t("stops.open", duration(seconds)) : duration(seconds);
}

const ASKED_FOR = ["setup", "starved", "blocked", "down", "idle"];

/**
 * Whether it has a word of the machine that is no reason of the tree.
 *
 * @param {Stop} stop
 */
const isUncoded = (stop) =>
  hasReasons() && stop.reasonCategory === "" && !stop.provisional && ASKED_FOR.includes(stop.state);

/**
 * What was said of it last, also where that is not kept yet.
 *
 * @param {Stop} stop
 */
const reasonText = (stop) => saidOf(stop)?.text ?? reasonOf(stop.state, stop.reason);

/**
 * As a file takes them.
 *
 * @param {StopList | null} list
 */
function stopSheet(list) {
  /** @type {import("./csv.js").Column<Stop>[]} */
  const columns = [
    [t("stops.start"), (s) => instant(s.startMs)],
    [t("csv.end"), (s) => (s.open ? null : instant(endOf(s)))],
    ...placeColumns,
    [t("stops.state"), (s) => word("state", s.state)],
    [t("stops.reason"), reasonText],
    [inUnit(t("stops.length"), "s"), (s) => s.seconds],
    [t("stops.shift"), (s) => shiftLabel(s.shift)],
    [t("report.remarks"), (s) => (s.provisional ? t("csv.provisional") : s.open ? t("csv.ongoing") : "")],
    pathColumn((s) => s.levels), reasonIdColumn((s) => s.reason), shiftIdColumn((s) => s.shift),
  ];
  return sheetOf(columns, list?.stops ?? [], list?.more ? t("csv.newest", list.stops.length) : "");
}

/**
 * The reason of a stop, to tap.
 *
 * @param {Stop} stop
 * @param {string} key by which its table knows it
 */
function reasonButton(stop, key) {
  const said = saidOf(stop);
  const reason = reasonText(stop);
  if (machineOf(stop.levels) === undefined) return reason;
  const asks = said === null && (reason === "" || isUncoded(stop));
  const made = element("button", `stop-reason${asks ? " asks" : ""}`, reason === "" ? t("reason.give") : reason);
  made.type = "button";
  made.dataset.stop = key;
  const mark = asks && reason !== "" ? t("reason.give") : said?.mark ?? "";
  if (mark !== "") made.append(element("span", "mark", mark));
  return made;
}

const keyOf = (/** @type {Stop} */ s) =>
  `${idOf(s.levels)} ${s.startMs} ${s.state} ${s.reason} ${s.open} ${s.provisional}`;

/** @param {boolean} ofLine whether to show which machine stopped, in which shift */
export function stopTable(ofLine) {
  /** @type {{ column: Column, content: (stop: NamedStop) => Content, ofLine?: boolean }[]} */
  const all = [
    { column: [t("stops.start")], content: (s) => at(s.startMs) },
    { column: [t("stops.machine"), "stop-who"], content: machineLink, ofLine: true },
    {
      column: [t("stops.state"), "stop-what"],
      content: (s) => element("span", `badge ${kindOf(s.state)}`, word("state", s.state)),
    },
    { column: [t("stops.reason"), "stop-why"], content: (s) => reasonButton(s, keyOf(s)) },
    { column: [t("stops.length"), "number"], content: lengthText },
    { column: [t("stops.shift"), "of-shift"], content: (s) => shiftLabel(s.shift), ofLine: true },
  ];
  const shown = all.filter((one) => ofLine || !one.ofLine);
  const view = table(t("stops.list"), shown.map((one) => one.column));
  const note = element("p", "quiet");
  /** @type {StopList | null} */
  let shownLast = null;
  view.root.addEventListener("click", (event) => {
    const tapped = event.target instanceof Element ? event.target.closest("button") : null;
    const stop = shownLast?.stops.find((one) => keyOf(one) === tapped?.dataset.stop);
    if (stop !== undefined) openStop(stop, null, () => focus(keyOf(stop)));
  });

  /**
   * A button that was made again meanwhile gets back the focus of the one before.
   *
   * @param {string} key
   */
  function focus(key) {
    if (document.activeElement !== document.body) return;
    [...view.root.querySelectorAll("button")].find((one) => one.dataset.stop === key)?.focus();
  }

  function fill() {
    if (shownLast === null) return;
    view.rows(named(shownLast.stops), keyOf, (s) => shown.map((one) => one.content(s)));
  }
  const end = onSaid(fill);

  return {
    root: element("div", "scroll slim", view.root, note),
    sheet: () => stopSheet(shownLast),
    /** @param {StopList} answer */
    show(answer) {
      const { stops, more } = answer;
      shownLast = answer;
      view.root.hidden = stops.length === 0;
      fill();
      setText(note, stops.length === 0 ? t("stops.none") : more ? t("stops.more", stops.length) : "");
    },
    /** @param {string} reason */
    fail(reason) {
      setText(note, t("fetch.failed", reason));
    },
    end,
  };
}
