// The orders of a machine or a line: what is made, what is paused, what is to come; to start, pause,
// finish, and to take that back.

import { onSaid, say, waiting } from "./act.js";
import { messageOf, query, watch } from "./api.js";
import { assetName } from "./assetlabels.js";
import { bodyOfOrder } from "./corrections.js";
import { amountOf, instant, inUnit, sheetOf } from "./csv.js";
import { csvPanel } from "./csvbutton.js";
import { pathColumn } from "./csvids.js";
import { button, element, keyed, setText } from "./dom.js";
import { figure, percent } from "./format.js";
import { t, word } from "./i18n.js";
import { gatewayNow } from "./now.js";
import { fullText, levelsOf, pathOf } from "./places.js";
import { onlyFor } from "./session.js";
import { field, openSheet } from "./sheet.js";
import { whoLine } from "./who.js";

/** @typedef {import("../types/api.js").Order} Order */
/** @typedef {import("../types/api.js").Orders} Orders */
/** @typedef {import("./api.js").Levels} Levels */
/** @typedef {import("./api.js").Watch} Watch */

const SECONDS = 10;
const SHOWN = 12;

/** @typedef {import("./corrections.js").Step} Step */

/**
 * What can be done with an order, by its state.
 *
 * @type {Record<Order["state"], Step[]>}
 */
const STEPS = {
  running: ["order-paused", "order-finished"],
  paused: ["order-started", "order-finished"],
  planned: ["order-started"],
};

/**
 * What is known of an order, as text.
 *
 * @param {Order} order
 */
export function textOfOrder({ product, quantity, good, progress, plannedStart }) {
  const made = good === undefined || quantity === undefined ? ""
    : t("order.made", figure(good), figure(quantity), percent(progress));
  const wanted = made === "" && quantity !== undefined ? t("order.wanted", figure(quantity)) : "";
  const start = plannedStart === undefined ? "" : plannedStart.slice(0, 16).replace("T", " ");
  return [product ?? "", made, wanted, start].filter((part) => part !== "").join(" · ");
}

/** @param {Order} order */
const placeOf = ({ site = "", area = "", line = "", machine = "" }) => ({ site, area, line, machine });

/** @param {Order[]} orders */
function orderSheet(orders) {
  /** @type {import("./csv.js").Column<Order>[]} */
  const columns = [
    [t("order.id"), ({ order }) => order],
    [t("stops.state"), ({ state }) => word("orderstate", state)],
    [t("stops.line"), (order) => fullText("line", levelsOf({ ...placeOf(order), machine: "" }))],
    [t("stops.machine"), ({ machine, ...order }) =>
      (machine === undefined ? "" : assetName(pathOf(levelsOf({ ...order, machine }))))],
    [t("csv.product"), ({ product }) => product],
    [t("csv.quantity"), ({ quantity }) => quantity], [t("figure.good"), ({ good }) => good],
    [inUnit(t("csv.progress"), "%"), ({ progress }) => amountOf(progress, "percent")],
    [t("csv.plannedStart"), ({ plannedStart }) => instant(plannedStart)],
    [t("csv.who"), ({ event }) => event?.who], [t("csv.saidAt"), ({ event }) => instant(event?.at)],
    pathColumn(levelsOf),
  ];
  return sheetOf(columns, orders);
}

