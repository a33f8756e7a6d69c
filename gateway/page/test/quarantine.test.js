import assert from "node:assert/strict";
import { test } from "node:test";
import { alike } from "../src/quarantine.js";

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
