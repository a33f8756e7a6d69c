import { NOW } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING, at, bytes, duration, figure, fullDay, percent, tenths, ticks, whole } from "../src/format.js";
import { takeNow } from "../src/now.js";

test("a figure has as many digits as can be read", () => {
  assert.deepEqual([0.1234, 12.345, 123.45, 12345.6, -1234.5].map(figure),
    ["0.12", "12.35", "123.5", "12,346", "-1,235"]);
  assert.deepEqual([true, "RUNNING"].map(figure), ["true", "RUNNING"]);
});

test("what is rounded to nothing has no sign", () => {
  assert.deepEqual([-0, 0].map(figure), ["0", "0"]);
  assert.deepEqual([percent(-0.001), whole(-0.2), whole(-1)], ["0\u00a0%", "0", "-1"]);
});

test("a small figure is not nothing, and a huge one is no row of digits", () => {
  assert.deepEqual([0, 0.0123, -0.00045678, 0.0996].map(figure), ["0", "0.0123", "-0.000457", "0.0996"]);
  assert.deepEqual([2.5e-9, 1.2345e15, -6.02e23].map(figure), ["2.5E-9", "1.23E15", "-6.02E23"]);
  assert.equal(figure(1_764_412_345_678), "1,764,412,345,678");
});

test("what is not known is a dash, and zero is not", () => {
  assert.deepEqual([null, undefined].map(whole), [NOTHING, NOTHING]);
  assert.deepEqual([null, undefined].map(percent), [NOTHING, NOTHING]);
  assert.deepEqual([null, undefined].map(duration), [NOTHING, NOTHING]);
  assert.deepEqual([whole(0), percent(0), duration(0)], ["0", "0\u00a0%", "0\u00a0s"]);
});

test("percent is whole and may pass a hundred", () => {
  assert.deepEqual([0.684, 0.996, 1.04].map(percent), ["68\u00a0%", "100\u00a0%", "104\u00a0%"]);
  assert.equal(tenths(2), "2.0");
});

test("a duration changes its unit where the next one says enough", () => {
  const texts = [-3, 119, 120, 7199, 7200, 172799, 172800, 217_000].map((s) => duration(s).replaceAll("\u00a0", " "));
  assert.deepEqual(texts, ["0 s", "119 s", "2 min", "120 min", "2 h 0 min", "47 h 59 min", "2 days", "2.5 days"]);
});

test("a time says its day only where it is another one", () => {
  assert.equal(at(NOW, NOW), "08:00");
  assert.equal(at(NOW - 86_400_000, NOW), "1\u00a0Mar 08:00");
  assert.equal(fullDay(NOW), "2 March 2026");
});

test("a time of another year says which, also on the same day of it", () => {
  assert.equal(at(Date.parse("2025-03-02T08:00:00Z"), NOW), "2\u00a0Mar\u00a02025 08:00");
  assert.equal(at(Date.parse("2025-12-31T23:00:00Z"), NOW), "31\u00a0Dec\u00a02025 23:00");
});

test("which day it is, is not asked of a browser whose clock is wrong", () => {
  takeNow(NOW);
  assert.equal(at(NOW), "08:00");
  assert.equal(at(NOW - 86_400_000), "1\u00a0Mar 08:00");
  takeNow(Date.now());
});

test("an axis says the day only where another one begins", () => {
  const midnight = Date.parse("2026-03-02T00:00:00Z") / 1000;
  const [first, ...rest] = ticks([midnight - 1200, midnight - 600, midnight, midnight + 600]);
  assert.match(first, /^1\sMar 23:40$/);
  assert.equal(rest[0], "23:50");
  assert.match(rest[1], /00:00$/);
  assert.equal(rest[2], "00:10");
});

test("bytes are in powers of 1024", () => {
  assert.deepEqual([0, 1023, 1024, 1536, 5 * 1024 ** 3, 1024 ** 6].map(bytes),
    ["0 B", "1,023 B", "1 KiB", "1.5 KiB", "5 GiB", "1,048,576 TiB"]);
});
