import "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { figureSheet, rowsOf } from "../src/allfigures.js";

const shift = (figures) => ({ name: "early", start: "", end: "", basis: "machine", figures });
const said = (rows) => rows.map((row) => `${row.key}: ${row.texts.join(", ").replaceAll("\u00a0", " ")}`);

test("figures stand under the headings of their groups, each with its unit", () => {
  const rows = rowsOf([
    shift({
      coverage: 1, setup_ratio: 0.0857, run_s: 19200, energy_run_kwh: 58.04, kwh_per_unit: 0.0151, implausible: 0,
    }),
    shift({ coverage: 1, setup_ratio: 0.1 }),
  ]);
  assert.deepEqual(said(rows), [
    "ratios: , ", "coverage: 100 %, 100 %", "setup_ratio: 8.6 %, 10 %",
    "times: , ", "run_s: 5 h 20 min, –",
    "energy: , ", "energy_run_kwh: 58 kWh, –", "kwh_per_unit: 0.0151 kWh, –",
    "data: , ", "implausible: 0, –",
  ]);
  const headings = rows.filter((row) => row.meaning === null).map((row) => row.key);
  assert.deepEqual(headings, ["ratios", "times", "energy", "data"]);
});

test("ratios are hidden where less than half of the planned time is known; sums are not", () => {
  const rows = rowsOf([shift({ coverage: 0.49, oee: 0.7, down_s: 60 }), null]);
  assert.deepEqual(said(rows),
    ["ratios: , ", "oee: –, –", "coverage: 49 %, –", "times: , ", "down_s: 60 s, –"]);
});

test("without figures there are no rows", () => assert.deepEqual(rowsOf([null, null]), []));

test("a file has the same figures as numbers with their units; what is hidden is empty", () => {
  const of = (changes) => ({ ...shift({ coverage: 0.4, oee: 0.7, down_s: 60, energy_kwh: 1.5, ...changes }),
    start: "2026-03-02T06:00:00Z" });
  const { columns, rows } = figureSheet([of({}), of({ coverage: 0.9, down_s: undefined })]);
  assert.deepEqual(columns, ["Name", "Field of the store", "Unit", "This shift", "Last shift", "Meaning"]);
  assert.deepEqual(rows.map((row) => row.slice(1, 5)), [
    ["", "", "early", "early"], ["", "", "early", "early"],
    ["", "", "2026-03-02T06:00:00.000+00:00", "2026-03-02T06:00:00.000+00:00"],
    ["oee", "%", null, 70], ["coverage", "%", 40, 90], ["down_s", "s", 60, null], ["energy_kwh", "kWh", 1.5, 1.5],
  ]);
});
