// What is wrong now, and why.

import { duration, percent } from "./format.js";
import { t, textOf, word } from "./i18n.js";
import { shareOf } from "./parts.js";

/** @typedef {import("../types/api.js").RaisedAlarm} RaisedAlarm */
/** @typedef {import("../types/api.js").Dropped} Dropped */
/** @typedef {import("../types/api.js").RecentEntry} RecentEntry */
/** @typedef {import("../types/api.js").Sink} Sink */
/** @typedef {import("../types/api.js").Status} Status */
/** @typedef {import("./states.js").Kind} Kind */

/** @typedef {{ kind: Kind, title: string, detail: string, id: string, subject: string }} Alarm */

/**
 * What the status says of the alarm's subject; of other alarms the words of the part, which no language changes.
 *
 * @param {RaisedAlarm} alarm
 * @param {Status} status
 * @returns {string}
 */
function detailOf({ id, subject, reason }, { dropped, log, now, quarantine, sinks, sources }) {
  switch (id) {
    case "source-down":
      return sources.find((source) => source.name === subject)?.reason ?? reason;
    case "log-full":
      return t("alarm.logWhy", log.reason);
    case "log-unwritable":
      return subject === "readings" ? t("alarm.logWhy", log.reason) : reason;
    case "log-filling":
      return t("alarm.logFillingWhy", percent(shareOf(log)));
    case "sink-down":
    case "sink-held":
    case "sink-waiting":
      return sinkDetail(sinks.filter((sink) => sink.name === subject)) ?? reason;
    case "readings-dropped":
      return droppedDetail(dropped.filter((one) => one.log === subject && one.reason !== "replaced"));
    case "quarantine-growing":
      return quarantineDetail(quarantine.newest.at(0), now) ?? reason;
    default:
      return textOf("alarmWhy", id) ?? reason;
  }
}

/**
 * One store, though it may take from two logs.
 *
 * @param {Sink[]} logs
 */
function sinkDetail(logs) {
  const sink = logs.find((one) => one.state !== "storing");
  if (sink === undefined) return undefined;
  const pending = logs.reduce((sum, one) => sum + one.ledger.pending, 0);
  const safe = sink.nextTrySeconds === null
    ? t("alarm.safe", pending) : t("alarm.safeNext", pending, duration(sink.nextTrySeconds));
  return `${safe} · ${sink.reason}`;
}

/** @param {Dropped[]} lost */
const droppedDetail = (lost) => [
  ...lost.map(({ of, readings }) => t("alarm.dropped", readings, of)), textOf("alarmWhy", "readings-dropped"),
].join(" · ");

/**
 * @param {RecentEntry | undefined} newest
 * @param {string} now
 */
function quarantineDetail(newest, now) {
  if (newest === undefined) return undefined;
  const age = (Date.parse(now) - Date.parse(newest.received)) / 1000;
  return t("alarm.quarantineWhy", word("fault", newest.reason), newest.topic, duration(age));
}

/**
 * The alarms of the gateway, in its order.
 *
 * @param {Status} status
 * @returns {Alarm[]}
 */
export const alarmsOf = (status) => status.alarms.map((alarm) => {
  const title = textOf("alarm", alarm.id, alarm.subject);
  return {
    kind: alarm.severity === "critical" ? "down" : "micro",
    title: title ?? alarm.text, // of a newer gateway, with the reason
    detail: title === undefined ? "" : detailOf(alarm, status),
    id: alarm.id, subject: alarm.subject,
  };
});

/**
 * @param {string} title
 * @param {number | null} ageSeconds of what is shown
 * @returns {Alarm}
 */
export const lostAlarm = (title, ageSeconds) => ({
  kind: "unknown", title, id: "", subject: "",
  detail: ageSeconds === null ? t("lost.again") : t("lost.old", duration(ageSeconds)),
});
