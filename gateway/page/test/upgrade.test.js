import assert from "node:assert/strict";
import { test } from "node:test";
import { isDue } from "../src/upgrade.js";

const RESTS = { isWall: false, moves: false, isTyping: false, isAsked: false, idleMs: 60_000 };

test("a page of the version of the gateway stays", () => {
  assert.equal(isDue("a", "a", null, { ...RESTS, isWall: true, moves: true }), false);
});

test("a gateway or a page that tells no version changes nothing", () => {
  assert.equal(isDue("", "b", null, RESTS), false);
  assert.equal(isDue("a", "", null, RESTS), false);
});

test("a wall is loaded again at once, another page after a minute without a touch or with the next view", () => {
  const used = { ...RESTS, idleMs: 59_999 };
  assert.equal(isDue("a", "b", null, { ...used, isWall: true }), true);
  assert.equal(isDue("a", "b", null, used), false);
  assert.equal(isDue("a", "b", null, RESTS), true);
  assert.equal(isDue("a", "b", null, { ...used, moves: true }), true);
});

test("what somebody is typing or is asked is not taken away", () => {
  assert.equal(isDue("a", "b", null, { ...RESTS, isTyping: true }), false);
  assert.equal(isDue("a", "b", null, { ...RESTS, isTyping: true, moves: true }), true);
  assert.equal(isDue("a", "b", null, { ...RESTS, isAsked: true, isWall: true }), false);
});

test("where old files come again it is loaded once for a version", () => {
  assert.equal(isDue("a", "b", "b", RESTS), false);
  assert.equal(isDue("a", "c", "b", RESTS), true);
});
