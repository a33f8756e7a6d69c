import { NOW, sink, source, status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmsOf, lostAlarm } from "../src/alarms.js";

const raised = (id, severity = "critical", subject = "", text = id, reason = "") =>
  ({ id, subject, since: "2026-03-02T07:59:00Z", severity, text, reason });

const recent = (seconds) => ({
  entries: 1,
  newest: [{
    id: "1", received: new Date(NOW - seconds * 1000).toISOString(),
    origin: "plant", topic: "a/b", reason: "malformed", detail: "",
  }],
});

const titles = (of) => alarmsOf(of).map(({ kind, title }) => [kind, title]);

test("a gateway that does all its work has no alarm", () => {
  assert.deepEqual(alarmsOf(status()), []);
});

test("the alarms of the gateway are shown in its order, and only those", () => {
  const log = { ...status().log, bytes: 870, maxBytes: 1000 };
  assert.deepEqual(titles(status({ log })), []);
  const alarms = [raised("log-full", "critical", "readings"), raised("log-filling", "warning", "readings")];
  assert.deepEqual(titles(status({ alarms, log })),
    [["down", "The log accepts no more readings"], ["micro", "The log is filling up"]]);
  assert.match(alarmsOf(status({ alarms, log }))[1].detail, /^87\s% of it is waiting/);
});

test("what a log dropped is said by route, without figures that were replaced", () => {
  const dropped = [
    { log: "figures", of: "minute", reason: "replaced", readings: 9 },
    { log: "figures", of: "minute", reason: "thinned", readings: 1200 },
    { log: "readings", of: "fine/{machine}", reason: "max-age", readings: 1 },
  ];
  const alarms = [raised("readings-dropped", "warning", "figures")];
  const [{ title, detail }] = alarmsOf(status({ alarms, dropped }));
  assert.equal(title, "Log figures drops readings that a store has not received");
  assert.match(detail, /^1,200 readings of minute · It is nearly full/);
});

test("a store has one alarm for both of its logs, with all that is pending", () => {
  const down = { state: "down", reason: "refused", nextTrySeconds: 8 };
  const sinks = [sink(down, { pending: 90 }), sink({ ...down, log: "figures" }, { pending: 6 })];
  const [alarm, ...more] = alarmsOf(status({ sinks, alarms: [raised("sink-down", "critical", "history")] }));
  assert.deepEqual(more, []);
  assert.equal(alarm.title, "Store history is down");
  assert.equal(alarm.detail.replaceAll("\u00a0", " "), "96 readings safe on disk, next try in 8 s · refused");
});

test("a store whose second log alone fails has an alarm too", () => {
  const held = sink({ log: "figures", state: "held", reason: "no database" }, { pending: 1 });
  const [alarm] = alarmsOf(status({ sinks: [sink(), held], alarms: [raised("sink-held", "critical", "history")] }));
  assert.equal(alarm.title, "Store history is held: needs manual action");
  assert.equal(alarm.detail, "1 reading safe on disk · no database");
});

test("an alarm of a source has the reason of that source", () => {
  const sources = [source(), source({ name: "second", ready: false, state: "connecting", reason: "refused" })];
  assert.deepEqual(alarmsOf(status({ sources, alarms: [raised("source-down", "critical", "second")] })),
    [{
      kind: "down", title: "Source second does not receive", detail: "refused", id: "source-down", subject: "second",
    }]);
});

test("an alarm of the quarantine names the newest entry", () => {
  const [alarm] = alarmsOf(status({ quarantine: recent(12), alarms: [raised("quarantine-growing", "warning")] }));
  assert.equal(alarm.kind, "micro");
  assert.match(alarm.detail, /^cannot be read · a\/b · 12\ss ago/);
});

test("an alarm that the page does not know is shown in the words of the gateway", () => {
  assert.deepEqual(alarmsOf(status({ alarms: [raised("new-one", "warning", "a", "something new: why")] })),
    [{ kind: "micro", title: "something new: why", detail: "", id: "new-one", subject: "a" }]);
});

test("what is wrong is said once, in the language of the page, with the words of the part", () => {
  const alarm = raised("outlet-down", "warning", "chat", "notifications by chat are not delivered: answered 401",
    "answered 401");
  const [{ title, detail }] = alarmsOf(status({ alarms: [alarm] }));
  assert.equal(title, "Notifications by chat are not delivered");
  assert.equal(detail, "answered 401");
});

test("a lost connection says how old the values are", () => {
  assert.match(lostAlarm("lost", 12).detail, /^The values shown are 12\ss old/);
  assert.equal(lostAlarm("lost", null).detail, "Reconnecting automatically");
});
