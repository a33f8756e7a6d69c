// A line: its figures, where its time went, its machines in the direction of flow, its stops.

import { query, watch } from "./api.js";
import { element, keyed, link, panel, setClass, setText } from "./dom.js";
import { badge, factors, figureTable, losses, pieces, shiftName, showBadge, showOee } from "./figures.js";
import { percent } from "./format.js";
import { watchHistory } from "./history.js";
import { t } from "./i18n.js";
import { hrefOf, idOf, said } from "./model.js";
import { showStrip, strip } from "./strip.js";
import { stopTable } from "./stoplist.js";

const STOPS = 20;

export function lineView({ path }) {
  const heading = element("h1", "", path.at(-1) ?? t("place.noLine"));
  const where = element("span", "quiet", path.slice(0, -1).join(" / "));
  const report = link("button", `#/report?line=${encodeURIComponent(JSON.stringify(path))}`, t("report.open"));
  const oee = element("b", "oee");
  const under = element("div", "quiet");
  const bars = factors();
  const name = element("div", "strong");
  const made = element("div");
  const lost = losses();
  const shift = element("section", "panel shift", element("div", "", oee, under), bars.root, element("div", "", name, made), lost.root);
  const machines = element("div", "rows");
  const axis = element("div", "axis", element("span"), element("span"));
  const figures = figureTable();
  const stops = stopTable(true);
  const gone = element("p", "panel", t("view.gone"));
  const content = element("div", "columns",
    element("div", "", shift, panel(t("line.machines"), machines, axis)),
    element("aside", "", panel(t("figure.table"), figures.root)),
    element("div", "wide", panel(t("stops.today"), stops.root)));
  const root = element("div", "", element("div", "title", heading, where, element("span", "space"), report), gone, content);

  const id = idOf(path);
  let model = null;
  let history = null;
  let watches = [];

  function begin(place) {
    watches = [
      watchHistory(place, (answer) => {
        history = answer;
        show();
      }, () => {}),
      watch(() => query("/api/v1/stops", { hours: 24, limit: STOPS }, place), 10, stops.show, stops.fail),
    ];
  }

  function show() {
    const line = model.lines.find((one) => one.id === id);
    gone.hidden = line !== undefined;
    content.hidden = line === undefined;
    if (line === undefined) return;
    if (model.hasFigures && watches.length === 0) begin(line.place);
    shift.hidden = line.shift === null;
    if (line.shift !== null) {
      showOee(oee, line.shift, "oee");
      setText(under, t("plant.oee", said(line.last).oee, percent(model.target)));
      bars.show(line.shift);
      setText(name, shiftName(line.shift));
      setText(made, pieces(line.shift));
      lost.show(line.shift);
      figures.show(line.shift, line.last);
    }
    keyed(machines, line.machines, (m) => m.id, (m) => element("div", "", element("div", "name", link("", hrefOf("machine", m.path), m.name)),
      badge(), strip(), element("b", "oee")), (row, machine) => {
      setClass(row, `machine-row ${machine.state.kind}`);
      const [, state, states, its] = row.children;
      showBadge(state, machine.state);
      its.hidden = machine.shift === null;
      if (machine.shift !== null) showOee(its, machine.shift, "oee");
      states.style.visibility = history === null ? "hidden" : "";
      if (history !== null) showStrip(states, history.spans.get(machine.id) ?? [], history.fromMs, history.toMs);
    });
    if (history !== null) {
      setText(axis.children[0], history.from);
      setText(axis.children[1], t("strip.now"));
    }
  }

  return {
    title: path.at(-1) ?? t("place.noLine"), heading, root,
    draw(now) {
      model = now;
      show();
    },
    leave: () => watches.forEach((one) => one.end()),
  };
}
