// Figures of shifts, as every view shows them.

import { UNITS, amountOf, inUnit, instant, sheetOf } from "./csv.js";
import { csvButton } from "./csvbutton.js";
import { element, keyed, setAttribute, setClass, setText, table } from "./dom.js";
import { duration, percent, whole } from "./format.js";
import { t } from "./i18n.js";
import { chosenTime, columnTitles } from "./pasttime.js";
import { FACTORS, isOver, lossesOf, pieces, ratiosOf, shiftName } from "./shift.js";
import { shiftLabel } from "./shiftlabels.js";
import { lengthOf } from "./states.js";

/** @typedef {import("../types/api.js").Path} Path */
/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("./i18n.js").TextKey} TextKey */
/** @typedef {import("./states.js").State} State */

/**
 * A bar of where planned time went, with its legend; what the legend does not name stays empty. Where all time is
 * known, the part of good pieces is the OEE.
 *
 * @param {() => Path} [of]
 */
export function losses(of) {
  const stack = element("div", "losses");
  stack.setAttribute("aria-hidden", "true"); // the legend says it
  const legend = element("div", "legend");
  /** @type {Shift | null} */
  let shown = null;
  const csv = csvButton(t("csv.losses"), () => sheetOf([
    [t("report.part"), (part) => part.text], [inUnit(t("stops.length"), "s"), (part) => part.seconds],
    [inUnit(t("csv.ofPlanned"), "%"), (part) => part.ofPlanned * 100],
  ], shown === null ? [] : lossesOf(shown)), of);
  return {
    root: element("div", "where", stack, element("div", "csv-row", legend, csv)),
    /** @param {Shift} shift */
    show(shift) {
      const parts = lossesOf(shift);
      shown = shift;
      keyed(stack, parts, (p) => p.key, () => ({ root: element("i") }), ({ root }, part) => {
        setClass(root, part.kind);
        root.style.flexGrow = part.width.toFixed(4);
      });
      keyed(legend, parts, (p) => p.key, () => ({ root: element("span") }), ({ root }, part) => {
        setClass(root, `shape ${part.kind}`);
        setText(root, ` ${part.text} ${part.share}`);
      });
    },
  };
}

/** A bar that is filled up to a share. */
export function bar() {
  const filling = element("i");
  return {
    root: element("span", "bar", filling),
    /** @param {number} share 0 to 1 */
    show(share) {
      filling.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
    },
  };
}

/** The three factors of the OEE as bars. */
export function factors() {
  const rows = FACTORS.map((name) => {
    const share = bar();
    const text = element("b");
    const root = element("div", "factor", element("span", "", t(`figure.${name}`)), share.root, text);
    return { root, name, share, text };
  });
  return {
    root: element("div", "factors", ...rows.map((row) => row.root)),
    /** @param {Shift} shift */
    show(shift) {
      const ratios = ratiosOf(shift);
      for (const { name, share, text } of rows) {
        setText(text, ratios[name]);
        share.show(ratios.values?.[name] ?? 0);
      }
    },
  };
}

/**
 * @param {HTMLElement} node
 * @param {import("./shift.js").WithOee | null} shift
 */
export function showOee(node, shift) {
  const ratios = ratiosOf(shift);
  setText(node, ratios.oee);
  setClass(node, ratios.doubtful ? "oee doubtful" : "oee");
  setAttribute(node, "title", shift ? ratios.coverage : "");
}

const FORMATS = { percent, seconds: duration, whole };

/** @typedef {(shift: Shift, ratios: Shift | null) => number | null} Value of which the ratios may be hidden */

/**
 * Each row: its name, how it is written, its value, and what it divides by what, as a tooltip.
 *
 * @type {[TextKey, keyof typeof FORMATS, Value, TextKey?][]}
 */
const ROWS = [
  ["figure.oee", "percent", (_, ratios) => ratios?.oee ?? null, "about.oee"],
  ["figure.availability", "percent", (_, ratios) => ratios?.availability ?? null, "about.availability"],
  ["figure.effectiveness", "percent", (_, ratios) => ratios?.effectiveness ?? null, "about.effectiveness"],
  ["figure.quality", "percent", (_, ratios) => ratios?.quality ?? null, "about.quality"],
  ["figure.nee", "percent", (_, ratios) => ratios?.nee ?? null, "about.nee"],
  ["figure.teep", "percent", (_, ratios) => ratios?.teep ?? null, "about.teep"],
  ["figure.good", "whole", (shift) => shift.good],
  ["figure.plan", "whole", (shift) => shift.plan],
  ["figure.scrap", "whole", (shift) => shift.scrap],
  ["figure.stock", "whole", (shift) => shift.stock || null],
  ["figure.planned", "seconds", (shift) => shift.plannedBusySeconds],
  ["figure.known", "percent", (shift) => shift.coverage, "about.known"],
  ["figure.unknown", "seconds", (shift) => shift.losses.unknownSeconds],
  ["figure.failures", "whole", (shift) => shift.failures],
  ["figure.mtbf", "seconds", (shift) => shift.mtbfSeconds, "about.mtbf"],
  ["figure.mttr", "seconds", (shift) => shift.mttrSeconds, "about.mttr"],
];

