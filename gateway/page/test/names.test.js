import assert from "node:assert/strict";
import { test } from "node:test";
import { levelsApart, nameApart } from "../src/names.js";

test("what has a name of its own needs no more", () => {
  assert.deepEqual(levelsApart([["a", "press"], ["a", "weld"], []]), ["", "", ""]);
  assert.equal(nameApart("press", ""), "press");
});

test("of one name, the levels that differ tell apart, and only those", () => {
  const paths = [["a", "hall-1", "", "press"], ["b", "hall-1", "", "press"], ["b", "hall-1", "", "weld"]];
  assert.deepEqual(levelsApart(paths), ["a", "b", ""]);
  assert.equal(nameApart("press", "a"), "press (a)");
  assert.deepEqual(levelsApart([["a", "x", "m"], ["a", "y", "m"], ["b", "y", "m"]]), ["a / x", "a / y", "b / y"]);
});

test("a place with fewer levels is told from one with more", () => {
  assert.deepEqual(levelsApart([["line-1"], ["a", "line-1"]]), ["", "a"]);
  assert.deepEqual(levelsApart([["l", "m"], ["s", "l", "m"]]), ["", "s"]);
});
