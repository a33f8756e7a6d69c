// Figures of shifts, as every view shows them.

import { element, keyed, setClass, setText, table } from "./dom.js";
import { NOTHING, duration, percent, whole } from "./format.js";
import { t } from "./i18n.js";
import { FACTORS, lossesOf, pieces, ratiosOf, shiftName } from "./shift.js";
import { lengthOf } from "./states.js";

/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("./i18n.js").TextKey} TextKey */
/** @typedef {import("./states.js").State} State */

/**
 * A bar of where planned time went, with its legend; what the legend does not name stays empty. Where all time is
 * known, the part of good pieces is the OEE.
 */
export function losses() {
  const stack = element("div", "losses");
  stack.setAttribute("aria-hidden", "true"); // the legend says it
  const legend = element("div", "legend");
  return {
    root: element("div", "where", stack, legend),
    /** @param {Shift} shift */
    show(shift) {
      const parts = lossesOf(shift);
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
 * @param {Shift | null} shift
 */
export function showOee(node, shift) {
  const ratios = ratiosOf(shift);
  setText(node, ratios.oee);
  setClass(node, ratios.doubtful ? "oee doubtful" : "oee");
  node.title = shift ? ratios.coverage : "";
}

/**
 * Each row: its name, its text, and what it divides by what, as a tooltip.
 *
 * @type {[TextKey, (shift: Shift, ratios: ReturnType<typeof ratiosOf>) => string, TextKey?][]}
 */
const ROWS = [
  ["figure.oee", (_, ratios) => ratios.oee, "about.oee"],
  ["figure.availability", (_, ratios) => ratios.availability, "about.availability"],
  ["figure.effectiveness", (_, ratios) => ratios.effectiveness, "about.effectiveness"],
  ["figure.quality", (_, ratios) => ratios.quality, "about.quality"],
  ["figure.nee", (_, ratios) => ratios.nee, "about.nee"],
  ["figure.teep", (_, ratios) => ratios.teep, "about.teep"],
  ["figure.good", (shift) => whole(shift.good)],
  ["figure.plan", (shift) => whole(shift.plan)],
  ["figure.scrap", (shift) => whole(shift.scrap)],
  ["figure.stock", (shift) => (shift.stock ? whole(shift.stock) : NOTHING)],
  ["figure.planned", (shift) => duration(shift.plannedBusySeconds)],
  ["figure.known", (shift) => percent(shift.coverage), "about.known"],
  ["figure.unknown", (shift) => duration(shift.losses.unknownSeconds)],
  ["figure.failures", (shift) => whole(shift.failures)],
  ["figure.mtbf", (shift) => duration(shift.mtbfSeconds), "about.mtbf"],
  ["figure.mttr", (shift) => duration(shift.mttrSeconds), "about.mttr"],
];

/**
 * The name of a figure, with its definition as a tooltip.
 *
 * @param {TextKey} key
 * @param {TextKey} [about]
 */
function named(key, about) {
  const name = element("span", "", t(key));
  if (about) name.title = t(about);
  return name;
}

/** The figures of this shift beside those of the last. */
export function figureTable() {
  const view = table(t("figure.table"),
    [[t("report.part"), "name"], [t("shift.this"), "number"], [t("shift.last"), "number last"]]);
  view.root.classList.add("figures");
  return {
    root: view.root,
    /**
     * @param {Shift | null} shift
     * @param {Shift | null} last
     */
    show(shift, last) {
      const both = [shift, last].map((one) => ({ one, ratios: ratiosOf(one) }));
      const rows = ROWS
        .map(([key, text, about]) =>
          ({ key, about, texts: both.map(({ one, ratios }) => (one === null ? NOTHING : text(one, ratios))) }))
        .filter(({ texts }) => texts.some((text) => text !== NOTHING));
      view.rows(rows, ({ key }) => key, ({ key, about, texts }) => [named(key, about), ...texts]);
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

/** The figures of a shift, large, above a view. */
export function shiftPanel() {
  const oee = element("b", "oee");
  const under = element("div", "quiet");
  const bars = factors();
  const name = element("div", "strong");
  const made = element("div");
  const note = element("div", "quiet");
  const where = losses();
  const root = element("section", "panel shift",
    element("div", "", oee, under), bars.root, element("div", "", name, made, note), where.root);
  root.setAttribute("aria-label", t("figure.shift"));
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
      setText(under, t("plant.oee", ratiosOf(last).oee, percent(shift.targetOee ?? target)));
      bars.show(shift);
      setText(name, said.name ?? shiftName(shift));
      setText(made, pieces(shift) || (said.why ?? ""));
      setText(note, said.note);
      where.show(shift);
    },
  };
}
