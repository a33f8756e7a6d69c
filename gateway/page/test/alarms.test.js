import { NOW, sink, source, status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmsOf, lostAlarm } from "../src/alarms.js";

const log = (changes) => status({ log: { ...status().log, ...changes } });

const recent = (seconds) => status({
  quarantine: {
    entries: 1,
    newest: [{
      id: "1", received: new Date(NOW - seconds * 1000).toISOString(),
      origin: "plant", topic: "a/b", reason: "malformed", detail: "",
    }],
  },
});

const titles = (of) => alarmsOf(of).map(({ kind, title }) => [kind, title]);

test("a gateway that does all its work has no alarm", () => {
  assert.deepEqual(alarmsOf(status()), []);
});

test("a full log is one alarm, not two", () => {
  assert.deepEqual(titles(log({ bytes: 870, maxBytes: 1000 })), [["micro", "The log is filling up"]]);
  assert.deepEqual(titles(log({ bytes: 1000, maxBytes: 1000, writable: false, reason: "full" })),
    [["down", "The log accepts no more readings"]]);
});

test("a store has one alarm for both of its logs, with all that is pending", () => {
  const down = { state: "down", reason: "refused", nextTrySeconds: 8 };
  const sinks = [sink(down, { pending: 90 }), sink({ ...down, log: "figures" }, { pending: 6 })];
  const [alarm, ...more] = alarmsOf(status({ sinks }));
  assert.deepEqual(more, []);
  assert.equal(alarm.title, "Store history is down");
  assert.equal(alarm.detail.replaceAll("\u00a0", " "), "96 readings safe on disk, next try in 8 s · refused");
});

test("a store whose second log alone fails has an alarm too", () => {
  const held = sink({ log: "figures", state: "held", reason: "no database" }, { pending: 1 });
  const [alarm] = alarmsOf(status({ sinks: [sink(), held] }));
  assert.equal(alarm.title, "Store history is held: needs manual action");
  assert.equal(alarm.detail, "1 reading safe on disk · no database");
});

test("sources that are not ready and fresh quarantine are alarms", () => {
  assert.deepEqual(titles(status({ sources: [source({ ready: false, state: "connecting", reason: "refused" })] })),
    [["down", "Source plant is connecting"]]);
  assert.deepEqual(titles(recent(299)), [["micro", "Messages are being quarantined"]]);
  assert.deepEqual(titles(recent(300)), []);
});

test("a lost connection says how old the values are", () => {
  assert.match(lostAlarm("lost", 12).detail, /^The values shown are 12\ss old/);
  assert.equal(lostAlarm("lost", null).detail, "Reconnecting automatically");
});
