// Every figure of a machine or a line, by its name in the store, with its definition. Asked for only
// while it is open: there are too many for each snapshot of a large plant.

import { query, watch } from "./api.js";
import { UNITS, amountOf, instant } from "./csv.js";
import { csvButton } from "./csvbutton.js";
import { element, setText, table } from "./dom.js";
import { duration, kilowattHours, percentExactly, whole } from "./format.js";
import { t } from "./i18n.js";
import { levelsOf, pathOf } from "./places.js";
import { HIDDEN_BELOW } from "./shift.js";
import { shiftLabel } from "./shiftlabels.js";

/** @typedef {import("../types/api.js").AllFigures} AllFigures */
/** @typedef {import("../types/api.js").AssetFigures} AssetFigures */
/** @typedef {import("./api.js").Levels} Levels */
/** @typedef {import("./api.js").Watch} Watch */
/** @typedef {import("./i18n.js").TextKey} TextKey */
/** @typedef {import("./format.js").Known} Known */

const FORMATS = {
  percent: percentExactly,
  seconds: duration,
  whole,
  kwh: (/** @type {Known} */ value) => kilowattHours(value, 1),
  unit: (/** @type {Known} */ value) => kilowattHours(value, 4),
};

/**
 * By group, the names of figures and how each is written.
 *
 * @satisfies {Record<string, Record<string, keyof typeof FORMATS>>}
 */
const GROUPS = /** @type {const} */ ({
  ratios: {
    oee: "percent", target_oee: "percent", availability: "percent", effectiveness: "percent",
    quality_ratio: "percent", nee: "percent", teep: "percent", coverage: "percent",
    allocation_efficiency: "percent", utilization_efficiency: "percent",
    technical_efficiency: "percent", setup_ratio: "percent", equipment_load: "percent", scrap_ratio: "percent",
    rework_ratio: "percent", production_loss_ratio: "percent",
  },
  times: {
    calendar_s: "seconds", planned_busy_s: "seconds", known_s: "seconds", run_s: "seconds", setup_s: "seconds",
    down_s: "seconds", starved_s: "seconds", blocked_s: "seconds", idle_s: "seconds", micro_stop_s: "seconds",
    unknown_s: "seconds", planned_stop_s: "seconds", uncoded_s: "seconds",
  },
  failures: {
    failures: "whole", micro_stops: "whole", repair_s: "seconds", mtbf_s: "seconds", mttf_s: "seconds",
    mttr_s: "seconds",
  },
  pieces: {
    total: "whole", good: "whole", scrap: "whole", rework: "whole", gap_total: "whole", gap_good: "whole",
    stock_total: "whole", stock_good: "whole", ideal_total_s: "seconds", ideal_good_s: "seconds",
    target_ideal_s: "seconds",
  },
  energy: {
    energy_kwh: "kwh", energy_run_kwh: "kwh", energy_setup_kwh: "kwh", energy_stop_kwh: "kwh",
    energy_unknown_kwh: "kwh", energy_planned_stop_kwh: "kwh", kwh_per_unit: "unit",
  },
  data: {
    implausible: "whole", contradictory: "whole", members: "whole", expected: "whole",
  },
});

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {TextKey} name
 * @property {TextKey | null} meaning `null` for the heading of a group
 * @property {string[]} texts of this shift and the last
 */

/**
 * The figures that this shift or the last has, under the headings of their groups.
 *
 * @param {(AllFigures | null)[]} shifts
 * @returns {Row[]}
 */
export function rowsOf(shifts) {
  return Object.entries(GROUPS).flatMap(([group, fields]) => {
    const rows = Object.entries(fields)
      .filter(([field]) => shifts.some((shift) => shift?.figures[field] !== undefined))
      .map(([field, format]) => ({
        key: field,
        name: /** @type {TextKey} */ (`field.${field}`),
        meaning: /** @type {TextKey} */ (`means.${field}`),
        texts: shifts.map((shift) => FORMATS[format](valueOf(shift, field, format))),
      }));
    const heading = { key: group, name: /** @type {TextKey} */ (`group.${group}`), meaning: null, texts: ["", ""] };
    return rows.length === 0 ? [] : [heading, ...rows];
  });
}

/**
 * A figure, as far as it is shown.
 *
 * @param {AllFigures | null} shift
 * @param {string} field
 * @param {keyof typeof FORMATS} format
 */
function valueOf(shift, field, format) {
  if (shift === null) return undefined;
  const hidden = format === "percent" && field !== "coverage" && (shift.figures.coverage ?? 0) < HIDDEN_BELOW;
  return hidden ? undefined : shift.figures[field];
}

/**
 * The same figures as a file takes them.
 *
 * @param {(AllFigures | null)[]} shifts this one and the last
 * @returns {import("./csv.js").Sheet}
 */
export function figureSheet(shifts) {
  /** @type {Map<string, keyof typeof FORMATS>} */
  const formats = new Map(Object.values(GROUPS).flatMap((fields) => Object.entries(fields)));
  const rows = rowsOf(shifts).flatMap(({ key, name, meaning }) => {
    const format = formats.get(key);
    if (meaning === null || format === undefined) return [];
    const values = shifts.map((one) => amountOf(valueOf(one, key, format), format));
    return [[t(name), key, UNITS[format], ...values, t(meaning)]];
  });
  return {
    columns: [t("report.part"), t("csv.field"), t("csv.unit"), t("shift.this"), t("shift.last"), t("csv.meaning")],
    rows: [
      [t("report.shift"), "", "", ...shifts.map((one) => shiftLabel(one?.name ?? ""))],
      [t("csv.shiftId"), "", "", ...shifts.map((one) => one?.name)],
      [t("stops.start"), "", "", ...shifts.map((one) => instant(one?.start))], ...rows],
  };
}

/** @param {Row} row */
function nameOf({ name, meaning }) {
  return meaning === null
    ? element("b", "", t(name))
    : element("span", "", t(name), element("small", "quiet", t(meaning)));
}

/** A fold of the page that is filled when it is opened. */
export function allFigures() {
  const view = table(t("figures.all"),
    [[t("report.part"), "name"], [t("shift.this"), "number"], [t("shift.last"), "number last"]]);
  view.root.classList.add("figures");
  view.root.hidden = true;
  const note = element("p", "quiet");
  /** @type {Levels | null} */
  let place = null;
  /** @type {(AllFigures | null)[]} this shift and the last */
  let shown = [];
  const csv = csvButton(t("figures.all"), () => figureSheet(shown), () => pathOf(levelsOf(place ?? {})));
  const root = element("details", "all-figures", element("summary", "", t("figures.all")),
    element("div", "csv-row", csv), view.root, note);
  /** @type {Watch | null} */
  let watching = null;

  /** @param {AssetFigures} answer */
  function take({ shift, last }) {
    const rows = rowsOf([shift, last]);
    shown = [shift, last];
    view.root.hidden = rows.length === 0;
    csv.hidden = rows.length === 0;
    view.rows(rows, (row) => row.key, (row) => [nameOf(row), ...row.texts]);
    setText(note, rows.length === 0 ? t("figures.none") : "");
  }

  function end() {
    watching?.end();
    watching = null;
  }

  function follow() {
    const of = place;
    if (!root.open || of === null) return end();
    watching ??= watch(() => query("/api/v1/figures", {}, of), 5, take,
      (reason) => setText(note, t("fetch.failed", reason)));
  }

  root.addEventListener("toggle", follow);
  return {
    root,
    /** @param {Levels} of the machine or line */
    begin(of) {
      place = of;
      follow();
    },
    end,
  };
}
