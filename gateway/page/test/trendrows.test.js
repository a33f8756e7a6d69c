import assert from "node:assert/strict";
import { test } from "node:test";
import { marksOf } from "../src/trendrows.js";

const HOUR = 3600;
const DAY = 24 * HOUR;
const label = (/** @type {number} */ seconds) => `day ${Math.floor(seconds / DAY)}`;

test("of two shifts of one day one has a mark", () => {
  assert.deepEqual(marksOf([6 * HOUR, 14 * HOUR, DAY + 6 * HOUR], label, HOUR), [6 * HOUR, DAY + 6 * HOUR]);
});

test("a single day has one mark, and no day none", () => {
  assert.deepEqual(marksOf([6 * HOUR], label, HOUR), [6 * HOUR]);
  assert.deepEqual(marksOf([], label, HOUR), []);
});

test("of days that are too near each other some have none", () => {
  const days = [0, 1, 2, 3, 4, 5].map((day) => day * DAY);
  assert.deepEqual(marksOf(days, label, 2 * DAY), [0, 2 * DAY, 4 * DAY]);
});
