import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOfReason, takeReasons } from "../src/reasonnames.js";
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

test("a reason has its label in the language of the page, else its name; another word stays", () => {
  const node = { name: "", planned: false, comment: false, codes: [], labels: {}, reasons: [] };
  takeReasons([{ ...node, id: "mech", name: "Mechanisch", labels: { en: "Mechanical", de: "Mechanik" }, reasons: [
    { ...node, id: "jam", name: "Stau", labels: { zh: "卡料" } }] }]);
  assert.deepEqual(["mech", "jam", "E-STOP"].map(nameOfReason), ["Mechanical", "Stau", "E-STOP"]);
  takeReasons([]);
});
