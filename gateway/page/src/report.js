// The report of a shift on one page of A4, for the plant or a line, this shift or the last.

import { query, watch } from "./api.js";
import { instant, sheetOf } from "./csv.js";
import { csvButton, csvHead } from "./csvbutton.js";
import { button, choice, element, keyed, setText, table } from "./dom.js";
import { pathColumn, shiftIdColumn } from "./csvids.js";
import { figureTable, losses, shiftColumns } from "./figures.js";
import { NOTHING, at, duration, fullDay, percent, whole } from "./format.js";
import { t } from "./i18n.js";
import { lineOption } from "./model.js";
import { nameApart } from "./names.js";
import { apartOf, causeSheet } from "./pareto.js";
import { chosenTime, comparisonTitle, nameOfStretch, withTime } from "./pasttime.js";
import { aboveText, fullText, idIn } from "./places.js";
import { pieces, ratiosOf, shiftName, whyNoPieces } from "./shift.js";
import { shiftLabel } from "./shiftlabels.js";
import { siteLevels, withSite } from "./sites.js";
import { causeOf } from "./states.js";
import { zoneName } from "./zone.js";

/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("../types/api.js").StopList} StopList */
/** @typedef {import("./dom.js").Column} Column */
/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./main.js").View} View */
/** @typedef {import("./model.js").Line} Line */
/** @typedef {import("./model.js").Machine} Machine */
/** @typedef {import("./model.js").Model} Model */

const CAUSES = 8;
const ROWS = 24; // what fits one page
const INDENT = "\u2003";

/** @typedef {{ part: Line | Machine, indent: string, name: string }} Member */
/** @typedef {Member & { shift: Shift }} Reported */

/**
 * The machines of a line, or all lines with their machines.
 *
 * @param {Model} model
 * @param {Line | undefined} line
 * @returns {Member[]}
 */
function membersOf(model, line) {
  if (line !== undefined) return line.machines.map((part) => ({ part, indent: "", name: part.name }));
  return model.lines.flatMap((one) =>
    [{ part: one, indent: "", name: nameApart(one.name, one.apart) },
      ...one.machines.map((part) => ({ part, indent: INDENT, name: part.name }))]);
}

/**
 * What stands at the head of the report.
 *
 * @param {Shift} shift
 * @param {number | null} target
 * @param {Line[]} lines of which it is made
 */
function factsOf(shift, target, lines) {
  return [
    { name: t("figure.oee"), value: ratiosOf(shift).oee },
    { name: t("figure.target"), value: percent(shift.targetOee ?? target) },
    ...timeFacts(shift),
    { name: t("report.pieces"), value: pieces(shift) || whyNoPieces(shift, lines) || NOTHING },
    { name: t("figure.known"), value: percent(shift.coverage) },
  ];
}

/** @param {Shift} shift */
function timeFacts(shift) {
  const time = chosenTime();
  if (time !== null && time.kind !== "shift") {
    return [{ name: t(`past.${time.kind}`), value: nameOfStretch(time.kind, time.span) }];
  }
  return [{ name: t("report.shift"), value: shiftName(shift) },
    { name: t("report.day"), value: `${fullDay(Date.parse(shift.start))}, ${zoneName()}` }];
}

/** The facts at the head of the report. */
function factList() {
  const root = element("div", "report-head");
  return {
    root,
    /** @param {{ name: string, value: string }[]} facts */
    show(facts) {
      keyed(root, facts, ({ name }) => name, () => {
        const name = element("span", "quiet");
        const value = element("b");
        return { root: element("div", "", name, value), name, value };
      }, (part, { name, value }) => {
        setText(part.name, name);
        setText(part.value, value);
      });
    },
  };
}

/** @type {(part: Line | Machine) => part is Line} */
const isLine = (part) => "machines" in part;

/**
 * All of them, also those for which the page has no room.
 *
 * @param {Reported[]} members
 */
const memberSheet = (members) => sheetOf([
  [t("stops.line"), ({ part }) => (isLine(part) ? fullText("line", part.levels) : aboveText("machine", part.levels))],
  [t("stops.machine"), ({ part }) => (isLine(part) ? "" : part.name)],
  [t("report.shift"), ({ shift }) => shiftLabel(shift.name)],
  [t("stops.start"), ({ shift }) => instant(shift.start)],
  ...shiftColumns((/** @type {Reported} */ { shift }) => shift),
  pathColumn(({ part }) => part.levels), shiftIdColumn(({ shift }) => shift.name),
], members);

/** Lines and machines with their figures. */
function memberTable() {
  /** @type {Column[]} */
  const columns = [[t("report.part")], [t("figure.oee"), "number"], [t("figure.availability"), "number"],
    [t("figure.effectiveness"), "number"], [t("figure.quality"), "number"], [t("figure.good"), "number"],
    [t("figure.scrap"), "number"], [t("figure.failures"), "number"], [t("figure.known"), "number"]];
  const view = table(t("report.parts"), columns);
  /** @type {Reported[]} */
  let all = [];
  return {
    root: element("div", "scroll cards", view.root),
    sheet: () => memberSheet(all),
    /** @param {Reported[]} members */
    show(members) {
      all = members;
      view.rows(members.slice(0, ROWS), ({ part }) => part.id, ({ indent, name, shift }) => {
        const ratios = ratiosOf(shift);
        return [indent + name, ratios.oee, ratios.availability, ratios.effectiveness, ratios.quality,
          whole(shift.good), whole(shift.scrap), whole(shift.failures), percent(shift.coverage)];
      });
    },
  };
}

