import { shift } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { shiftName } from "../src/shift.js";
import { shiftLabel, takeLabels } from "../src/shiftlabels.js";

test("a shift has its label in the language of the page, else its name", () => {
  takeLabels({ early: { en: "Morning", de: "Frühschicht" }, late: { de: "Spätschicht" } });
  assert.deepEqual(["early", "late", "night", "early, late", "__proto__"].map(shiftLabel),
    ["Morning", "late", "night", "Morning, late", "__proto__"]);
  assert.match(shiftName(shift()), /^Morning, /); // or else "Schicht Frühschicht"
  assert.match(shiftName(shift({ name: "early, late" })), /^Shift Morning, late, /);
  takeLabels({});
  assert.equal(shiftLabel("early"), "early");
});
