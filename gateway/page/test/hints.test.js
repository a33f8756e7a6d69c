import "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { openOf, pasteOf, textOf } from "../src/hints.js";

const drift = {
  id: "5f2c90ab41d7", kind: "cycle-drift", state: "open", product: "lid", metric: null,
  value: 12.4, reference: 11.1, spread: 0.2, unit: "s", day: "2026-03-01", toPaste: null,
};
const said = (changes) => textOf({ ...drift, ...changes }).replaceAll("\u00a0", " ");

test("only hints that nobody has decided about are shown, and none where nothing is learned", () => {
  const hints = [drift, { ...drift, state: "confirmed" }, { ...drift, state: "dismissed" }];
  assert.deepEqual(openOf({ enabled: true, hints }), [drift]);
  assert.deepEqual(openOf({ enabled: false, hints }), []);
});

test("a drift is told with both medians, the change and what is normal", () => {
  assert.equal(said({}),
    "Product lid: cycle 12.4 s in the last week, 11.1 s in the four weeks before (+12 %); ±0.2 s is normal");
  assert.equal(said({ kind: "energy-drift", product: null, value: 0.045, reference: 0.05, spread: 0.001, unit: "kWh" }),
    "Pieces: energy 0.045 kWh in the last week, 0.05 kWh in the four weeks before (−10 %); ±0.001 kWh is normal");
});

test("a signal changes by its unit, not by a share", () => {
  const signal = { kind: "signal-drift", product: null, metric: "oil", value: 71, reference: 65, unit: "°C" };
  assert.equal(said(signal),
    "oil: 71 °C in the last week, 65 °C in the four weeks before (+6 °C); ±0.2 °C is normal");
});

test("a better cycle is told with the line to paste", () => {
  const better = { kind: "faster-cycle", value: 11.3, reference: 12, spread: null, toPaste: "lid,11.3" };
  assert.equal(said(better), "Product lid: demonstrated 11.3 s, the configured ideal cycle is 12 s (−6 %)");
  assert.equal(pasteOf({ ...drift, ...better }), "Table of cycles: lid,11.3");
  assert.equal(pasteOf({ ...drift, product: null, toPaste: "- { x }" }), "efficiency.machines: - { x }");
  assert.equal(pasteOf(drift), "");
  assert.equal(said({ kind: "no-cycle", value: 11.3, reference: null, spread: null }),
    "Product lid: demonstrated 11.3 s, no ideal cycle is configured");
});
