import assert from "node:assert/strict";
import { test } from "node:test";
import { nextButton } from "../src/reasonpicker.js";

const CORNERS = [[0, 0], [100, 0], [200, 0], [0, 60], [100, 60]].map(([left, top]) => ({ left, top }));

test("arrow keys lead along a row and to the row above or below", () => {
  const from = (at, key) => nextButton(CORNERS, at, key);
  assert.equal(from(0, "ArrowRight"), 1);
  assert.equal(from(1, "ArrowDown"), 4);
  assert.equal(from(2, "ArrowDown"), 4);
  assert.equal(from(3, "ArrowUp"), 0);
  assert.equal(from(4, "ArrowLeft"), 3);
});

test("at an edge the focus stays", () => {
  assert.equal(nextButton(CORNERS, 0, "ArrowUp"), 0);
  assert.equal(nextButton(CORNERS, 4, "ArrowDown"), 4);
  assert.equal(nextButton(CORNERS, 4, "ArrowRight"), 4);
});
