// The plant: the shift's figure first, then lines and machines in the direction of flow, then
// where the time went, then the gateway itself.

import { query, watch } from "./api.js";
import { makeCard, showCard } from "./card.js";
import { button, element, keyed, link, panel, setAttribute, setClass, setText } from "./dom.js";
import { factors, losses, pieces, shiftName, showOee } from "./figures.js";
import { firstSteps } from "./first.js";
import { duration, percent } from "./format.js";
import { watchHistory } from "./history.js";
import { t, word } from "./i18n.js";
import { KINDS, hrefOf, said, since as sinceOf } from "./model.js";
import { paretoList } from "./pareto.js";
import { summary } from "./parts.js";

const DENSE = 40; // more machines than this are shown small
const ROOMY = 16; // up to so many are shown large
const CAUSES = 6;
const DOWN = 8; // named over so many machines that one of them may be beyond the screen

export function plantView() {
  const heading = element("h1", "hidden-text", t("view.plant"));
  const first = firstSteps();
  const shift = shiftPanel();
  const search = element("input");
  search.type = "search";
  search.placeholder = t("plant.find");
  search.setAttribute("aria-label", t("plant.find"));
  const tally = element("div", "tally");
  tally.setAttribute("role", "group");
  tally.setAttribute("aria-label", t("plant.filter"));
  const toolbar = element("div", "toolbar", search, tally, element("span", "space"),
    link("button", "#/report", t("report.open")));
  const down = element("ul", "plain down-now");
  down.setAttribute("aria-label", word("kind", "down"));
  const lines = element("div", "lines");
  const causes = paretoList();
  const causesPanel = panel(t("plant.causes"), causes.root);
  const gateway = summary();
  const root = element("div", "plant", element("div", "", heading, first.root, shift.root, toolbar, down, lines),
    element("aside", "", causesPanel, panel(t("view.gateway"), gateway.root)));

  let model = null;
  let history = null;
  let onlyKind = null;
  let watches = [];

  function begin() {
    watches = [
      watchHistory({}, (answer) => {
        history = answer;
        show();
      }, () => {}), // the tiles stay without strips
      watch(() => query("/api/v1/stops", { shift: "present", limit: 1 }), 10,
        (answer) => causes.show(answer.pareto.slice(0, CAUSES), t("plant.noStops")), causes.fail),
    ];
  }

  function show() {
    if (model === null) return;
    if (model.hasFigures && watches.length === 0) begin();
    const all = model.machines;
    first.root.hidden = all.length > 0;
    if (all.length === 0) first.show(model.status);
    shift.show(model);
    toolbar.hidden = all.length === 0;
    causesPanel.hidden = !model.hasFigures;
    const dense = all.length > DENSE;
    setClass(lines, `lines ${dense ? "dense" : all.length <= ROOMY ? "roomy" : ""}`);
    const wanted = search.value.trim().toLowerCase();
    const fits = (m) => (onlyKind === null || m.state.kind === onlyKind)
      && (wanted === "" || m.path.join(" ").toLowerCase().includes(wanted));
    const shown = model.lines.map((line) => ({ line, machines: line.machines.filter(fits) }))
      .filter(({ line, machines }) => machines.length > 0 || (line.machines.length === 0 && wanted === "" && onlyKind === null));
    keyed(lines, shown, ({ line }) => line.id, ({ line }) => makeLine(line), (node, { line, machines }) => {
      showLine(node.firstChild, line);
      keyed(node.children[1], machines, (m) => m.id, makeCard, (card, machine) => showCard(card, machine, history, dense));
    });
    const counts = KINDS.map((kind) => ({ kind, count: all.filter((m) => m.state.kind === kind).length }))
      .filter(({ kind, count }) => count > 0 || kind === onlyKind);
    keyed(tally, counts, (c) => c.kind, ({ kind }) => button("", () => {
      onlyKind = onlyKind === kind ? null : kind;
      show();
    }), (node, { kind, count }) => {
      setClass(node, `badge ${kind}`);
      setText(node, `${count} ${word("kind", kind)}`);
      setAttribute(node, "aria-pressed", String(onlyKind === kind));
    });
    const isDown = all.filter((m) => dense && m.state.kind === "down").sort((a, b) => b.state.seconds - a.state.seconds);
    keyed(down, isDown.slice(0, DOWN), (m) => m.id,
      (m) => element("li", "", link("badge down", hrefOf("machine", m.path), element("span"), element("span", "since"), element("span", "reason"))),
      (item, m) => {
        const [name, since, reason] = item.firstChild.children;
        setText(name, m.name);
        setText(since, sinceOf(m.state));
        setText(reason, m.state.reason ?? "");
      });
    gateway.show(model.status);
  }

  search.addEventListener("input", show);
  return {
    title: t("view.plant"), heading, root,
    draw(now) {
      model = now;
      show();
    },
    leave: () => watches.forEach((one) => one.end()),
  };
}

/** The figures of the whole plant in the shift in course. */
function shiftPanel() {
  const oee = element("b", "oee");
  const under = element("div", "quiet");
  const bars = factors();
  const name = element("div", "strong");
  const made = element("div");
  const known = element("div", "quiet");
  const where = losses();
  const root = element("section", "panel shift", element("div", "", oee, under), bars.root,
    element("div", "", name, made, known), where.root);
  root.setAttribute("aria-label", t("figure.shift"));
  return {
    root,
    show(model) {
      root.hidden = model.shift === null;
      if (model.shift === null) return;
      showOee(oee, model.shift, "oee");
      setText(under, t("plant.oee", said(model.last).oee, percent(model.target)));
      bars.show(model.shift);
      const left = (Date.parse(model.shift.end) - model.now) / 1000;
      setText(name, left > 0 ? t("shift.left", shiftName(model.shift), duration(left)) : shiftName(model.shift));
      setText(made, pieces(model.shift));
      setText(known, said(model.shift).coverage);
      where.show(model.shift);
    },
  };
}

const makeLine = (line) => element("section", "line",
  element("div", "line-head", element("h2", "", link("", hrefOf("line", line.path))), element("b", "oee"), element("div"), element("div", "quiet")),
  element("div", "machines"));

function showLine(head, line) {
  const [name, oee, made, more] = head.children;
  setText(name.firstChild, line.name);
  name.title = line.path.join(" / ");
  for (const part of [oee, made]) part.hidden = line.shift === null;
  if (line.shift === null) {
    setText(more, t("plant.machines", line.machines.length));
    return;
  }
  showOee(oee, line.shift, "oee");
  setText(made, pieces(line.shift));
  setText(more, [line.last === null ? "" : t("card.last", said(line.last).oee), line.shift.basis === "sum" ? t("figure.sum") : ""]
    .filter((part) => part !== "").join(" · "));
}
