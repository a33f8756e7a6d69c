// A machine as a tile: its state, the figures of its shift, its last hours.

import { element, keyed, link, setAttribute, setClass, setHidden, setText } from "./dom.js";
import { badge, showOee } from "./figures.js";
import { figure, whole } from "./format.js";
import { t } from "./i18n.js";
import { hrefOf } from "./places.js";
import { receivedNote } from "./received.js";
import { ratiosOf } from "./shift.js";
import { axis, showHistory, strip } from "./strip.js";

/** @typedef {import("../types/api.js").Metric} Metric */
/** @typedef {import("../types/api.js").SeriesName} SeriesName */
/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("./model.js").Machine} Machine */
/** @typedef {ReturnType<typeof fill>} Filled */
/** @typedef {{ root: HTMLElement, filled: Filled | null }} Card */

const METRICS_SHOWN = 6;

/**
 * An empty tile, which is filled once it is shown: many of them cost little.
 *
 * @returns {Card}
 */
export const makeCard = () => ({ root: element("article", "machine"), filled: null });

/**
 * @param {HTMLElement} root
 * @param {Machine} machine
 */
function fill(root, machine) {
  const name = link("", hrefOf("machine", machine.levels));
  const heading = element("h3", "", name);
  const oee = element("b", "oee");
  const state = badge();
  const pieces = element("div", "pieces");
  const states = strip();
  const ends = axis();
  const hours = element("div", "", states.root, ends.root);
  const received = receivedNote();
  const metrics = element("dl", "metrics");
  const top = element("div", "top", heading, oee);
  root.append(top, state.root, pieces, hours, received.root, metrics);
  return { heading, name, oee, state, pieces, hours, states, ends, received, metrics };
}

/**
 * @param {Card} card
 * @param {Machine} machine
 * @param {History | null} history null while there is none
 * @param {boolean} dense whether pieces are left out because there are many machines
 * @param {number} now milliseconds
 */
export function showCard(card, machine, history, dense, now) {
  setClass(card.root, `machine ${machine.state.kind}`);
  const filled = card.filled ??= fill(card.root, machine);
  setText(filled.name, machine.name);
  setAttribute(filled.heading, "title", machine.name); // two lines of it are shown
  filled.state.show(machine.state);
  const { shift, received } = machine;
  setHidden(filled.oee, shift === null && received === null);
  setHidden(filled.pieces, shift === null);
  setHidden(filled.hours, shift === null || history === null);
  setHidden(filled.metrics, shift !== null);
  showOee(filled.oee, shift ?? received);
  filled.received.show(received, now);
  if (shift === null) {
    showMetrics(filled.metrics, machine);
    return;
  }
  if (!dense) setText(filled.pieces, piecesOf(shift, machine.last));
  if (history !== null) {
    showHistory(filled.states, machine.id, history);
    filled.ends.show(history);
  }
}

/**
 * @param {Shift} shift
 * @param {Shift | null} last
 */
function piecesOf({ good, plan, scrap }, last) {
  const made = good === null ? ""
    : plan === null ? t("pieces.good", whole(good)) : t("card.goodOf", whole(good), whole(plan));
  const rest = [scrap === null ? "" : t("pieces.scrap", whole(scrap)), t("card.last", ratiosOf(last).oee)];
  return `${made}\n${rest.filter((part) => part !== "").join(" · ")}`;
}

/**
 * The name of a metric, with the tags of its series.
 *
 * @param {SeriesName} series
 */
export function label({ metric, tags }) {
  const values = Object.values(tags ?? {});
  return values.length > 0 ? `${metric} (${values.join(", ")})` : metric;
}

/**
 * @param {Element} list
 * @param {Machine} machine
 */
function showMetrics(list, { metrics }) {
  const more = metrics.length - METRICS_SHOWN;
  const items = metrics.slice(0, more > 0 ? METRICS_SHOWN - 1 : METRICS_SHOWN)
    .map((m) => ({ name: label(m), value: figure(m.value), isGood: m.quality === "good" }));
  if (more > 0) items.push({ name: t("metrics.and"), value: t("metrics.more", more + 1), isGood: true });
  keyed(list, items, (item) => item.name, () => {
    const name = element("dt");
    const value = element("dd");
    return { root: element("div", "", name, value), name, value };
  }, (row, item) => {
    setText(row.name, item.name);
    setText(row.value, item.value);
    setClass(row.value, item.isGood ? "" : "doubt");
  });
}
