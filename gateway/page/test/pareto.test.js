import assert from "node:assert/strict";
import { test } from "node:test";
import { apartOf, causeSheet, paretoOf } from "../src/pareto.js";

test("a cause is as wide as its time beside the largest, and the last one completes all time", () => {
  const causes = [["down", 60], ["setup", 30], ["idle", 10]]
    .map(([state, seconds]) => ({ state, seconds, reason: "", reasonCategory: "", provisionalSeconds: 0, count: 1 }));
  assert.deepEqual(paretoOf(causes).map((cause) => [cause.width, cause.soFar]), [[1, 0.6], [0.5, 0.9], [10 / 60, 1]]);
  assert.deepEqual(paretoOf([]), []);
  const begun = { state: "down", seconds: 0, reason: "", reasonCategory: "", provisionalSeconds: 0, count: 1 };
  assert.deepEqual(paretoOf([begun]).map((cause) => [cause.width, cause.soFar]), [[0, 1]]);
});

test("what follows from another machine is no cause, however long it lasts", () => {
  const all = ["blocked", "down", "starved", "idle", "planned"].map((state) => ({ state }));
  const { causes, consequences } = apartOf(all);
  assert.deepEqual(causes.map(({ state }) => state), ["down", "idle", "planned"]);
  assert.deepEqual(consequences.map(({ state }) => state), ["blocked", "starved"]);
});

test("a file has all causes with their part so far, then the consequences without one", () => {
  const of = (state, reason, seconds) =>
    ({ state, reason, reasonCategory: "", seconds, provisionalSeconds: 0, count: 2 });
  const { rows } = causeSheet([of("starved", "", 900), of("down", "E-STOP", 300), of("setup", "", 100)]);
  assert.deepEqual(rows, [
    ["down", "E-STOP", 300, 0, 2, 75, "E-STOP"], ["setup", "", 100, 0, 2, 100, ""],
    ["starved", "", 900, 0, 2, null, ""]]);
});
