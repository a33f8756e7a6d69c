// A machine: its state, its figures, its last hours, its stops with reasons, its signals.

import { query, watch } from "./api.js";
import { label } from "./card.js";
import { element, link, panel, setText, table } from "./dom.js";
import { badge, factors, figureTable, losses, pieces, shiftName, showBadge, showOee } from "./figures.js";
import { duration, figure, percent } from "./format.js";
import { watchHistory } from "./history.js";
import { t, word } from "./i18n.js";
import { hrefOf, idOf, said } from "./model.js";
import { signals } from "./signals.js";
import { showStrip, strip } from "./strip.js";
import { stopTable } from "./stoplist.js";

const STOPS = 8;

export function machineView({ path }) {
  const heading = element("h1", "", path.at(-1) ?? t("place.none"));
  const state = badge();
  state.setAttribute("role", "status");
  const where = element("span", "quiet");
  const linePath = path.slice(0, -1);
  where.append(linePath.length === 0 ? "" : link("", hrefOf("line", linePath), linePath.join(" / ")));
  const age = element("span", "quiet");
  const oee = element("b", "oee");
  const under = element("div", "quiet");
  const bars = factors();
  const name = element("div", "strong");
  const made = element("div");
  const product = element("div", "quiet");
  const lost = losses();
  const shift = element("section", "panel shift", element("div", "", oee, under), bars.root, element("div", "", name, made, product), lost.root);
  const states = strip();
  const axis = element("div", "axis", element("span"), element("span"));
  const stripPanel = panel(t("machine.states"), states, axis);
  const figures = figureTable();
  const figuresPanel = panel(t("figure.table"), figures.root);
  const stops = stopTable(false);
  const stopsPanel = panel(t("stops.today"), stops.root);
  const values = table(t("machine.values"), [[t("values.metric")], [t("values.value"), "value"], [t("values.age"), "number"], [t("values.quality")]]);
  const charts = signals();
  const signalsPanel = panel(t("signals.title"), charts.root);
  const gone = element("p", "panel", t("view.gone"));
  const content = element("div", "columns three",
    element("div", "", shift, stripPanel),
    element("aside", "", figuresPanel, stopsPanel, panel(t("machine.values"), element("div", "scroll slim", values.root))),
    element("div", "below", signalsPanel));
  const root = element("div", "", element("div", "title", heading, state, element("span", "space"), where, age), gone, content);

  const id = idOf(path);
  let model = null;
  let watches = [];

  function begin(place) {
    if (place.machine !== "") watches = [charts.begin(place)]; // signals are kept of machines alone
    if (!model.hasFigures) return;
    watches.push(watchHistory(place, (history) => {
      showStrip(states, history.spans.get(id) ?? [], history.fromMs, history.toMs);
      setText(axis.children[0], history.from);
      setText(axis.children[1], t("strip.now"));
    }, () => {}), // the strip stays hatched
    watch(() => query("/api/v1/stops", { hours: 24, limit: STOPS }, place), 10, stops.show, stops.fail));
  }

  function show() {
    const machine = model.machines.find((one) => one.id === id);
    gone.hidden = machine !== undefined;
    content.hidden = machine === undefined;
    if (machine === undefined) return;
    if (watches.length === 0) begin(machine.place);
    signalsPanel.hidden = machine.place.machine === "";
    showBadge(state, machine.state);
    setText(age, t("age", duration(machine.age)));
    for (const part of [shift, stripPanel, figuresPanel, stopsPanel]) part.hidden = machine.shift === null;
    if (machine.shift !== null) {
      showOee(oee, machine.shift, "oee");
      setText(under, t("plant.oee", said(machine.last).oee, percent(model.target)));
      bars.show(machine.shift);
      setText(name, shiftName(machine.shift));
      setText(made, pieces(machine.shift));
      setText(product, machine.product === "" ? said(machine.shift).coverage : t("machine.product", machine.product));
      lost.show(machine.shift);
      figures.show(machine.shift, machine.last);
    }
    values.rows(machine.metrics, (m) => `${m.measurement} ${label(m)}`, (m) => [
      label(m), figure(m.value), duration(m.ageSeconds), m.quality === "good" ? word("quality", m.quality) : `${word("quality", m.quality)}${m.reason ? `: ${m.reason}` : ""}`,
    ]);
  }

  return {
    title: path.at(-1) ?? t("place.none"), heading, root,
    draw(now) {
      model = now;
      show();
    },
    leave() {
      watches.forEach((one) => one.end());
      charts.end();
    },
  };
}
