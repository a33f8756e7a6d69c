import { NOW, asset, machine, metric, place, shift, status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { machineSheet, spanSheet } from "../src/machinesheet.js";
import { modelOf } from "../src/model.js";
import { levelsOf, storedPath, takePlaces } from "../src/places.js";

const PATH = ["plant-a", "press-shop", "press-1"];
const ID = JSON.stringify(place(PATH).levels);

function machinesOf(itsShift) {
  const inTree = [["site", "plant-a"], ["line", "press-shop"], ["machine", "press-1"]];
  const plant = { shift: null, last: null };
  const efficiency = {
    asOf: null, targetOee: 0.75, plant, lines: [], machines: [machine(PATH, { shift: itsShift, reason: "jam" })],
    lateReadings: 0, ignoredReadings: 0, shiftLabels: {},
  };
  const model = modelOf({ status: status(), assets: [asset(inTree, [metric("speed", 1)])], efficiency });
  takePlaces(model);
  return model.machines;
}

/** The cells of the one machine by their columns. */
function rowOf(itsShift) {
  const { columns, rows: [row] } = machineSheet(machinesOf(itsShift));
  return Object.fromEntries(columns.map((title, at) => [title, row[at]]));
}

test("a machine has its place, its state and its figures as numbers", () => {
  const row = rowOf(shift());
  assert.equal(row.Line, "plant-a / press-shop");
  assert.equal(row.Machine, "press-1");
  assert.equal(row.Reason, "jam");
  assert.equal(row.Since, "2026-03-02T07:56:00.000+00:00");
  assert.equal(row["OEE (%)"], 68.4);
  assert.equal(row.Good, 4924.8);
  assert.equal(row["Planned time (s)"], 7200);
});

test("ratios that the page hides are not in the file", () => {
  const row = rowOf(shift({ coverage: 0.4 }));
  assert.equal(row["OEE (%)"], null);
  assert.equal(row["Coverage (%)"], 40);
});

test("strips are spans; machines that the gateway left out are said", () => {
  const [one] = machinesOf(shift());
  const other = { ...one, id: "other" };
  const history = { fromMs: NOW - 7200, toMs: NOW, from: "", more: true,
    spans: new Map([[ID, [[NOW - 7200, NOW - 1200, "running", ""], [NOW - 1200, NOW, "down", "jam"]]]]) };
  const { rows, cut } = spanSheet([one, other], history);
  const where = ["plant-a / press-shop", "press-1"];
  const ids = ["plant-a/press-shop/press-1"];
  assert.deepEqual(rows, [
    ["2026-03-02T07:59:52.800+00:00", "2026-03-02T07:59:58.800+00:00", ...where, "running", "", 6, ...ids, ""],
    ["2026-03-02T07:59:58.800+00:00", "2026-03-02T08:00:00.000+00:00", ...where, "down", "jam", 1.2, ...ids, "jam"]]);
  assert.equal(cut, "Only 1 of 2 machines are in this file.");
  assert.deepEqual(spanSheet([one], null).rows, []);
});

test("a line and a machine that have one path have two in a file", () => {
  const known = (/** @type {Partial<import("../src/places.js").Place>} */ of) => {
    const levels = levelsOf(of);
    return { levels, path: levels.filter((name) => name !== ""), id: JSON.stringify(levels) };
  };
  const line = known({ site: "a", area: "b", line: "c" });
  const onALine = known({ site: "a", area: "b", line: "c", machine: "d" });
  const withoutLine = known({ site: "a", area: "b", machine: "c" });
  const alone = known({ site: "a", machine: "e" });
  takePlaces({ machines: [onALine, withoutLine, alone], lines: [line] });
  assert.deepEqual([line, onALine, withoutLine, alone].map(({ levels }) => storedPath(levels)),
    ["a/b/c", "a/b/c/d", "a/b//c", "a/e"]);
});
