import { placeIn as named } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { around, facesOf, linkOf, placeIn } from "../src/wallplan.js";

const LINES = [
  { id: "one", ...named("plant-a", "press shop", "line-1", "") }, { id: "two", ...named("plant-b", "", "line, 2", "") },
];

const faces = (/** @type {string} */ search) =>
  facesOf(new URLSearchParams(search), LINES).map(({ kind, line, seconds }) => [kind, line, seconds].join(" "));

test("a link that says nothing shows the plant, each line and the causes", () => {
  assert.deepEqual(faces(""), ["plant  20", "line one 20", "line two 20", "stops  20"]);
});

test("a link names what is shown, in which order, and how long each", () => {
  assert.deepEqual(faces("seconds=30&show=line/plant-b/line, 2,15&show=stops,60&show=plant"),
    ["line two 15", "stops  60", "plant  30"]);
});

test("a line that shares its path is named by all of its levels", () => {
  assert.deepEqual(faces("show=line/plant-b//line, 2,15&show=line/plant-a/press shop/line-1"),
    ["line two 15", "line one 20"]);
  assert.deepEqual(faces("show=line/plant-b/line, 2/"), faces(""));
});

test("what there is not is left out, and where nothing is left the usual is shown", () => {
  assert.deepEqual(faces("show=line/plant-a/gone&show=lines"), ["line one 20", "line two 20"]);
  assert.deepEqual(faces("show=nonsense"), faces(""));
});

test("nothing is shown for less than five seconds, or for ever", () => {
  assert.deepEqual(faces("seconds=1&show=plant&show=stops,99999"), ["plant  5", "stops  3600"]);
  assert.deepEqual(faces("seconds=soon&show=plant"), ["plant  20"]);
});

test("the order goes around in both directions", () => {
  assert.deepEqual([around(3, 3), around(-1, 3), around(1, 3), around(5, 0)], [0, 2, 1, 0]);
});

test("the link says where the wall stands, and whether it is held", () => {
  const search = new URLSearchParams("show=plant&show=stops&site=a");
  const link = linkOf(search, 1, true);
  assert.equal(link, "#/wall?show=plant&show=stops&site=a&at=2&held=yes");
  assert.equal(placeIn(new URLSearchParams(link.split("?")[1])), 1);
  assert.equal(linkOf(new URLSearchParams(link.split("?")[1]), 0, false), "#/wall?show=plant&show=stops&site=a&at=1");
  assert.deepEqual(["at=x", "", "at=0", "at=-3"].map((text) => placeIn(new URLSearchParams(text))), [0, 0, 0, 0]);
});
