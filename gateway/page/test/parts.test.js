import { sink, source, status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { conditionOf, isFilling, nodesOf } from "../src/parts.js";

const plain = (node) => node.detail.filter((text) => text !== "").join(" · ").replaceAll("\u00a0", " ");

test("the parts stand in the direction of the data", () => {
  const nodes = nodesOf(status({ sinks: [sink(), sink({ log: "figures" })] }));
  assert.deepEqual(nodes.map((node) => node.short), ["plant", "log", "history", "history, figures"]);
  assert.deepEqual(nodes.map((node) => node.kind), ["running", "running", "running", "running"]);
  assert.deepEqual(nodes.map((node) => node.figure), ["12.25 msg/s", "1 MiB", "14.1 lines/s", "14.1 lines/s"]);
});

test("a source says only what is worth it", () => {
  const [calm] = nodesOf(status());
  assert.equal(plain(calm), "tcp://127.0.0.1:1883 · last message 0 s ago · 3 not yet acknowledged");
  const [shaky] = nodesOf(status({ sources: [source({ lastMessageAgeSeconds: null, connects: 4, sessionsLost: 1 })] }));
  assert.match(plain(shaky), /no message yet · .* · connected 4 times · 1 session lost by the broker$/);
});

test("a store that is behind says by how much, and when it is tried again", () => {
  const trouble = { reason: "refused", nextTrySeconds: 8, breaker: "open", lagSeconds: 42, lagBytes: 1 << 20 };
  const down = sink({ state: "down", ...trouble }, { pending: 1200 });
  const node = nodesOf(status({ sinks: [down] })).at(-1);
  assert.deepEqual([node.kind, node.state, node.why], ["down", "down", "refused"]);
  assert.equal(plain(node), "http://127.0.0.1:8086 · 1,200 pending, 42 s behind, 1 MiB · breaker open · next try in 8 s");
});

test("the log fills up at eighty percent", () => {
  const log = (share, changes = {}) => ({ ...status().log, bytes: share * 1000, maxBytes: 1000, ...changes });
  assert.deepEqual([0.8, 0.81].map((share) => isFilling(log(share))), [false, true]);
  assert.equal(isFilling(log(1, { maxBytes: 0 })), false);
  const states = [log(0.1), log(0.87), log(1, { writable: false })].map((one) => nodesOf(status({ log: one }))[1]);
  assert.deepEqual(states.map((node) => [node.kind, node.state]),
    [["running", "writing"], ["micro", "filling up"], ["down", "full or stopped"]]);
});

test("a store that takes nothing while readings wait is not green", () => {
  const of = (changes, pending) => conditionOf(sink(changes, { pending }));
  assert.deepEqual(of({ lagSeconds: 61, linesPerSecond: 0 }, 96), { kind: "down", state: "stuck" });
  assert.deepEqual(of({ lagSeconds: 61, linesPerSecond: 300 }, 96), { kind: "micro", state: "behind" });
  assert.deepEqual(of({ lagSeconds: 5, linesPerSecond: 0 }, 96), { kind: "running", state: "storing" });
  assert.deepEqual(of({ state: "held", lagSeconds: 61 }, 96), { kind: "down", state: "held" });
});
