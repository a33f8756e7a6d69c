// What people say at this page, on its way to the gateway: from any view to the outbox, and what
// comes of it back to whoever shows it.

import { askAgain, get, query, send as request } from "./api.js";
import { endOf, isAbout } from "./corrections.js";
import { t } from "./i18n.js";
import { outbox } from "./outbox.js";
import { idOf } from "./places.js";
import { takeReasons } from "./reasonnames.js";
import { userName } from "./session.js";

/** @typedef {import("../types/api.js").Corrections} Corrections */
/** @typedef {import("../types/api.js").Path} Path */
/** @typedef {import("../types/api.js").Reasons} Reasons */
/** @typedef {import("../types/api.js").ReasonNode} ReasonNode */
/** @typedef {import("../types/api.js").Stop} Stop */
/** @typedef {import("./model.js").Machine} Machine */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Place} Place */
/** @typedef {import("./outbox.js").Item} Item */
/** @typedef {import("./outbox.js").Said} Said */

const FOLLOW_MS = 1500; // figures follow a correction within a second
const TREE_MS = 30_000;
const LOST_MS = 5000;
const SHOWN_MS = 12_000; // until every list was asked for again

/** @type {Set<() => void>} */
const listeners = new Set();

/** @type {{ item: Item, id: number, at: number } | null} what was kept last */
let newest = null;

/** @type {{ item: Item, at: number }[]} kept, and perhaps not yet in what is shown */
let fresh = [];

/** @type {Model | null} */
let model = null;
let takenAt = 0;
let end = 0; // of the corrections that this page has seen

/** @type {ReasonNode[] | null} of all machines: for names, and for times without a connection */
let tree = null;

const said = outbox({
  store: localStorage,
  send: sendItem,
  newKey,
  now: Date.now,
  later: (run, ms) => setTimeout(run, ms),
  changed: tell,
  kept(item, id) {
    newest = { item, id, at: Date.now() };
    fresh = [...fresh.filter(({ at }) => Date.now() - at < SHOWN_MS), { item, at: Date.now() }];
    setTimeout(askAgain, FOLLOW_MS);
    setTimeout(tell, SHOWN_MS + 100);
  },
});

/** 128 random bits. Not by randomUUID, which a page without TLS does not have. */
function newKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function tell() {
  for (const listener of listeners) listener();
}

/**
 * A request is refused for good by what it says. Everything else may be over in a while.
 *
 * @param {Item} item
 * @returns {Promise<import("./outbox.js").Outcome>}
 */
async function sendItem({ path, body, key }) {
  const user = userName();
  if (user !== "" && body.who !== user) return { refused: t("said.otherUser", String(body.who)), conflict: null };
  const { status, answer, problem } = await request(path, body, key);
  if (status >= 200 && status < 300) return { kept: answer };
  const passes = status < 400 || status >= 500 || [401, 403, 408, 421, 429].includes(status);
  if (passes) return { again: status === 0 ? t("said.offline") : problem };
  const other = answer?.conflict;
  return { refused: problem, conflict: other ? { who: other.who, text: JSON.stringify(other), id: other.id } : null };
}

/** @param {() => void} listener called when an entry comes, goes, or is refused */
export function onSaid(listener) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** What is not kept yet, or was refused, as it was said. */
export const waiting = () => said.all();

export const whyWaiting = () => said.reason();

/** What was kept last, until something else is, or it is put away. */
export const keptLast = () => newest;

export function putAway() {
  newest = null;
  tell();
}

/**
 * Says something: it is kept in the browser, then by the gateway.
 *
 * @param {Said} entry
 */
export function say(entry) {
  newest = null;
  said.add(entry);
}

/**
 * Takes back what was kept.
 *
 * @param {Item} item
 * @param {number} id
 */
export function takeBack(item, id) {
  newest = null;
  fresh = fresh.filter((one) => one.item.key !== item.key);
  said.undo(item, id);
}

export const drop = said.drop;

/** Sends what waits, without waiting for the next try. */
export const sendNow = () => {
  said.flush();
};

/**
 * Says what was refused once more, although another person has said something else of that time.
 *
 * @param {Item} item
 */
export function sayAnyway(item) {
  const { knownEnd, ...body } = item.body;
  said.again(item, { ...body, knownEnd: Math.max(Number(knownEnd ?? 0), (item.conflict?.id ?? 0) + 1) });
}

/** @param {Model} now */
export function takeModel(now) {
  if (model === null && now.hasFigures) {
    listCorrections({}, 0, now.now).catch(() => {}); // asked for again when a sheet opens
    loadTree();
    said.flush();
  }
  if (Date.now() - takenAt > LOST_MS) said.flush(); // the connection is back
  model = now;
  takenAt = Date.now();
}

async function loadTree() {
  try {
    /** @type {Reasons} */
    const { reasons } = await get("/api/v1/reasons");
    tree = reasons;
    takeReasons(reasons);
    tell();
  } catch {
    setTimeout(loadTree, TREE_MS);
  }
}

/** Whether there is a tree of reasons. */
export const hasReasons = () => tree !== null && tree.length > 0;

/**
 * The machine of some levels, or `undefined` where it is not known.
 *
 * @param {import("./places.js").Levels} levels
 */
export const machineOf = (levels) => model?.machines.find((one) => one.id === idOf(levels));

/**
 * The corrections of a machine in a time, newest first; what a later correction may replace.
 *
 * @param {Partial<Place>} place
 * @param {number} fromMs
 * @param {number} toMs
 * @returns {Promise<Corrections>}
 */
export async function listCorrections(place, fromMs, toMs) {
  /** @type {Corrections} */
  const list = await get(query("/api/v1/corrections",
    { fromMs: Math.max(0, Math.floor(fromMs)), toMs: Math.ceil(toMs), limit: 20 }, place));
  end = Math.max(end, list.end);
  return list;
}

/** Up to where the corrections are known. */
export const knownEnd = () => end;

/**
 * The reasons that hold for a machine; those of all machines where the gateway does not answer.
 *
 * @param {Machine} machine
 */
export async function reasonsOf(machine) {
  try {
    /** @type {Reasons} */
    const { reasons } = await get(query("/api/v1/reasons", {}, machine.place));
    return reasons;
  } catch (failure) {
    if (tree === null) throw failure;
    return tree;
  }
}

/**
 * What was said of a stop and is perhaps not in the figures yet.
 *
 * @param {Stop} stop
 * @returns {{ text: string, mark: string } | null}
 */
export function saidOf(stop) {
  const machine = idOf(stop.levels);
  const item = waiting().reverse().find((one) => one.says !== "" && isAbout(one, machine, stop));
  if (item !== undefined) {
    const mark = item.state === "refused" ? "said.refused" : whyWaiting() === "" ? "said.waiting" : "said.unsent";
    return { text: item.says, mark: t(mark) };
  }
  const kept = [...fresh].reverse().find((one) => one.item.says !== "" && isAbout(one.item, machine, stop));
  if (kept === undefined || Date.now() - kept.at > SHOWN_MS) return null;
  return { text: kept.item.says, mark: "" };
}

/**
 * Says something of a stop.
 *
 * @param {Stop} stop
 * @param {Record<string, unknown>} body
 * @param {string} title
 * @param {string} says
 */
export function sayOfStop(stop, body, title, says) {
  say({
    path: "/api/v1/corrections", body: { ...body, knownEnd: end }, title,
    machine: idOf(stop.levels), fromMs: stop.startMs, toMs: endOf(stop), says,
  });
}
