// The report of a shift on one page of A4, for the plant or a line, this shift or the last.

import { query, watch } from "./api.js";
import { button, element, keyed, setText, table } from "./dom.js";
import { figureTable, losses, pieces, shiftName } from "./figures.js";
import { NOTHING, at, duration, fullDay, percent, whole } from "./format.js";
import { t } from "./i18n.js";
import { said } from "./model.js";
import { causeOf } from "./pareto.js";
import { choice } from "./stops.js";

const CAUSES = 8;
const ROWS = 24; // what fits one page

export function reportView({ search }) {
  const heading = element("h1", "", t("report.title"));
  const shiftChoice = choice(t("report.shift"), (value) => {
    which = value;
    show();
    watching.ask();
  });
  const lineChoice = choice(t("stops.line"), (value) => {
    line = value;
    show();
    watching.ask();
  });
  const subject = element("div", "strong");
  const head = element("div", "report-head");
  const lost = losses();
  const figures = figureTable();
  const parts = table(t("report.parts"), [[t("report.part")], [t("figure.oee"), "number"], [t("figure.availability"), "number"],
    [t("figure.effectiveness"), "number"], [t("figure.quality"), "number"], [t("figure.good"), "number"], [t("figure.scrap"), "number"],
    [t("figure.failures"), "number"], [t("figure.known"), "number"]]);
  const causes = table(t("stops.pareto"), [[t("stops.reason")], [t("report.times"), "number"], [t("stops.length"), "number"]]);
  const note = element("p", "quiet");
  const made = element("p", "quiet");
  const sheet = element("article", "sheet", element("div", "title", heading, element("span", "space"), subject), head,
    element("h2", "", t("plant.causes")), lost.root,
    element("div", "halves", element("div", "", element("h2", "", t("figure.table")), figures.root),
      element("div", "", element("h2", "", t("stops.pareto")), causes.root, note)),
    element("h2", "", t("report.parts")), parts.root, element("h2", "", t("report.remarks")), element("div", "remarks"), made);
  const nothing = element("p", "panel", t("report.nothing"));
  const root = element("div", "report", element("div", "toolbar no-print", shiftChoice.root, lineChoice.root, button(t("report.print"), () => print())), nothing, sheet);
  let model = null;
  let which = search.get("shift") ?? "present";
  let line = search.get("line") ?? "";

  const chosen = () => model?.lines.find((one) => one.id === line);
  const of = (thing) => (which === "last" ? thing.last : thing.shift);

  function show() {
    shiftChoice.show([["present", t("shift.this")], ["last", t("shift.last")]], which);
    lineChoice.show([["", t("report.plant")], ...model.lines.filter((one) => one.shift !== null).map((one) => [one.id, one.path.join(" / ")])], line);
    const its = chosen();
    const shift = of(its ?? model);
    sheet.hidden = shift === null;
    nothing.hidden = shift !== null;
    if (shift === null) return;
    const figure = said(shift);
    setText(subject, its ? its.path.join(" / ") : model.status.gateway);
    const start = Date.parse(shift.start);
    const facts = [
      [t("figure.oee"), figure.oee], [t("figure.target"), percent(model.target)],
      [t("report.shift"), shiftName(shift)], [t("report.day"), fullDay(start)], [t("report.pieces"), pieces(shift) || NOTHING], [t("figure.known"), percent(shift.coverage)],
    ];
    keyed(head, facts, ([name]) => name, () => element("div", "", element("span", "quiet"), element("b")), (node, [name, value]) => {
      setText(node.firstChild, name);
      setText(node.children[1], value);
    });
    lost.show(shift);
    figures.show(its ? its.shift : model.shift, its ? its.last : model.last);
    const members = (its ? its.machines.map((one) => [one, ""]) : model.lines.flatMap((one) => [[one, ""], ...one.machines.map((m) => [m, "\u2003"])]))
      .filter(([one]) => of(one) !== null);
    parts.rows(members.slice(0, ROWS), ([one]) => one.id, ([one, indent]) => {
      const s = of(one);
      const words = said(s);
      return [indent + one.name, words.oee, words.availability, words.effectiveness, words.quality, whole(s.good), whole(s.scrap), whole(s.failures), percent(s.coverage)];
    });
    setText(made, t("report.made", model.status.gateway, at(model.now))
      + (members.length > ROWS ? ` · ${t("report.notShown", members.length - ROWS)}` : ""));
  }

  const watching = watch(() => query("/api/v1/stops", { shift: which, limit: 1 }, chosen()?.place), 30, (answer) => {
    causes.rows(answer.pareto.slice(0, CAUSES), (c) => `${c.state} ${c.reason}`, (c) => [causeOf(c), whole(c.count), duration(c.seconds)]);
    setText(note, answer.pareto.length === 0 ? t("stops.none") : "");
  }, (reason) => setText(note, t("fetch.failed", reason)));

  return {
    title: t("report.title"), heading, root,
    draw(now) {
      const first = model === null;
      model = now;
      show();
      if (first && line !== "") watching.ask();
    },
    leave: () => watching.end(),
  };
}
