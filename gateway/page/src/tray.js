// What waits to be sent, was refused or was just kept, at the foot of every view.

import { drop, keptLast, onSaid, putAway, sayAnyway, sendNow, takeBack, waiting, whyWaiting } from "./act.js";
import { textOfCorrection } from "./corrections.js";
import { button, byId, element, keyed, setText } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {import("./outbox.js").Item} Item */

export function beginTray() {
  const refused = element("ul", "plain");
  const wait = element("span");
  const stop = button(t("act.undo"), () => {
    const last = waiting().filter(isOpen).pop();
    if (last !== undefined) drop(last);
  });
  const waitRow = element("p", "tray-row", wait, element("span", "space"), stop);
  const kept = element("span");
  const undo = button(t("act.undo"), () => {
    const last = keptLast();
    if (last !== null) takeBack(last.item, last.id);
  });
  const keptRow = element("p", "tray-row", kept, element("span", "space"), undo,
    button(t("act.close"), putAway));
  byId("said").append(refused, waitRow, keptRow);

  function show() {
    const items = waiting();
    keyed(refused, items.filter(({ state }) => state === "refused"), ({ key }) => key, makeRefused, showRefused);
    const open = items.filter(({ state }) => state === "waiting");
    stop.hidden = !items.some(isOpen);
    waitRow.hidden = open.length === 0;
    const why = whyWaiting();
    setText(wait, t(why === "" ? "said.saving" : "said.held", open.length, why));
    const last = keptLast();
    keptRow.hidden = last === null || open.length > 0;
    undo.hidden = last === null || !canBeUndone(last.item.path);
    setText(kept, last === null ? "" : t("said.kept", last.item.title));
    byId("said").hidden = items.length === 0 && last === null;
  }
  onSaid(show);
  window.addEventListener("online", sendNow);
  show();
}

/**
 * Whether it waits, and can be taken back before it is kept.
 *
 * @param {Item} item
 */
const isOpen = ({ state, takenBack, path }) => state === "waiting" && !takenBack && canBeUndone(path);

/** @param {string} path */
const canBeUndone = (path) => !path.endsWith("/undo") && !path.endsWith("/acknowledge");

/** @param {Item} item */
function makeRefused(item) {
  const text = element("span");
  const anyway = button(t("said.anyway"), () => sayAnyway(item));
  const root = element("li", "tray-row", text, element("span", "space"), anyway,
    button(t("said.drop"), () => drop(item)));
  return { root, text, anyway };
}

/**
 * @param {ReturnType<typeof makeRefused>} part
 * @param {Item} item
 */
function showRefused({ text, anyway }, { title, problem, conflict }) {
  anyway.hidden = conflict === null;
  setText(text, conflict === null ? t("said.notKept", title, problem)
    : t("said.conflict", title, conflict.who, textOfCorrection(JSON.parse(conflict.text))));
}