export function orderPanel() {
  const list = element("ul", "plain orders");
  const note = element("p", "quiet");
  const start = onlyFor("operate", button(t("order.other"), () => openOrder(place)));
  const shown = { root: list, sheet: () => orderSheet(orders) };
  const root = csvPanel(t("order.title"), () => pathOf(levelsOf(place)), shown, note, start);
  root.classList.add("of-now");
  root.hidden = true;
  /** @type {Levels} */
  let place = {};
  /** @type {Order[]} */
  let orders = [];
  /** @type {(() => void)[]} */
  let ends = [];

  /** @param {Order} order */
  function make(order) {
    const name = element("b");
    const state = element("span", "quiet");
    const text = element("small", "quiet");
    const steps = element("div", "choices small");
    const root_ = element("li", "", element("div", "", name, state, text), steps);
    steps.append(...STEPS[order.state].map((kind) => onlyFor("operate", button(t(`order.do.${kind}`), () =>
      confirmOrder(placeOf(order), kind, order.order), "reason-button"))));
    const { event } = order;
    if (event !== null) {
      steps.append(onlyFor("operate", button(t("act.undo"), () => undoOrder(order, event.id))));
    }
    return { root: root_, name, state, text };
  }

  const rows = () => [...list.children];

  /**
   * What can be done with the same order now, for who goes by the keyboard.
   *
   * @param {Element} gone a row that had the focus
   */
  function focusAfter(gone) {
    const nameIn = (/** @type {Element} */ row) => row.querySelector("b")?.textContent;
    const now = rows().find((row) => nameIn(row) === nameIn(gone));
    (now?.querySelector("button") ?? start).focus();
  }

  /**
   * @param {ReturnType<typeof make>} part
   * @param {Order} order
   */
  function showOrder(part, order) {
    setText(part.name, order.order);
    setText(part.state, ` ${word("orderstate", order.state)}${order.machine ? ` · ${order.machine}` : ""}`);
    const by = order.event === null ? "" : t("said.by", order.event.who, order.event.at.slice(11, 16));
    setText(part.text, [textOfOrder(order), by].filter((one) => one !== "").join(" · "));
  }

  function show() {
    const focused = rows().find((row) => row.contains(document.activeElement));
    keyed(list, orders.slice(0, SHOWN),
      (one) => [one.state, one.order, one.line, one.machine, one.event?.id].join(" "), make, showOrder);
    if (focused !== undefined && !focused.isConnected) focusAfter(focused);
    const pending = waiting().filter(({ path }) => path.startsWith("/api/v1/orders")).map(({ title }) => title);
    const none = orders.length === 0 ? t("order.none") : "";
    setText(note, pending.length === 0 ? none : t("order.waiting", pending.join(", ")));
  }

  return {
    root,
    /** @param {Levels} of a machine or a line */
    begin(of) {
      place = of;
      root.hidden = false;
      const watching = watch(() => query("/api/v1/orders", {}, place), SECONDS, (/** @type {Orders} */ answer) => {
        orders = answer.orders;
        show();
      }, (reason) => setText(note, t("fetch.failed", messageOf(reason))));
      ends = [watching.end, onSaid(show)];
    },
    end: () => ends.forEach((end) => end()),
  };
}

/**
 * @param {Order} order
 * @param {number} id of what was said last
 */
function undoOrder(order, id) {
  const sheet = openSheet(t("order.undo"), order.order);
  const by = whoLine();
  const save = button(t("act.undo"), () => {
    const who = by.name();
    if (who === "") return;
    keep(`/api/v1/orders/${id}/undo`, { who }, `${t("act.undo")} · ${order.order}`);
    sheet.close();
  }, "reason-button");
  sheet.body.append(by.root, save);
  save.focus();
}

/**
 * @param {Levels} place
 * @param {Step} kind
 * @param {string} order
 */
function confirmOrder(place, kind, order) {
  const sheet = openSheet(`${t(`order.do.${kind}`)}: ${order}`, place.machine || place.line || "");
  const by = whoLine();
  const save = button(t(`order.do.${kind}`), () => {
    if (sayOrder(by.name(), place, kind, order)) sheet.close();
  }, "reason-button");
  sheet.body.append(by.root, save);
  save.focus();
}

/** @param {Levels} place */
function openOrder(place) {
  const sheet = openSheet(t("order.other"), place.machine || place.line || "");
  const by = whoLine();
  const input = element("input");
  input.maxLength = 128;
  input.required = true;
  const form = element("form", "form", field(t("order.id"), input),
    element("button", "reason-button", t("order.do.order-started")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const order = input.value.trim();
    if (order !== "" && sayOrder(by.name(), place, "order-started", order)) sheet.close();
  });
  sheet.body.append(by.root, form);
  input.focus();
}

/**
 * Whether it was said.
 *
 * @param {string} who
 * @param {Levels} place
 * @param {Step} kind
 * @param {string} order
 */
function sayOrder(who, place, kind, order) {
  if (who === "") return false;
  keep("/api/v1/orders", { ...bodyOfOrder(place, kind, order, Math.floor(gatewayNow())), who },
    `${t(`order.do.${kind}`)} · ${order}`);
  return true;
}

/**
 * @param {string} path
 * @param {Record<string, unknown>} body
 * @param {string} title
 */
function keep(path, body, title) {
  say({ path, body, title, machine: "", fromMs: 0, toMs: 0, says: "" });
}
