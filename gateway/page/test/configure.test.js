import assert from "node:assert/strict";
import test from "node:test";
import { BREAKS, FLAG, LIST, NUMBER, problemText } from "../src/configfields.js";
import { numbered } from "../src/configmachines.js";
import { sentOf } from "../src/configure.js";

test("more machines go on from the number of one", () => {
  assert.deepEqual(numbered("s/a/l/press-09", 10, 12), ["s/a/l/press-10", "s/a/l/press-11", "s/a/l/press-12"]);
  assert.deepEqual(numbered("press-01", 2, 3), ["press-02", "press-03"]);
  assert.deepEqual(numbered("press", 1, 2), ["press1", "press2"]);
  assert.deepEqual(numbered("press-1", 5, 2), []);
  assert.equal(numbered("press-1", 1, 100_000).length, 200);
});

test("what is no number stays as it was written, for the gateway to find fault with", () => {
  assert.equal(NUMBER.value("0,8"), 0.8);
  assert.equal(NUMBER.value(" "), undefined);
  assert.equal(NUMBER.value("much"), "much");
});

test("lists, breaks and flags are read as they are shown", () => {
  assert.deepEqual(LIST.value("A,B，C"), ["A", "B", "C"]);
  assert.equal(LIST.text(["A", "B"]), "A, B");
  const breaks = [{ start: "10:00", minutes: 30 }, { start: "12:00", minutes: 15 }];
  assert.deepEqual(BREAKS.value(BREAKS.text(breaks)), breaks);
  assert.deepEqual(BREAKS.value("10:00"), [{ start: "10:00" }]);
  assert.equal(FLAG.value(FLAG.text(false)), false);
  assert.equal(FLAG.value(""), undefined);
});

test("lists that stand beside those of the main file are left out where they are empty", () => {
  const draft = { efficiency: { machines: [], holidays: [] }, routes: [] };
  assert.deepEqual(sentOf(draft), { efficiency: { holidays: [] } });
  assert.deepEqual(sentOf({ efficiency: { labels: [] } }), {});
  assert.deepEqual(draft.efficiency.machines, []);
});

test("a problem has its suggestion", () => {
  const at = { file: "f", line: 1, key: "k", isHere: true, path: [] };
  const problem = { ...at, message: "unknown key", suggestion: "did you mean oee?" };
  assert.equal(problemText(problem), "unknown key (did you mean oee?)");
  assert.equal(problemText({ ...problem, suggestion: null }), "unknown key");
});
