// A machine: its state, its figures, its last hours, its stops with reasons, its signals.

import { allFigures } from "./allfigures.js";
import { query, watch } from "./api.js";
import { assetName } from "./assetlabels.js";
import { label } from "./card.js";
import { instant, inUnit, sheetOf } from "./csv.js";
import { csvPanel } from "./csvbutton.js";
import { button, element, link, setAttribute, setText, table } from "./dom.js";
import { badge, figureTable, shiftPanel } from "./figures.js";
import { duration, figure } from "./format.js";
import { hintList } from "./hints.js";
import { watchHistory } from "./history.js";
import { t, word } from "./i18n.js";
import { spanSheet } from "./machinesheet.js";
import { noticePanel } from "./notices.js";
import { orderPanel } from "./orders.js";
import { openNote, openPieces } from "./pieces.js";
import { chosenTime, comparisonTitle } from "./pasttime.js";
import { aboveText, hrefOf, idOf, meant } from "./places.js";
import { receivedPanel } from "./received.js";
import { may, onlyFor, refusal } from "./session.js";
import { ratiosOf } from "./shift.js";
import { signals } from "./signals.js";
import { stopTable } from "./stoplist.js";
import { openStop } from "./stopsheet.js";
import { axis, showHistory, strip } from "./strip.js";
import { uncodedButton } from "./uncoded.js";
import { whichOne } from "./which.js";

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
export function machineView({ path: names, search }) {
  const path = names.filter((level) => level !== "");
  const name = assetName(path) || t("place.none");
  const heading = element("h1", "", name);
  const state = badge();
  state.root.setAttribute("role", "status");
  const line = link("", "");
  const where = element("span", "quiet", line);
  const age = element("span", "quiet");
  const of = () => path;
  const shift = shiftPanel(of);
  const received = receivedPanel();
  const states = strip();
  const ends = axis(states.text);
  /** @type {import("./history.js").History | null} */
  let history = null;
  const shownOnes = () => (shownMachine === undefined ? [] : [shownMachine]);
  const statesPanel = csvPanel(t(chosenTime() === null ? "machine.states" : "past.states"), of,
    { root: states.root, sheet: () => spanSheet(shownOnes(), history) }, ends.root);
  const figures = figureTable();
  const all = allFigures();
  const figuresPanel = csvPanel(comparisonTitle(), of, figures, all.root);
  const shown = hintList();
  const stops = stopTable(false);
  const uncoded = uncodedButton();
  const orders = orderPanel();
  let id = ""; // once it is known which machine the address means
  const notices = noticePanel((levels) => idOf(levels) === id);
  /** @type {Machine | undefined} */
  let shownMachine;
  const ofMachine = (/** @type {(machine: Machine) => void} */ open) => () => {
    if (shownMachine !== undefined) open(shownMachine);
  };
  const acts = element("div", "choices small acts",
    onlyFor("operate", button(t("pieces.title"), ofMachine(openPieces), "reason-button")),
    onlyFor("operate", button(t("note.title"), ofMachine(openNote), "reason-button")));
  if (!may("operate")) acts.append(refusal());
  acts.setAttribute("role", "group");
  setAttribute(acts, "aria-label", t("act.machine"));
  const stopsPanel = csvPanel(t(chosenTime() === null ? "stops.today" : "stops.list"), of, stops);
  const values = table(t("machine.values"),
    [[t("values.metric"), "metric"], [t("values.value"), "value"], [t("values.age"), "number"], [t("values.quality")]]);
  const valuesPanel = csvPanel(t("machine.values"), of,
    { root: element("div", "values", values.root), sheet: () => valueSheet(shownMachine?.metrics ?? []) });
  valuesPanel.classList.add("of-now");
  age.classList.add("of-now");
  const charts = signals(search);
  const signalsPanel = csvPanel(t("signals.title"), of, charts);
  const gone = element("p", "panel", t("view.gone"));
  const which = whichOne("machine");
  const content = element("div", "columns three",
    element("div", "", shift.root, received.root, statesPanel, acts),
    element("aside", "", notices.root, orders.root, stopsPanel, figuresPanel, shown.root, valuesPanel),
    element("div", "below", signalsPanel));
  const title = element("div", "title", heading, state.root, element("span", "space"), uncoded.root, where, age);
  const root = element("div", "", title, gone, which.root, content);

  states.onTap((from, to, stateWord, reason, isLast) => {
    if (stateWord === "running" || shownMachine === undefined) return;
    openStop({
      path, levels: shownMachine.levels, startMs: from, seconds: (to - from) / 1000, state: stateWord, reason,
      reasonCategory: "", shift: "", open: isLast, provisional: false,
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
      watchHistory(place, (answer) => {
        history = answer;
        showHistory(states, id, answer);
        ends.show(answer);
      }),
      watch(() => query("/api/v1/stops", { hours: 24, limit: STOPS }, place), 10, stops.show, stops.fail),
    );
  }

  return {
    title: name, heading, root,
    /** @param {Model} model */
    draw(model) {
      const { machines } = model;
      const found = id === "" ? meant("machine", machines, names) : machines.filter((one) => one.id === id);
      const machine = found.length === 1 ? found[0] : undefined;
      gone.hidden = found.length > 0;
      which.show(found);
      content.hidden = machine === undefined;
      shownMachine = machine;
      if (machine === undefined) return;
      id = machine.id;
      setText(line, aboveText("machine", machine.levels));
      setAttribute(line, "href", hrefOf("line", machine.lineLevels));
      if (watches.length === 0) begin(machine.place, model.hasFigures);
      signalsPanel.hidden = machine.place.machine === "";
      notices.draw(model);
      state.show(machine.state);
      received.show(machine.received, model.now);
      setText(age, machine.age !== null ? t("age", duration(machine.age))
        : machine.received !== null ? t("received.alone") : t("age.never"));
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
      notices.end();
    },
  };
}

/** @param {Metric[]} metrics */
function valueSheet(metrics) {
  /** @type {import("./csv.js").Column<Metric>[]} */
  const columns = [
    [t("values.metric"), label], [t("csv.measurement"), ({ measurement }) => measurement],
    [t("values.value"), ({ value }) => value], [t("stops.range"), ({ time }) => instant(time)],
    [inUnit(t("values.age"), "s"), ({ ageSeconds }) => ageSeconds], [t("values.quality"), qualityOf],
  ];
  return sheetOf(columns, metrics);
}

/** @param {Metric} metric */
function qualityOf({ quality, reason }) {
  const text = word("quality", quality);
  return quality === "good" || !reason ? text : `${text}: ${reason}`;
}
