// A machine: its state, its figures, its last hours, its stops with reasons, its signals.

import { allFigures } from "./allfigures.js";
import { query, watch } from "./api.js";
import { label } from "./card.js";
import { button, element, link, panel, setText, table } from "./dom.js";
import { badge, figureTable, shiftPanel } from "./figures.js";
import { duration, figure } from "./format.js";
import { hintList } from "./hints.js";
import { watchHistory } from "./history.js";
import { t, word } from "./i18n.js";
import { hrefOf, idOf } from "./model.js";
import { orderPanel } from "./orders.js";
import { openNote, openPieces } from "./pieces.js";
import { ratiosOf } from "./shift.js";
import { signals } from "./signals.js";
import { stopTable } from "./stoplist.js";
import { openStop } from "./stopsheet.js";
import { axis, showHistory, strip } from "./strip.js";
import { uncodedButton } from "./uncoded.js";

/** @typedef {import("../types/api.js").Metric} Metric */
/** @typedef {import("./api.js").Watch} Watch */
/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./main.js").View} View */
/** @typedef {import("./model.js").Machine} Machine */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Place} Place */

const STOPS = 8;

/**
 * @param {Address} address
 * @returns {View}
 */
export function machineView({ path }) {
  const name = path.at(-1) ?? t("place.none");
  const heading = element("h1", "", name);
  const state = badge();
  state.root.setAttribute("role", "status");
  const linePath = path.slice(0, -1);
  const where = element("span", "quiet");
  if (linePath.length > 0) where.append(link("", hrefOf("line", linePath), linePath.join(" / ")));
  const age = element("span", "quiet");
  const shift = shiftPanel();
  const states = strip();
  const ends = axis(states.text);
  const statesPanel = panel(t("machine.states"), states.root, ends.root);
  const figures = figureTable();
  const all = allFigures();
  const figuresPanel = panel(t("figure.table"), figures.root, all.root);
  const shown = hintList();
  const stops = stopTable(false);
  const uncoded = uncodedButton();
  const orders = orderPanel();
  /** @type {Machine | undefined} */
  let shownMachine;
  const ofMachine = (/** @type {(machine: Machine) => void} */ open) => () => {
    if (shownMachine !== undefined) open(shownMachine);
  };
  const acts = element("div", "choices small acts", button(t("pieces.title"), ofMachine(openPieces), "reason-button"),
    button(t("note.title"), ofMachine(openNote), "reason-button"));
  acts.setAttribute("role", "group");
  acts.setAttribute("aria-label", t("act.machine"));
  const stopsPanel = panel(t("stops.today"), stops.root);
  const values = table(t("machine.values"),
    [[t("values.metric"), "metric"], [t("values.value"), "value"], [t("values.age"), "number"], [t("values.quality")]]);
  const valuesPanel = panel(t("machine.values"), element("div", "values", values.root));
  const charts = signals();
  const signalsPanel = panel(t("signals.title"), charts.root);
  const gone = element("p", "panel", t("view.gone"));
  const content = element("div", "columns three",
    element("div", "", shift.root, statesPanel, acts),
    element("aside", "", orders.root, stopsPanel, figuresPanel, shown.root, valuesPanel),
    element("div", "below", signalsPanel));
  const title = element("div", "title", heading, state.root, element("span", "space"), uncoded.root, where, age);
  const root = element("div", "", title, gone, content);

  const id = idOf(path);
  states.onTap((from, to, stateWord, reason, isLast) => {
    if (stateWord === "running") return;
    openStop({
      path, startMs: from, seconds: (to - from) / 1000, state: stateWord, reason, reasonCategory: "", shift: "",
      open: isLast, provisional: false,
    });
  });
  /** @type {Watch[]} */
  let watches = [];

  /**
   * @param {Place} place
   * @param {boolean} hasFigures
   */
  function begin(place, hasFigures) {
    if (place.machine !== "") watches = [charts.begin(place)]; // signals are kept of machines alone
    if (!hasFigures) return;
    all.begin(place);
    uncoded.begin(place);
    orders.begin(place);
    shown.begin(place);
    watches.push(
      watchHistory(place, (history) => {
        showHistory(states, id, history);
        ends.show(history);
      }),
      watch(() => query("/api/v1/stops", { hours: 24, limit: STOPS }, place), 10, stops.show, stops.fail),
    );
  }

  return {
    title: name, heading, root,
    /** @param {Model} model */
    draw(model) {
      const machine = model.machines.find((one) => one.id === id);
      gone.hidden = machine !== undefined;
      content.hidden = machine === undefined;
      shownMachine = machine;
      if (machine === undefined) return;
      if (watches.length === 0) begin(machine.place, model.hasFigures);
      signalsPanel.hidden = machine.place.machine === "";
      state.show(machine.state);
      setText(age, machine.age === null ? t("age.never") : t("age", duration(machine.age)));
      for (const part of [statesPanel, figuresPanel, stopsPanel, acts]) part.hidden = machine.shift === null;
      shift.show(machine, model.target, (its) => ({
        note: machine.product === "" ? ratiosOf(its).coverage : t("machine.product", machine.product),
      }));
      if (machine.shift !== null) figures.show(machine.shift, machine.last);
      values.rows(machine.metrics, (m) => `${m.measurement} ${label(m)}`,
        (m) => [label(m), figure(m.value), duration(m.ageSeconds), qualityOf(m)]);
    },
    leave() {
      watches.forEach((one) => one.end());
      charts.end();
      all.end();
      shown.end();
      stops.end();
      uncoded.end();
      orders.end();
    },
  };
}

/** @param {Metric} metric */
function qualityOf({ quality, reason }) {
  const text = word("quality", quality);
  return quality === "good" || !reason ? text : `${text}: ${reason}`;
}
