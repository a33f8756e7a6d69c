import "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOfSignal, steadyText } from "../src/signalkinds.js";

const signal = (...values) => ({
  metric: "m", measurement: "telemetry",
  points: values.map((value, at) => [at * 1000, ...[value].flat(), ...(Array.isArray(value) ? [] : [value, value])]),
});
const upTo = (count, of) => Array.from({ length: count }, (_, at) => of(at));

test("what has one value is a constant, whatever it is", () => {
  assert.equal(kindOfSignal(signal(20, 20, 20)), "constant");
  assert.equal(kindOfSignal(signal(7)), "constant");
  assert.equal(steadyText(signal(20, 20)), "20, constant");
});

test("what only rises is a counter, also where it begins again", () => {
  assert.equal(kindOfSignal(signal(...upTo(20, (at) => 18_200 + at))), "counter");
  const reset = signal(...upTo(10, (at) => 990 + at), 0, 3, 5);
  assert.equal(kindOfSignal(reset), "counter");
  assert.equal(steadyText(reset), "5, +14 in this period");
});

test("what falls, or rises for a few points, is a signal", () => {
  assert.equal(kindOfSignal(signal(...upTo(20, (at) => 50 + Math.sin(at)))), "signal");
  assert.equal(kindOfSignal(signal(48, 51, 52)), "signal");
  const risesWithNoise = signal(...upTo(20, (at) => [50 + at, 53 + at, 52 + at]));
  assert.equal(kindOfSignal(risesWithNoise), "signal");
});
