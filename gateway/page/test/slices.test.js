import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { SLICE, slices } from "../src/slices.js";

/** @type {Map<number, () => void>} frames that the browser was asked for */
let frames;
let asked;
let drawn;

beforeEach(() => {
  frames = new Map();
  asked = 0;
  drawn = [];
  globalThis.requestAnimationFrame = (call) => {
    frames.set(++asked, call);
    return asked;
  };
  globalThis.cancelAnimationFrame = (frame) => frames.delete(frame);
});

afterEach(() => {
  delete globalThis.requestAnimationFrame;
  delete globalThis.cancelAnimationFrame;
});

function nextFrame() {
  const [[key, call]] = frames;
  frames.delete(key);
  call();
}

const names = (count) => Array.from({ length: count }, (_, at) => `m${at}`);

function draw(work, all, note = "") {
  all.forEach((name) => work.add(name, () => drawn.push(name + note)));
  work.begin();
}

test("a few parts are drawn at once, without a frame", () => {
  draw(slices(), names(SLICE));
  assert.deepEqual(drawn, names(SLICE));
  assert.equal(frames.size, 0);
});

test("many parts are drawn a slice in each frame, in their order", () => {
  const all = names(SLICE * 2 + 3);
  draw(slices(), all);
  assert.deepEqual(drawn, all.slice(0, SLICE));
  nextFrame();
  assert.deepEqual(drawn, all.slice(0, SLICE * 2));
  nextFrame();
  assert.deepEqual(drawn, all);
  assert.equal(frames.size, 0);
});

test("what comes before the last slice is drawn neither starves the last nor draws anything twice in a row", () => {
  const work = slices();
  const all = names(SLICE * 2);
  draw(work, all);
  draw(work, all, " new");
  assert.equal(frames.size, 1);
  assert.equal(drawn.length, SLICE);
  nextFrame();
  assert.deepEqual(drawn.slice(SLICE), all.slice(SLICE).map((name) => `${name} new`));
  nextFrame();
  assert.deepEqual(drawn.slice(SLICE * 2), all.slice(0, SLICE).map((name) => `${name} new`));
  assert.equal(frames.size, 0);
});

test("what was left is not drawn any more", () => {
  const work = slices();
  draw(work, names(SLICE + 1));
  work.end();
  assert.equal(frames.size, 0);
  draw(work, ["other"]);
  assert.deepEqual(drawn.slice(SLICE), ["other"]);
});
