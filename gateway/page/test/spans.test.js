import "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { PATHS, WIDTH, outlines, placeOf, stepped, stripSummary, textAt } from "../src/spans.js";

const HOUR = 3_600_000;
const NONE = Object.fromEntries(PATHS.map((name) => [name, ""]));
const midnight = new Date().setHours(0, 0, 0, 0); // today, so that no day is said

test("each kind has a path, in its place and height", () => {
  const paths = outlines([[0, 250, "running", ""], [250, 500, "planned", ""], [500, 1000, "micro_stop", ""]], 0, 1000);
  assert.deepEqual(paths, {
    ...NONE,
    running: "M0.0 0H250.0V10H0.0z",
    planned: "M250.0 7.5H500.0V10H250.0z",
    ground: "M250.0 0H500.0V10H250.0z",
    micro: "M500.0 0H1000.0V10H500.0z",
  });
});

test("starved lacks the upper half, blocked the lower one", () => {
  const paths = outlines([[0, 500, "starved", ""], [500, 1000, "blocked", ""]], 0, 1000);
  assert.equal(paths.starved, "M0.0 5.5H500.0V10H0.0z");
  assert.equal(paths.blocked, "M500.0 0H1000.0V4.5H500.0z");
});

test("unknown time is not drawn, so that its hatched ground shows", () => {
  assert.deepEqual(outlines([[0, 1000, "unknown", ""], [0, 1000, "warming_up", ""]], 0, 1000), NONE);
});

test("time before the first contact is empty, not unknown", () => {
  const paths = outlines([[400, 600, "unknown", ""], [600, 1000, "running", ""]], 0, 1000);
  assert.deepEqual(paths, { ...NONE, before: "M0 0H400.0V10H0z", running: "M600.0 0H1000.0V10H600.0z" });
  assert.deepEqual(outlines([], 0, 1000), { ...NONE, before: "M0 0H1000.0V10H0z" });
  assert.match(textAt([[midnight + HOUR, midnight + 2 * HOUR, "running", ""]], midnight), /^nothing heard yet: 00:00$/);
});

test("spans are cut at both ends, and those outside are left out", () => {
  const paths = outlines([[-500, 100, "running", ""], [900, 5000, "running", ""], [2000, 3000, "down", ""]], 0, 1000);
  assert.equal(paths.running, `M0.0 0H100.0V10H0.0zM900.0 0H${WIDTH}.0V10H900.0z`);
  assert.equal(paths.down, "");
});

test("a short stop can still be seen", () => {
  assert.equal(outlines([[0, 1, "down", ""]], 0, 8 * HOUR).down, "M0.0 0H0.8V10H0.0z");
});

test("the summary has the states by their time, the longest first", () => {
  const spans = [[0, 1, "running", ""], [1, 4, "down", ""], [4, 6, "running", ""], [6, 9, "planned", ""]]
    .map(([from, to, ...rest]) => [midnight + from * HOUR, midnight + to * HOUR, ...rest]);
  const text = stripSummary(spans, midnight + HOUR / 2, midnight + 8 * HOUR).replaceAll("\u00a0", " ");
  assert.equal(text, "States from 00:30 to 08:00: down 3 h 0 min, running 2 h 30 min, planned stop 2 h 0 min");
  assert.match(stripSummary([], midnight, midnight + HOUR), /: nothing heard yet$/);
});

test("the text at an instant has state, reason and time", () => {
  const spans = [[midnight, midnight + HOUR, "down", "E-STOP"], [midnight + HOUR, midnight + 2 * HOUR, "running", ""]];
  const said = (ms) => textAt(spans, midnight + ms).replaceAll("\u00a0", " ");
  assert.equal(said(0), "down (E-STOP): 00:00–01:00, 60 min");
  assert.equal(said(HOUR), "running: 01:00–02:00, 60 min");
  assert.equal(said(2 * HOUR), "unknown: 02:00");
});

test("keys go from span to span, and stop at both ends", () => {
  /** @type {import("../types/api.js").Span[]} */
  const spans = [[100, 200, "running", ""], [200, 300, "down", ""], [300, 400, "running", ""]];
  const keys = ["", "ArrowLeft", "ArrowRight", "Home", "End"];
  const steps = (/** @type {number} */ ms) => keys.map((key) => stepped(spans, ms, key));
  assert.deepEqual(steps(250), [1, 0, 2, 0, 2]);
  assert.deepEqual(steps(Infinity), [2, 1, 2, 0, 2]);
  assert.deepEqual(steps(0), [0, 0, 1, 0, 2], "a span that has left the strip");
  assert.deepEqual(keys.map((key) => stepped([], 0, key)), [-1, -1, -1, -1, -1]);
});

test("a span is marked within the strip, a short one too", () => {
  assert.deepEqual(placeOf([-500, 500, "down", ""], 0, 1000), [0, 500]);
  assert.deepEqual(placeOf([500, 500, "down", ""], 0, 1000), [500, 0.8]);
  assert.deepEqual(placeOf([900, 5000, "down", ""], 0, 1000), [900, 100]);
});
