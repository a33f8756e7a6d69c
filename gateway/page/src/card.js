// A machine as a tile: its state, the figures of its shift, its last hours.

import { element, keyed, link, setAttribute, setClass, setText } from "./dom.js";
import { figure, whole } from "./format.js";
import { t } from "./i18n.js";
import { hrefOf, said } from "./model.js";
import { badge, showBadge, showOee } from "./figures.js";
import { showStrip, strip } from "./strip.js";

const METRICS_SHOWN = 6;

export function makeCard(machine) {
  return element("article", "machine",
    element("div", "top", element("h3", "", link("", hrefOf("machine", machine.path))), element("b", "oee")),
    badge(),
    element("div", "pieces"),
    element("div", "", strip(), element("div", "axis", element("span"), element("span"))),
    element("dl", "metrics"));
}

/**
 * @param history of all machines by id, with fromMs and toMs; null while there is none
 * @param dense whether there are so many that pieces are left out
 */
export function showCard(card, machine, history, dense) {
  const [top, state, pieces, hours, metrics] = card.children;
  const kind = machine.state.kind;
  setClass(card, `machine ${kind}`);
  setText(top.firstChild.firstChild, machine.name);
  setAttribute(top.firstChild, "title", machine.name); // two lines of it are shown
  showBadge(state, machine.state);
  const figures = machine.shift !== null;
  for (const part of [top.children[1], pieces]) part.hidden = !figures;
  hours.hidden = !figures || history === null;
  metrics.hidden = figures;
  if (!figures) {
    showMetrics(metrics, machine);
    return;
  }
  showOee(top.children[1], machine.shift, "oee");
  if (!dense) setText(pieces, piecesOf(machine));
  if (history !== null) {
    const [states, axis] = hours.children;
    showStrip(states, history.spans.get(machine.id) ?? [], history.fromMs, history.toMs);
    setText(axis.children[0], history.from);
    setText(axis.children[1], t("strip.now"));
  }
}

function piecesOf(machine) {
  const { good, plan, scrap } = machine.shift;
  const made = good === null ? "" : plan === null || plan === undefined
    ? t("pieces.good", whole(good)) : t("card.goodOf", whole(good), whole(plan));
  const rest = [scrap === null ? "" : t("pieces.scrap", whole(scrap)), t("card.last", said(machine.last).oee)];
  return `${made}\n${rest.filter((part) => part !== "").join(" · ")}`;
}

export const label = (metric) => {
  const tags = Object.values(metric.tags ?? {});
  return metric.metric + (tags.length > 0 ? ` (${tags.join(", ")})` : "");
};

export function showMetrics(list, machine) {
  const more = machine.metrics.length - METRICS_SHOWN;
  const items = machine.metrics.slice(0, more > 0 ? METRICS_SHOWN - 1 : METRICS_SHOWN)
    .map((m) => ({ label: label(m), value: figure(m.value), metric: m }));
  if (more > 0) items.push({ label: t("metrics.and"), value: t("metrics.more", more + 1), metric: { quality: "good" } });
  keyed(list, items, (i) => i.label, () => element("div", "", element("dt"), element("dd")), (row, item) => {
    setText(row.children[0], item.label);
    setText(row.children[1], item.value);
    setClass(row.children[1], item.metric.quality === "good" ? "" : "doubt");
  });
}

