import assert from "node:assert/strict";
import { test } from "node:test";
import { alike, outcomeOf } from "../src/quarantine.js";

const entry = (id, changes = {}) => ({
  id, origin: "plant", topic: "a/b", received: "2026-03-02T08:00:00Z", bytes: 17, preview: "{", replayed: null,
  faults: [{ reason: "malformed", detail: "not JSON", readings: 1 }], ...changes,
});

test("entries that differ in their time alone are one row, in the place of the newest", () => {
  const other = entry("3", { faults: [{ reason: "bad-value", detail: "not JSON", readings: 1 }] });
  const older = entry("4", { received: "2026-03-02T07:00:00Z" });
  const all = [entry("5"), older, other, entry("2", { topic: "a/c" }), entry("1")];
  assert.deepEqual(alike(all).map(({ entries }) => entries.map(({ id }) => id)), [["5", "4", "1"], ["3"], ["2"]]);
  assert.deepEqual(alike([]), []);
});

test("what a replay left out is said, and why", () => {
  const done = { replayed: 2, readings: 5, stillRejected: 1, already: 0, cut: 0, dropped: 0, damaged: 0 };
  assert.equal(outcomeOf(done), "2 replayed: 5 readings accepted, 1 still rejected.");
  assert.match(outcomeOf({ ...done, already: 4 }), /still rejected\. Left out as replayed before: 4\.$/);
  assert.match(outcomeOf({ ...done, cut: 1, damaged: 3 }), /kept whole: 1\. Left out as damaged: at least 3\.$/);
  assert.match(outcomeOf({ ...done, dropped: 2 }), /still rejected\. Dropped from the quarantine meanwhile: 2\.$/);
  assert.match(outcomeOf({ ...done, damaged: 3 }), /still rejected\. Left out as damaged: at least 3\.$/);
});
