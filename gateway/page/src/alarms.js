// What is wrong now, over every view.

import { $, element, keyed, setClass, setText } from "./dom.js";
import { duration, percent } from "./format.js";
import { t, word } from "./i18n.js";
import { SINK_KINDS, isFilling, shareOf } from "./parts.js";

const FRESH_MS = 300_000; // what was set aside longer ago is no news

function alarms(status, lost, ageSeconds) {
  const found = [];
  if (lost) found.push(["unknown", lost, ageSeconds === null ? t("lost.again") : t("lost.old", duration(ageSeconds))]);
  if (!status) return found;
  if (!status.log.writable) found.push(["down", t("alarm.log"), t("alarm.logWhy", status.log.reason)]);
  else if (isFilling(status.log)) found.push(["micro", t("alarm.logFilling"), t("alarm.logFillingWhy", percent(shareOf(status.log)))]);
  for (const sink of status.sinks) {
    const ways = status.sinks.filter((s) => s.name === sink.name);
    if (sink !== ways.find((s) => s.state !== "storing")) continue; // once a store
    const pending = ways.reduce((sum, s) => sum + s.ledger.pending, 0);
    const safe = sink.nextTrySeconds === null ? t("alarm.safe", pending) : t("alarm.safeNext", pending, duration(sink.nextTrySeconds));
    found.push([SINK_KINDS[sink.state], t("alarm.sink", sink.name, word("sink", sink.state)), `${safe} · ${sink.reason}`]);
  }
  for (const source of status.sources) {
    if (!source.ready) found.push(["down", t("alarm.source", source.name, word("source", source.state)), source.reason]);
  }
  const [newest] = status.quarantine.newest;
  const asideMs = newest === undefined ? Infinity : Date.parse(status.now) - Date.parse(newest.received);
  if (asideMs < FRESH_MS) {
    found.push(["micro", t("alarm.quarantine"), t("alarm.quarantineWhy", word("fault", newest.reason), newest.topic, duration(asideMs / 1000))]);
  }
  return found;
}

/** @param lost what to say of a lost stream, or null; @param ageSeconds of what is shown, or null */
export function showAlarms(status, lost, ageSeconds) {
  keyed($("alarms"), alarms(status, lost, ageSeconds), ([, title]) => title,
    () => {
      const detail = element("span");
      detail.setAttribute("aria-live", "off"); // ages and waits change each second
      return element("div", "", element("b"), detail);
    },
    (row, [kind, title, detail]) => {
      setClass(row, `alarm ${kind}`);
      setText(row.children[0], title);
      setText(row.children[1], detail);
    });
}
