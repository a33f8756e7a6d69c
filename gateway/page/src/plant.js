// The plant: the shift's figures first, then lines and machines in the direction of flow, then
// where the time went, then the gateway itself.

import { keepInAddress } from "./address.js";
import { query, watch } from "./api.js";
import { shownPath } from "./assetlabels.js";
import { makeCard, showCard } from "./card.js";
import { csvButton, csvPanel } from "./csvbutton.js";
import { button, element, keyed, link, panel, setAttribute, setClass, setText } from "./dom.js";
import { shiftPanel, showOee } from "./figures.js";
import { firstSteps } from "./first.js";
import { duration } from "./format.js";
import { watchHistory } from "./history.js";
import { t, word } from "./i18n.js";
import { machineSheet, spanSheet } from "./machinesheet.js";
import { paretoList } from "./pareto.js";
import { noticePanel } from "./notices.js";
import { chosenTime } from "./pasttime.js";
import { fullText, hrefOf } from "./places.js";
import { summary } from "./parts.js";
import { nameApart, levelsApart } from "./names.js";
import { hasReports, onlyReports, receivedNote } from "./received.js";
import { pieces, ratiosOf, shiftName, whyNoPieces } from "./shift.js";
import { KINDS, lengthOf } from "./states.js";
import { isOfSite, siteLevels } from "./sites.js";
import { slices } from "./slices.js";
import { uncodedButton } from "./uncoded.js";

/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("../types/api.js").StopList} StopList */
/** @typedef {import("./api.js").Watch} Watch */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("./main.js").View} View */
/** @typedef {import("./model.js").Line} Line */
/** @typedef {import("./model.js").Machine} Machine */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./states.js").Kind} Kind */

const DENSE = 40; // more machines than this are shown small
const ROOMY = 16; // up to this many are shown large
const CAUSES = 6;
const DOWN = 8; // at most this many stopped machines are named above the others

/**
 * @param {import("./address.js").Address} address
 * @returns {View}
 */
export function plantView({ search }) {
  const heading = element("h1", "hidden-text", t("view.plant"));
  const first = firstSteps();
  const reports = onlyReports();
  const shift = shiftPanel();
  const uncoded = uncodedButton();
  const shown = () => filter.apply(model?.lines ?? []).flatMap(({ machines }) => machines);
  const machines = csvButton(t("csv.machines"), () => machineSheet(shown()));
  const states = csvButton(t("csv.states"), () => spanSheet(shown(), history), undefined, t("csv.ofStates"));
  const filter = machineFilter(search, () => show(), uncoded.root);
  const down = downList();
  const lines = element("div", "lines");
  const causes = paretoList(null, CAUSES);
  const causesPanel = csvPanel(t("plant.causes"), () => [], causes);
  const gateway = summary();
  const notices = noticePanel(isOfSite);
  const root = element("div", "plant",
    element("div", "", heading, first.root, reports, shift.root, filter.root, down.root, lines,
      element("div", "csv-row", machines, states)),
    element("aside", "", notices.root, causesPanel, panel(t("view.gateway"), gateway.root)));

  /** @type {Model | null} */
  let model = null;
  /** @type {History | null} */
  let history = null;
  /** @type {Watch[]} */
  let watches = [];
  const cards = slices();

  function begin() {
    uncoded.begin(siteLevels());
    watches = [
      watchHistory(siteLevels(), (answer) => {
        history = answer;
        show();
      }),
      watch(() => query("/api/v1/stops", { shift: "present", limit: 1 }, siteLevels()), 10, showCauses, causes.fail),
    ];
  }

  /** @param {StopList} stops */
  function showCauses({ pareto }) {
    causes.show(pareto, t(chosenTime() === null ? "plant.noStops" : "stops.none"));
  }

  function show() {
    if (model === null) return;
    if (model.hasFigures && watches.length === 0) begin();
    const { machines: heard, status } = model;
    first.root.hidden = heard.length > 0 || hasReports();
    reports.hidden = heard.length > 0 || !hasReports();
    machines.hidden = heard.length === 0;
    if (!first.root.hidden) first.show(status);
    const { now, lines: all } = model;
    shift.show(model, model.target, (its) => ({
      name: nameWithTimeLeft(its, now), note: ratiosOf(its).coverage, why: whyNoPieces(its, all),
    }));
    causesPanel.hidden = !model.hasFigures;
    states.hidden = machines.hidden || !model.hasFigures;
    const dense = heard.length > DENSE;
    setClass(lines, `lines ${dense ? "dense" : heard.length <= ROOMY ? "roomy" : ""}`);
    filter.show(heard);
    keyed(lines, filter.apply(model.lines), ({ line }) => line.id, ({ line }) => makeLine(line), (part, fitting) => {
      showLine(part, fitting.line, now);
      keyed(part.machines, fitting.machines, (m) => m.id, makeCard, (card, machine) =>
        cards.add(machine.id, () => showCard(card, machine, history, dense, now)));
    });
    cards.begin();
    down.show(dense ? heard : []);
    gateway.show(status);
    notices.draw(model);
  }

  return {
    title: t("view.plant"), heading, root,
    draw(now) {
      model = now;
      show();
    },
    leave() {
      watches.forEach((one) => one.end());
      cards.end();
      uncoded.end();
      notices.end();
    },
  };
}