/**
 * @param {Address} address
 * @returns {View}
 */
export function reportView({ search }) {
  const time = chosenTime();
  const named = t(time === null || time.kind === "shift" ? "report.title"
    : time.kind === "day" ? "past.dayReport" : "past.weekReport");
  const heading = element("h1", "", named);
  const shiftChoice = choice(t("report.shift"), (value) => {
    which = value;
    keep();
    show();
    watching.ask();
  });
  const lineChoice = choice(t("stops.line"), (value) => {
    line = value;
    keep();
    show();
    watching.ask();
  });
  const subject = element("div", "strong");
  const facts = factList();
  const lost = losses(() => ofLine());
  const figures = figureTable();
  const members = memberTable();
  const causes = table(t("stops.pareto"),
    [[t("stops.reason")], [t("report.times"), "number"], [t("stops.length"), "number"]]);
  const note = element("p", "quiet");
  const made = element("p", "quiet");
  /** @type {import("../types/api.js").Cause[]} */
  let lostTime = [];
  const headOf = (/** @type {string} */ title, /** @type {import("./csvbutton.js").Sheets} */ shown) =>
    csvHead(title, csvButton(title, shown, () => ofLine()));
  const sheet = element("article", "sheet",
    element("div", "title", heading, element("span", "space"), subject), facts.root,
    element("h2", "", t("plant.causes")), lost.root,
    element("div", "halves",
      element("div", "", headOf(comparisonTitle(), figures.sheet), figures.root),
      element("div", "", headOf(t("stops.pareto"), () => causeSheet(lostTime)), causes.root, note)),
    headOf(t("report.parts"), members.sheet), members.root,
    element("h2", "", t("report.remarks")), element("div", "remarks"), made);
  const nothing = element("p", "panel", t("report.nothing"));
  const toolbar = element("div", "toolbar no-print",
    shiftChoice.root, lineChoice.root, button(t("report.print"), () => print()));
  shiftChoice.root.hidden = time !== null;
  const root = element("div", "report", toolbar, nothing, sheet);
  /** @type {Model | null} */
  let model = null;
  let which = time === null ? search.get("shift") ?? "present" : "present";
  let line = search.get("line") ?? "";

  /** The choice stands in the address, so that it can be sent to a colleague. */
  function keep() {
    const kept = new URLSearchParams(Object.entries({ shift: which, line }).filter(([, value]) => value !== ""));
    history.replaceState(null, "", withSite(withTime(`#/report?${kept}`)));
  }

  const chosen = () => model?.lines.find((one) => one.id === line);
  const ofLine = () => chosen()?.path ?? [];
  const shiftOf = (/** @type {{ shift: Shift | null, last: Shift | null }} */ thing) =>
    (which === "last" ? thing.last : thing.shift);
  const withShift = (/** @type {Line} */ one) => ({ ...one, shift: shiftOf(one) });

  function show() {
    if (model === null) return;
    line = idIn(model.lines, line);
    shiftChoice.show([["present", t("shift.this")], ["last", t("shift.last")]], which);
    const lines = model.lines.filter((one) => one.shift !== null);
    lineChoice.show([["", t("report.plant")], ...lines.map(lineOption)], line);
    const its = chosen();
    const shift = shiftOf(its ?? model);
    sheet.hidden = shift === null;
    nothing.hidden = shift !== null;
    if (shift !== null) showSheet(model, its, shift);
  }

  /**
   * @param {Model} now
   * @param {Line | undefined} its
   * @param {Shift} shift
   */
  function showSheet(now, its, shift) {
    setText(subject, its ? fullText("line", its.levels) : now.status.gateway);
    facts.show(factsOf(shift, now.target, its === undefined ? now.lines.map(withShift) : [withShift(its)]));
    lost.show(shift);
    figures.show((its ?? now).shift, (its ?? now).last);
    const all = membersOf(now, its).flatMap((member) => {
      const itsShift = shiftOf(member.part);
      return itsShift === null ? [] : [{ ...member, shift: itsShift }];
    });
    members.show(all);
    const rest = all.length > ROWS ? ` · ${t("report.notShown", all.length - ROWS)}` : "";
    setText(made, t("report.made", now.status.gateway, at(now.now)) + rest);
  }

  const path = () => query("/api/v1/stops", { shift: which, limit: 1 }, chosen()?.place ?? siteLevels());
  const watching = watch(path, 30, (/** @type {StopList} */ { pareto }) => {
    lostTime = pareto;
    const { causes: own, consequences } = apartOf(pareto);
    const rows = [...own.slice(0, CAUSES), ...consequences];
    causes.rows(rows, (c) => `${c.state} ${c.reason}`, (c) => [
      consequences.includes(c) ? t("pareto.asConsequence", causeOf(c)) : causeOf(c),
      whole(c.count), duration(c.seconds),
    ]);
    setText(note, pareto.length === 0 ? t("stops.none") : "");
  }, (reason) => setText(note, t("fetch.failed", reason)));

  return {
    title: named, heading, root,
    draw(now) {
      const first = model === null;
      model = now;
      show();
      if (first && line !== "") watching.ask();
    },
    leave: () => watching.end(),
  };
}
