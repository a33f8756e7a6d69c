// Figures of shifts, as every view shows them.

import { element, keyed, setClass, setText, table } from "./dom.js";
import { NOTHING, at, duration, percent, whole } from "./format.js";
import { t } from "./i18n.js";
import { lossesOf, said, since } from "./model.js";

/** A bar of where planned time went, with its legend: shares of that time: where all is known, that of good pieces is the OEE. */
export function losses() {
  const bar = element("div", "losses");
  bar.setAttribute("aria-hidden", "true"); // the legend says it
  const legend = element("div", "legend");
  return {
    root: element("div", "", bar, legend),
    show(shift) {
      const parts = lossesOf(shift);
      const total = parts.reduce((sum, part) => sum + part.seconds, 0);
      keyed(bar, parts, (p) => p.key, () => element("i"), (node, part) => {
        setClass(node, part.kind);
        node.style.flexGrow = (part.seconds / total).toFixed(4);
      });
      keyed(legend, parts, (p) => p.key, () => element("span"), (node, part) => {
        setClass(node, `shape ${part.kind}`);
        setText(node, ` ${part.text} ${percent(part.seconds / shift.plannedBusySeconds)}`);
      });
    },
  };
}

/** The three factors of the OEE as bars. */
export function factors() {
  const names = ["availability", "effectiveness", "quality"];
  const rows = names.map((name) => element("div", "factor", element("span", "", t(`figure.${name}`)),
    element("span", "bar", element("i")), element("b")));
  return {
    root: element("div", "factors", ...rows),
    show(shift) {
      const figures = said(shift);
      names.forEach((name, at) => {
        const value = figures.values?.[name] ?? null;
        const [, bar, text] = rows[at].children;
        setText(text, figures[name]);
        bar.firstChild.style.width = `${Math.max(0, Math.min(1, value ?? 0)) * 100}%`;
      });
    },
  };
}

export function showOee(node, shift, className) {
  const figures = said(shift);
  setText(node, figures.oee);
  setClass(node, figures.doubt ? `${className} doubtful` : className);
  node.title = shift ? figures.coverage : "";
}

/** "1,204 good of 1,380 planned by now, 12 scrap", as far as it is known. */
export function pieces(shift) {
  if (!shift || shift.good === null || shift.good === undefined) return "";
  const good = shift.plan === null || shift.plan === undefined
    ? t("pieces.good", whole(shift.good)) : t("pieces.goodOf", whole(shift.good), whole(shift.plan));
  return shift.scrap === null ? good : `${good} · ${t("pieces.scrap", whole(shift.scrap))}`;
}

const ROWS = [
  ["oee", (s, f) => f.oee], ["availability", (s, f) => f.availability], ["effectiveness", (s, f) => f.effectiveness],
  ["quality", (s, f) => f.quality], ["nee", (s, f) => f.nee], ["teep", (s, f) => f.teep],
  ["good", (s) => whole(s.good)], ["plan", (s) => whole(s.plan)], ["scrap", (s) => whole(s.scrap)],
  ["planned", (s) => duration(s.plannedBusySeconds)], ["known", (s) => percent(s.coverage)],
  ["unknown", (s) => duration(s.losses.unknownSeconds)],
  ["failures", (s) => whole(s.failures)], ["mtbf", (s) => duration(s.mtbfSeconds)], ["mttr", (s) => duration(s.mttrSeconds)],
];

/** The figures of this shift beside those of the last. */
export function figureTable() {
  const view = table(t("figure.table"), [[t("report.part")], [t("shift.this"), "number"], [t("shift.last"), "number"]]);
  view.root.classList.add("figures");
  return {
    root: view.root,
    show(shift, last) {
      const both = [shift, last].map((s) => s ?? null);
      const words = both.map(said);
      const rows = ROWS.map(([name, value]) => [name, ...both.map((s, at) => (s === null ? NOTHING : value(s, words[at])))])
        .filter(([, ...values]) => values.some((value) => value !== NOTHING));
      view.rows(rows, ([name]) => name, ([name, ...values]) => [t(`figure.${name}`), ...values]);
    },
  };
}

/** "early, 06:00–14:00". */
export const shiftName = (shift) => t("shift.named", shift.name, at(Date.parse(shift.start)), at(Date.parse(shift.end)));

/** A state with its word, how long it holds and its reason. */
export function badge() {
  return element("span", "badge", element("span"), element("span", "since"), element("span", "reason"));
}

export function showBadge(node, state) {
  setClass(node, `badge ${state.kind}`);
  setText(node.children[0], state.word);
  setText(node.children[1], since(state));
  setText(node.children[2], state.reason ?? "");
}