/**
 * @param {Shift} shift
 * @param {number} now
 */
function nameWithTimeLeft(shift, now) {
  const left = (Date.parse(shift.end) - now) / 1000;
  return left > 0 ? t("shift.left", shiftName(shift), duration(left)) : shiftName(shift);
}

/**
 * The search, and a button for each kind of state.
 *
 * @param {URLSearchParams} chosen in the address
 * @param {() => void} onChange
 * @param {Node[]} more what else stands there
 */
function machineFilter(chosen, onChange, ...more) {
  const search = element("input");
  search.type = "search";
  setAttribute(search, "placeholder", t("plant.find"));
  setAttribute(search, "aria-label", t("plant.find"));
  search.value = chosen.get("find") ?? "";
  search.addEventListener("input", changed);
  const tally = element("div", "tally");
  tally.setAttribute("role", "group");
  setAttribute(tally, "aria-label", t("plant.filter"));
  const report = link("button", "#/report", t("report.open"));
  const root = element("div", "toolbar find", search, tally, element("span", "space"), ...more, report);
  let onlyKind = KINDS.find((kind) => kind === chosen.get("kind")) ?? null;

  function changed() {
    keepInAddress({ find: search.value.trim(), kind: onlyKind ?? "" });
    onChange();
  }

  return {
    root,
    /** @param {Machine[]} machines all of them */
    show(machines) {
      root.hidden = machines.length === 0;
      const counts = KINDS.map((kind) => ({ kind, count: machines.filter((m) => m.state.kind === kind).length }))
        .filter(({ kind, count }) => count > 0 || kind === onlyKind);
      keyed(tally, counts, (c) => c.kind, ({ kind }) => ({
        root: button("", () => {
          onlyKind = onlyKind === kind ? null : kind;
          changed();
        }),
      }), (part, { kind, count }) => {
        setClass(part.root, `badge ${kind}`);
        setText(part.root, `${count} ${word("kind", kind)}`);
        setAttribute(part.root, "aria-pressed", String(onlyKind === kind));
      });
    },
    /**
     * The lines with the machines that fit; without a filter, lines without machines too.
     *
     * @param {Line[]} lines
     */
    apply(lines) {
      const wanted = search.value.trim().toLowerCase();
      const all = wanted === "" && onlyKind === null;
      const fits = (/** @type {Machine} */ m) => (onlyKind === null || m.state.kind === onlyKind)
        && [...m.path, ...shownPath(m.path)].join(" ").toLowerCase().includes(wanted);
      return lines.map((line) => ({ line, machines: line.machines.filter(fits) }))
        .filter(({ machines }) => machines.length > 0 || all);
    },
  };
}

/** The machines that are down, the longest first. */
function downList() {
  const root = element("ul", "plain down-now");
  setAttribute(root, "aria-label", word("kind", "down"));
  return {
    root,
    /** @param {Machine[]} machines */
    show(machines) {
      const down = machines.filter((m) => m.state.kind === "down")
        .sort((a, b) => (b.state.seconds ?? 0) - (a.state.seconds ?? 0)).slice(0, DOWN);
      const apart = levelsApart(down.map((m) => m.levels));
      const named = down.map((m, at) => ({ m, text: nameApart(m.name, apart[at]) }));
      keyed(root, named, ({ m }) => m.id, ({ m }) => {
        const name = element("span", "name");
        const since = element("span", "since");
        const reason = element("span", "reason");
        const item = link("badge down", hrefOf("machine", m.levels), name, since, reason);
        return { root: element("li", "", item), name, since, reason };
      }, (part, { m, text }) => {
        setText(part.name, text);
        setAttribute(part.name, "title", text); // what does not fit is cut
        setText(part.since, lengthOf(m.state));
        setText(part.reason, m.state.reason);
      });
    },
  };
}

/** @param {Line} line */
function makeLine(line) {
  const name = link("", hrefOf("line", line.levels));
  const heading = element("h2", "", name);
  const apart = element("div", "quiet");
  setAttribute(heading, "title", fullText("line", line.levels));
  const oee = element("b", "oee");
  const made = element("div");
  const more = element("div", "quiet");
  const received = receivedNote();
  const machines = element("div", "machines");
  const head = element("div", "line-head", heading, apart, oee, made, more, received.root);
  return { root: element("section", "line", head, machines), name, apart, oee, made, more, received, machines };
}

/**
 * @param {ReturnType<typeof makeLine>} part
 * @param {Line} line
 * @param {number} now milliseconds
 */
function showLine(part, line, now) {
  setText(part.name, line.name);
  setText(part.apart, line.apart);
  part.oee.hidden = line.shift === null && line.received === null;
  showOee(part.oee, line.shift ?? line.received);
  part.received.show(line.received, now);
  part.made.hidden = line.shift === null;
  if (line.shift === null) {
    setText(part.more, t("plant.machines", line.machines.length));
    return;
  }
  setText(part.made, pieces(line.shift));
  const last = line.last === null ? "" : t("card.last", ratiosOf(line.last).oee);
  const basis = line.shift.basis === "sum" ? t("figure.sum") : "";
  setText(part.more, [last, basis].filter((text) => text !== "").join(" · "));
}
