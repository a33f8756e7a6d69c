import "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, columnsOf, newestOf, periodOf, seriesKey, signalSummary } from "../src/points.js";

const signal = {
  metric: "temperature", measurement: "telemetry", tags: { zone: "2" },
  points: [[1000, 47, 49, 48], [2000, 46, 53, 51]],
};

test("points become columns of seconds, most, least and last", () => {
  assert.deepEqual(columnsOf(signal), [[1, 2], [49, 53], [47, 46], [48, 51]]);
  assert.equal(newestOf(signal), 51);
});

test("a signal is summed up as text", () => {
  assert.equal(signalSummary(signal), "temperature (2): from 46 to 53, newest 51");
});

test("series differ by measurement and tags too", () => {
  const all = [signal, { ...signal, tags: {} }, { ...signal, measurement: "m" }, { ...signal, points: [] }];
  assert.equal(new Set(all.map(seriesKey)).size, 3);
});

test("the newest changes come first", () => {
  const start = new Date().setHours(0, 0, 0, 0);
  const words = { changes: [[start, "RUNNING"], [start + 60_000, "DOWN"], [start + 120_000, "RUNNING"]] };
  assert.equal(changesOf(words, 2), "00:02 RUNNING · 00:01 DOWN");
});

test("a zoomed range is asked for in whole minutes up to its end", () => {
  assert.deepEqual(periodOf(60, null), { minutes: 60 });
  assert.deepEqual(periodOf(60, [100, 190.5]), { minutes: 2, toMs: 190_500 });
  assert.deepEqual(periodOf(60, [100, 100.5]), { minutes: 1, toMs: 100_500 });
});
