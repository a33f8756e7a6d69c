// What is wrong now, above every view.

import { byId, element, keyed, setClass, setText } from "./dom.js";
import { duration, percent } from "./format.js";
import { t, word } from "./i18n.js";
import { SINK_KINDS, isFilling, shareOf } from "./parts.js";

/** @typedef {import("../types/api.js").Log} Log */
/** @typedef {import("../types/api.js").Sink} Sink */
/** @typedef {import("../types/api.js").Status} Status */
/** @typedef {import("./states.js").Kind} Kind */

/** @typedef {{ kind: Kind, title: string, detail: string }} Alarm */

const FRESH_MS = 300_000; // a message that was quarantined longer ago is no news

/**
 * @param {Log} log
 * @returns {Alarm[]}
 */
function logAlarms(log) {
  if (!log.writable) return [{ kind: "down", title: t("alarm.log"), detail: t("alarm.logWhy", log.reason) }];
  if (!isFilling(log)) return [];
  return [{ kind: "micro", title: t("alarm.logFilling"), detail: t("alarm.logFillingWhy", percent(shareOf(log))) }];
}

/**
 * One alarm for each store, though it may take from two logs.
 *
 * @param {Sink[]} sinks
 * @returns {Alarm[]}
 */
function sinkAlarms(sinks) {
  const failing = sinks.filter((sink) => sink.state !== "storing");
  const ofStores = failing.filter((sink, at) => failing.findIndex((one) => one.name === sink.name) === at);
  return ofStores.map((sink) => {
    const pending = sinks.filter((one) => one.name === sink.name).reduce((sum, one) => sum + one.ledger.pending, 0);
    const safe = sink.nextTrySeconds === null
      ? t("alarm.safe", pending) : t("alarm.safeNext", pending, duration(sink.nextTrySeconds));
    return {
      kind: SINK_KINDS[sink.state], title: t("alarm.sink", sink.name, word("sink", sink.state)),
      detail: `${safe} · ${sink.reason}`,
    };
  });
}

/**
 * @param {Status} status
 * @returns {Alarm[]}
 */
function quarantineAlarms({ quarantine, now }) {
  const newest = quarantine.newest.at(0);
  if (newest === undefined) return [];
  const ageMs = Date.parse(now) - Date.parse(newest.received);
  if (ageMs >= FRESH_MS) return [];
  const why = t("alarm.quarantineWhy", word("fault", newest.reason), newest.topic, duration(ageMs / 1000));
  return [{ kind: "micro", title: t("alarm.quarantine"), detail: why }];
}

/**
 * @param {Status} status
 * @returns {Alarm[]}
 */
export function alarmsOf(status) {
  const sources = status.sources.filter((source) => !source.ready).map((source) => ({
    kind: /** @type {Kind} */ ("down"),
    title: t("alarm.source", source.name, word("source", source.state)), detail: source.reason,
  }));
  return [...logAlarms(status.log), ...sinkAlarms(status.sinks), ...sources, ...quarantineAlarms(status)];
}

/**
 * @param {string} title
 * @param {number | null} ageSeconds of what is shown
 * @returns {Alarm}
 */
export const lostAlarm = (title, ageSeconds) => ({
  kind: "unknown", title,
  detail: ageSeconds === null ? t("lost.again") : t("lost.old", duration(ageSeconds)),
});

/** @param {Alarm[]} alarms */
export function showAlarms(alarms) {
  keyed(byId("alarms"), alarms, (alarm) => alarm.title, () => {
    const title = element("b");
    const detail = element("span");
    detail.setAttribute("aria-live", "off"); // ages and waits change each second
    return { root: element("div", "", title, detail), title, detail };
  }, (row, { kind, title, detail }) => {
    setClass(row.root, `alarm ${kind}`);
    setText(row.title, title);
    setText(row.detail, detail);
  });
}
