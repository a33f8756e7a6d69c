import { NOW, sink, source, status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { SECONDS, addRates } from "../src/rates.js";

const at = (second, received = 1) => ({
  now: NOW + second * 1000,
  status: status({
    sources: [source({ readingsPerSecond: received }), source({ readingsPerSecond: 2 })],
    sinks: [sink({ linesPerSecond: 4 })],
  }),
});

test("a point has the sums over sources and stores", () => {
  const rates = [[], [], []];
  addRates(rates, at(0));
  assert.deepEqual(rates, [[NOW / 1000], [3], [4]]);
});

test("points older than five minutes are forgotten", () => {
  const rates = [[], [], []];
  for (let second = 0; second <= 2 * SECONDS; second++) addRates(rates, at(second, second));
  assert.deepEqual(rates.map((column) => column.length), [SECONDS + 1, SECONDS + 1, SECONDS + 1]);
  assert.deepEqual([rates[0].at(0), rates[1].at(0)], [NOW / 1000 + SECONDS, SECONDS + 2]);
});

test("a clock that was set back adds nothing", () => {
  const rates = [[], [], []];
  for (const second of [10, 9, 10, 11]) addRates(rates, at(second));
  assert.deepEqual(rates[0], [NOW / 1000 + 10, NOW / 1000 + 11]);
});