/**
 * @param {Value} value
 * @param {Shift | null} shift
 */
const valueIn = (value, shift) => (shift === null ? null : value(shift, ratiosOf(shift).values));

/**
 * All of them as columns of a file.
 *
 * @template Item
 * @param {(item: Item) => Shift | null} shiftOf
 * @returns {import("./csv.js").Column<Item>[]}
 */
export const shiftColumns = (shiftOf) => ROWS.map(([key, format, value]) =>
  [inUnit(t(key), UNITS[format]), (item) => amountOf(valueIn(value, shiftOf(item)), format)]);

/**
 * The name of a figure, with its definition as a tooltip.
 *
 * @param {TextKey} key
 * @param {TextKey} [about]
 */
function named(key, about) {
  const name = element("span", "", t(key));
  if (about) setAttribute(name, "title", t(about));
  return name;
}

/** The figures of this shift beside those of the last. */
export function figureTable() {
  const [first, second] = columnTitles();
  const view = table(t("figure.table"),
    [[t("report.part"), "name"], [first, "number"], [second, "number last"]]);
  view.root.classList.add("figures");
  /** @type {(Shift | null)[]} this one and the last */
  let both = [];
  const rows = () => ROWS
    .map(([key, format, value, about]) => ({
      key: key === "figure.plan" && isOver(both[0] ?? null) ? /** @type {TextKey} */ ("figure.planOver") : key,
      format, about, values: both.map((one) => valueIn(value, one)),
    }))
    .filter(({ values }) => values.some((value) => value !== null));
  return {
    root: view.root,
    sheet: () => ({
      columns: [t("report.part"), t("csv.unit"), first, second],
      rows: [
        [t("report.shift"), "", ...both.map((one) => shiftLabel(one?.name ?? ""))],
        [t("csv.shiftId"), "", ...both.map((one) => one?.name)],
        [t("stops.start"), "", ...both.map((one) => instant(one?.start))],
        ...rows().map(({ key, format, values }) =>
          [t(key), UNITS[format], ...values.map((value) => amountOf(value, format))]),
      ],
    }),
    /**
     * @param {Shift | null} shift
     * @param {Shift | null} last
     */
    show(shift, last) {
      both = [shift, last];
      view.rows(rows(), ({ key }) => key, ({ key, format, about, values }) =>
        [named(key, about), ...values.map((value) => FORMATS[format](value))]);
    },
  };
}

/** A state with its word, how long it has lasted and its reason. */
export function badge() {
  const name = element("span");
  const since = element("span", "since");
  const reason = element("span", "reason");
  const root = element("span", "badge", name, since, reason);
  return {
    root,
    /** @param {State} state */
    show(state) {
      setClass(root, `badge ${state.kind}`);
      setText(name, state.word);
      setText(since, lengthOf(state));
      setText(reason, state.reason);
    },
  };
}

/**
 * The figures of a shift, large, above a view.
 *
 * @param {() => Path} [of]
 */
export function shiftPanel(of) {
  const oee = element("b", "oee");
  const under = element("div", "quiet");
  const bars = factors();
  const name = element("div", "strong");
  const made = element("div");
  const note = element("div", "quiet");
  const where = losses(of);
  const root = element("section", "panel shift",
    element("div", "", oee, under), bars.root, element("div", "", name, made, note), where.root);
  setAttribute(root, "aria-label", t("figure.shift"));
  return {
    root,
    /**
     * Hides itself where there are no figures.
     *
     * @param {{ shift: Shift | null, last: Shift | null }} figures
     * @param {number | null} target the OEE aimed at
     * @param {(shift: Shift) => { name?: string, note: string, why?: string }} texts `why` there are no pieces
     */
    show({ shift, last }, target, texts) {
      root.hidden = shift === null;
      if (shift === null) return;
      const said = texts(shift);
      showOee(oee, shift);
      setText(under, t(chosenTime() === null ? "plant.oee" : "past.oee",
        ratiosOf(last).oee, percent(shift.targetOee ?? target)));
      bars.show(shift);
      setText(name, said.name ?? shiftName(shift));
      setText(made, pieces(shift) || (said.why ?? ""));
      setText(note, said.note);
      where.show(shift);
    },
  };
}
