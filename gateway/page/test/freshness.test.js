import { NOW, machine, status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { freshness } from "../src/freshness.js";
import { modelOf } from "../src/model.js";

const efficiency = (asOf) => ({
  asOf, targetOee: 0.75, plant: { shift: null, last: null }, sites: [], lines: [], machines: [],
  lateReadings: 0, ignoredReadings: 0,
});

/** What the head says when the figures have all that was received up to so many seconds ago. */
function badge(secondsAgo) {
  const asOf = new Date(NOW - secondsAgo * 1000).toISOString();
  const now = { ...status(), now: new Date(NOW).toISOString() };
  const model = modelOf({ status: now, assets: [], efficiency: efficiency(asOf) });
  const { kind, text } = freshness(false, 1, model);
  return [kind, text.replaceAll("\u00a0", " ")];
}

test("figures of now are live", () => {
  assert.deepEqual(badge(0), ["running", "live, 1 s old"]);
  assert.deepEqual(badge(10), ["running", "live, 1 s old"]);
});

test("figures that are behind say of when they are, and not that they are live", () => {
  assert.deepEqual(badge(11), ["micro", "figures as of 07:59:49, catching up"]);
  assert.deepEqual(badge(3600), ["micro", "figures as of 07:00:00, catching up"]);
});

/** What the head says when the newest values of two machines are of so many seconds ago, though they come now. */
function badgeOf(...secondsAgo) {
  const machines = secondsAgo.map((seconds, i) => {
    const asOf = new Date(NOW - seconds * 1000).toISOString();
    return machine(["s", "a", "l", `m${i}`], { asOf });
  });
  const now = { ...status(), now: new Date(NOW).toISOString() };
  const model = modelOf({ status: now, assets: [], efficiency: { ...efficiency(now.now), machines } });
  const { kind, text } = freshness(false, 1, model);
  return [kind, text.replaceAll("\u00a0", " ")];
}

test("values of long ago that come now are not live", () => {
  assert.deepEqual(badgeOf(50_000, 7_200), ["micro", "values of 06:00, catching up"]);
  assert.deepEqual(badgeOf(50_000), ["micro", "values of 1 Mar 18:06, catching up"]);
});

test("one machine of now is enough to be live: another one may have no connection", () => {
  assert.deepEqual(badgeOf(50_000, 60), ["running", "live, 1 s old"]);
});

test("a gateway without figures, and one that has none yet, are live", () => {
  for (const figures of [null, efficiency(null)]) {
    const model = modelOf({ status: status(), assets: [], efficiency: figures });
    assert.equal(freshness(false, 1, model).kind, "running");
  }
});

test("without a stream nothing is said of figures", () => {
  assert.equal(freshness(true, 700, null).text, "connection lost");
  assert.equal(freshness(false, null, null).text, "no data yet");
});
