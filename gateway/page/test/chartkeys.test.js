import assert from "node:assert/strict";
import { test } from "node:test";
import { movedBy, zoomedBy } from "../src/chartkeys.js";

test("arrows go from point to point and stop at the ends", () => {
  assert.equal(movedBy("ArrowLeft", 4, 6), 3);
  assert.equal(movedBy("ArrowRight", 5, 6), 5);
  assert.equal(movedBy("PageDown", 4, 6), 0);
  assert.equal(movedBy("PageUp", 4, 60), 14);
  assert.equal(movedBy("Home", 4, 6), 0);
  assert.equal(movedBy("End", 0, 6), 5);
  assert.equal(movedBy("a", 4, 6), null);
});

test("a zoom keeps the point where it stands", () => {
  assert.deepEqual(zoomedBy("+", [0, 100], 20), [10, 60]);
  assert.deepEqual(zoomedBy("-", [10, 60], 20), [0, 100]);
  assert.equal(zoomedBy("ArrowLeft", [0, 100], 20), null);
});
