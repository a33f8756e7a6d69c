// A line: its figures, where its time went, its machines in the direction of flow, its stops.

import { allFigures } from "./allfigures.js";
import { query, watch } from "./api.js";
import { assetName } from "./assetlabels.js";
import { csvButton, csvHead, csvPanel } from "./csvbutton.js";
import { element, keyed, link, setAttribute, setClass, setText } from "./dom.js";
import { badge, figureTable, shiftPanel, showOee } from "./figures.js";
import { watchHistory } from "./history.js";
import { t } from "./i18n.js";
import { machineSheet, spanSheet } from "./machinesheet.js";
import { noticePanel } from "./notices.js";
import { orderPanel } from "./orders.js";
import { chosenTime, comparisonTitle } from "./pasttime.js";
import { aboveText, hrefOf, idOf, meant } from "./places.js";
import { receivedNote, receivedPanel } from "./received.js";
import { ratiosOf, whyNoPieces } from "./shift.js";
import { slices } from "./slices.js";
import { stopTable } from "./stoplist.js";
import { axis, showHistory, strip } from "./strip.js";
import { uncodedButton } from "./uncoded.js";
import { whichOne } from "./which.js";

/** @typedef {import("./api.js").Watch} Watch */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./main.js").View} View */
/** @typedef {import("./model.js").Line} Line */
/** @typedef {import("./model.js").Machine} Machine */
/** @typedef {import("./model.js").Model} Model */

const STOPS = 20;

/**
 * @param {Address} address
 * @returns {View}
 */
export function lineView({ path: names }) {
  const path = names.filter((level) => level !== "");
  const name = assetName(path) || t("place.noLine");
  const heading = element("h1", "", name);
  const where = element("span", "quiet");
  const report = link("button", "", t("report.open"));
  const of = () => path;
  const shift = shiftPanel(of);
  const received = receivedPanel();
  const machines = element("div", "rows");
  const ends = axis();
  const figures = figureTable();
  const all = allFigures();
  const stops = stopTable(true);
  const uncoded = uncodedButton();
  const orders = orderPanel();
  let id = ""; // once it is known which line the address means
  const notices = noticePanel(([site, area, its]) => idOf([site, area, its, ""]) === id);
  const gone = element("p", "panel", t("view.gone"));
  const which = whichOne("line");
  const shown = () => line?.machines ?? [];
  const head = csvHead(t("line.machines"), csvButton(t("csv.machines"), () => machineSheet(shown()), of),
    csvButton(t("csv.states"), () => spanSheet(shown(), history), of, t("csv.ofStates")));
  const content = element("div", "columns",
    element("div", "", shift.root, received.root, element("section", "panel", head, machines, ends.root)),
    element("aside", "", notices.root, csvPanel(comparisonTitle(), of, figures, all.root), orders.root),
    element("div", "wide", csvPanel(t(chosenTime() === null ? "stops.today" : "stops.list"), of, stops)));
  const title = element("div", "title", heading, where, element("span", "space"), uncoded.root, report);
  const root = element("div", "", title, gone, which.root, content);

  /** @type {Model | null} */
  let model = null;
  /** @type {Line | undefined} */
  let line;
  /** @type {History | null} */
  let history = null;
  /** @type {Watch[]} */
  let watches = [];
  const rows = slices();

  /** @param {Line["place"]} place */
  function begin(place) {
    all.begin(place);
    uncoded.begin(place);
    orders.begin(place);
    watches = [
      watchHistory(place, (answer) => {
        history = answer;
        show();
      }),
      watch(() => query("/api/v1/stops", { hours: 24, limit: STOPS }, place), 10, stops.show, stops.fail),
    ];
  }

  function show() {
    if (model === null) return;
    const found = id === "" ? meant("line", model.lines, names) : model.lines.filter((one) => one.id === id);
    line = found.length === 1 ? found[0] : undefined;
    gone.hidden = found.length > 0;
    which.show(found);
    content.hidden = line === undefined;
    report.hidden = line === undefined;
    if (line === undefined) return;
    id = line.id;
    const shownLines = [line];
    setText(where, aboveText("line", line.levels));
    setAttribute(report, "href", `#/report?line=${encodeURIComponent(id)}`);
    if (model.hasFigures && watches.length === 0) begin(line.place);
    notices.draw(model);
    shift.show(line, model.target, (its) => ({
      note: ratiosOf(its).coverage, why: whyNoPieces(its, shownLines),
    }));
    if (line.shift !== null) figures.show(line.shift, line.last);
    const { now } = model;
    received.show(line.received, now);
    keyed(machines, line.machines, (m) => m.id, makeRow, (row, machine) =>
      rows.add(machine.id, () => showRow(row, machine, history, now)));
    rows.begin();
    if (history !== null) ends.show(history);
  }

  return {
    title: name, heading, root,
    draw(now) {
      model = now;
      show();
    },
    leave() {
      watches.forEach((one) => one.end());
      rows.end();
      all.end();
      stops.end();
      uncoded.end();
      orders.end();
      notices.end();
    },
  };
}

/** @param {Machine} machine */
function makeRow(machine) {
  const state = badge();
  const states = strip();
  const oee = element("b", "oee");
  const name = element("div", "name", link("", hrefOf("machine", machine.levels), machine.name));
  setAttribute(name, "title", machine.name); // two lines of it are shown
  const received = receivedNote();
  return { root: element("div", "", name, state.root, states.root, received.root, oee), state, states, oee, received };
}

/**
 * @param {ReturnType<typeof makeRow>} row
 * @param {Machine} machine
 * @param {History | null} history
 * @param {number} now milliseconds
 */
function showRow(row, machine, history, now) {
  setClass(row.root, `machine-row ${machine.state.kind}`);
  row.state.show(machine.state);
  row.oee.hidden = machine.shift === null && machine.received === null;
  showOee(row.oee, machine.shift ?? machine.received);
  row.received.show(machine.received, now);
  row.states.root.classList.toggle("invisible", history === null);
  row.states.root.classList.toggle("gone", machine.received !== null);
  if (history !== null) showHistory(row.states, machine.id, history);
}
