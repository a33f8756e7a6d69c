// Notifications that were sent and have not ended, and who knows of each. One watch for the whole page.

import { onSaid, say, waiting } from "./act.js";
import { watch } from "./api.js";
import { button, element, keyed, link, panel, setClass, setText } from "./dom.js";
import { at } from "./format.js";
import { t } from "./i18n.js";
import { detailOf, titleOf } from "./noticewords.js";
import { hrefOf, idOf } from "./places.js";
import { onlyFor } from "./session.js";
import { openSheet } from "./sheet.js";
import { who, whoLine } from "./who.js";

/** @typedef {import("../types/api.js").Notification} Notice */
/** @typedef {import("../types/api.js").Notifications} Notices */
/** @typedef {import("./model.js").Model} Model */

const SECONDS = 10;
const ALWAYS_SHOWN = 6; // the view of the gateway has all

/** @type {Notice[]} */
let open = [];

/**
 * What was said here and is perhaps not in the list yet, by the id of its notification.
 *
 * @type {Map<string, { who: string, ms: number }>}
 */
const mine = new Map();

/** @type {Set<() => void>} */
const listeners = new Set();

const tell = () => listeners.forEach((listener) => listener());

/** @param {() => void} listener called when the list is another one */
export function onNotices(listener) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Begins to ask for them; where none are configured it asks no more. */
export function beginNotices() {
  const watching = watch(() => "/api/v1/notifications", SECONDS, (/** @type {Notices} */ answer) => {
    if (!answer.enabled) watching.end();
    open = answer.open;
    for (const id of mine.keys()) if (open.find((one) => one.id === id)?.acknowledged !== null) mine.delete(id);
    tell();
  }, () => {}); // those of before stay
  onSaid(tell);
}

/** @param {string} id */
const pathOf = (id) => `/api/v1/notifications/${id}/acknowledge`;

/** @param {Notice} notice */
export const isAwaiting = (notice) => knownBy(notice) === null;

/**
 * Who knows of it, also where that is not kept yet.
 *
 * @param {Notice} notice
 * @returns {{ who: string, ms: number, isKept: boolean } | null}
 */
function knownBy({ id, acknowledged }) {
  if (acknowledged !== null) return { who: acknowledged.who, ms: Date.parse(acknowledged.time), isKept: true };
  const said = mine.get(id);
  const item = waiting().find(({ path }) => path === pathOf(id));
  if (item?.state === "refused") return null; // the foot of the page says why
  if (said !== undefined) return { ...said, isKept: item === undefined };
  return item === undefined ? null : { who: String(item.body.who), ms: item.order, isKept: false };
}

/**
 * The notification of an alarm of the gateway, if one was sent.
 *
 * @param {string} kind
 * @param {string} subject
 */
export const noticeOf = (kind, subject) =>
  open.find((one) => one.kind === kind && one.subject === subject && one.asset === "");

/** @param {Notice} notice */
function acknowledge(notice) {
  if (who.get() !== "") return sayKnown(notice, who.get());
  const sheet = openSheet(t("notice.acknowledge"), titleOf(notice));
  const by = whoLine();
  const form = element("form", "form", by.root, element("button", "", t("notice.acknowledge")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = by.name();
    if (name === "") return;
    sheet.close();
    sayKnown(notice, name);
  });
  sheet.body.append(form);
}

/**
 * @param {Notice} notice
 * @param {string} name
 */
function sayKnown(notice, name) {
  mine.set(notice.id, { who: name, ms: Date.now() });
  say({
    path: pathOf(notice.id), body: { who: name }, title: t("notice.said", titleOf(notice)), machine: "", fromMs: 0,
    toMs: 0, says: "",
  });
  tell();
}

/** A button by which somebody says that he or she knows of it; afterwards who, and when. */
export function acknowledgement() {
  /** @type {Notice | null} */
  let notice = null;
  const known = element("span", "quiet");
  const press = onlyFor("operate", button(t("notice.acknowledge"), () => {
    if (notice !== null) acknowledge(notice);
  }));
  const root = element("span", "known of-now", known, press);
  root.setAttribute("aria-live", "off");
  return {
    root,
    /** @param {Notice | null} of */
    show(of) {
      notice = of;
      root.hidden = of === null;
      const by = of === null ? null : knownBy(of);
      press.hidden = by !== null;
      setText(known, by === null ? ""
        : `${t("notice.known", by.who, at(by.ms))}${by.isKept ? "" : ` · ${t("said.waiting")}`}`);
    },
  };
}

/**
 * A panel with the notifications that fit; hidden where there are none.
 *
 * @param {(levels: import("./places.js").Levels) => boolean} fits
 */
export function noticePanel(fits, most = ALWAYS_SHOWN) {
  const list = element("ul", "plain said-list");
  const more = element("p", "quiet");
  const root = panel(t("notice.title"), list, more);
  root.classList.add("of-now");
  /** @type {Model | null} */
  let model = null;

  /** @param {Notice} notice */
  function make(notice) {
    const name = element("span");
    const small = element("small", "quiet");
    const known = acknowledgement();
    return { root: element("li", "", element("div", "", place(notice, name), small), known.root), name, small, known };
  }

  /**
   * @param {Notice} notice
   * @param {HTMLElement} name
   */
  function place({ levels }, name) {
    const isOf = (/** @type {{ id: string }} */ { id }) => id === idOf(levels);
    const machine = model?.machines.find(isOf);
    const line = model?.lines.find(isOf);
    if (machine !== undefined) return link("", hrefOf("machine", levels), name);
    return line === undefined ? name : link("", hrefOf("line", levels), name);
  }

  function show() {
    const fitting = open.filter(({ levels }) => fits(levels))
      .sort((a, b) => Number(isAwaiting(b)) - Number(isAwaiting(a)));
    root.hidden = fitting.length === 0;
    keyed(list, fitting.slice(0, most), ({ id }) => id, make, (part, notice) => {
      setClass(part.name, `badge ${notice.severity === "critical" ? "down" : "micro"}`);
      setText(part.name, titleOf(notice));
      const parts = [detailOf(notice), t("notice.since", at(Date.parse(notice.since))),
        notice.flapping ? t("notice.flapping") : ""];
      setText(part.small, parts.filter((text) => text !== "").join(" · "));
      part.known.show(notice);
    });
    more.hidden = fitting.length <= most;
    setText(more, t("notice.more", fitting.length - most));
  }
  const end = onNotices(show);
  show();
  return {
    root, end,
    /** @param {Model} now */
    draw(now) {
      const first = model === null;
      model = now;
      if (first) show();
    },
  };
}
