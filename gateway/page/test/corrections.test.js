import "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asOne, bodyOfMoment, bodyOfOrder, bodyOfSplit, bodyOfStop, endOf, isAbout, neighboursOf, openOf, textOfCorrection,
} from "../src/corrections.js";
import { namesOf } from "../src/reasonnames.js";

const START = Date.parse("2026-03-02T08:00:00Z");
const PLACE = { site: "s", area: "", line: "l", machine: "m" };
const stop = { path: ["s", "l", "m"], startMs: START, seconds: 90.5, open: false };

test("a stop is said with its span and the levels that its machine has", () => {
  assert.deepEqual(bodyOfStop(PLACE, stop, "reason-given", { reason: "jam" }, ""), {
    kind: "reason-given", site: "s", line: "l", machine: "m",
    from: "2026-03-02T08:00:00.000Z", to: "2026-03-02T08:01:30.500Z", reason: "jam",
  });
});

test("a stop that goes on is meant up to its end", () => {
  const body = bodyOfStop(PLACE, { ...stop, open: true }, "reason-given", { reason: "jam" }, "tooth broken");
  assert.equal(body.toEndOfStop, true);
  assert.equal(body.comment, "tooth broken");
  assert.equal(endOf({ startMs: START, seconds: 0, open: true }), START + 1);
});

test("a split has two parts that follow each other", () => {
  assert.deepEqual(bodyOfSplit(PLACE, stop, START + 30_000).parts,
    [{ from: "2026-03-02T08:00:00.000Z" }, { from: "2026-03-02T08:00:30.000Z" }]);
});

test("pieces are of an instant, a note of a millisecond", () => {
  assert.equal("to" in bodyOfMoment(PLACE, START, "scrap-booked", { amount: 3 }, ""), false);
  assert.equal(bodyOfMoment(PLACE, START, "annotated", {}, "c").to, "2026-03-02T08:00:00.001Z");
});

test("an order of a whole line names no machine", () => {
  assert.deepEqual(bodyOfOrder({ ...PLACE, machine: "" }, "order-started", "4711", START),
    { kind: "order-started", site: "s", line: "l", order: "4711", at: "2026-03-02T08:00:00.000Z" });
});

test("a correction is told by what it says", () => {
  assert.equal(textOfCorrection({ kind: "reason-given", category: "Mechanical", reason: "jam" }),
    "Mechanical · jam");
  assert.equal(textOfCorrection({ kind: "reclassified", state: "setup" }), "setup");
  assert.equal(textOfCorrection({ kind: "scrap-booked", amount: 12, reason: "scratch" }), "12 scrap · scratch");
});

test("reasons have names at every level", () => {
  const infeed = { id: "jam-infeed", name: "Infeed", labels: {}, reasons: [] };
  const tree = [{ id: "m", name: "Mechanical", labels: {}, reasons: [
    { id: "jam", name: "Jam", labels: {}, reasons: [infeed] }] }];
  assert.deepEqual([...namesOf(tree)], [["m", "Mechanical"], ["jam", "Jam"], ["jam-infeed", "Infeed"]]);
});

test("an entry is about the stops of its machine that it overlaps", () => {
  const said = { machine: "m", fromMs: START, toMs: START + 1000 };
  assert.equal(isAbout(said, "m", stop), true);
  assert.equal(isAbout(said, "n", stop), false);
  assert.equal(isAbout(said, "m", { ...stop, startMs: START + 1000 }), false);
});

test("what was said and is not in the figures yet is not asked for again", () => {
  const list = { stops: [stop, { ...stop, startMs: 5 }], uncoded: 7 };
  const { open, count } = openOf(list, (one) => one.startMs === 5);
  assert.deepEqual(open, [stop]);
  assert.equal(count, 6);
});

test("stops are merged with the one before or behind, not with themselves", () => {
  const rest = { ...stop, seconds: 60, state: "down", reason: "", reasonCategory: "", shift: "", provisional: false };
  const [first, second, third] = [0, 100, 160].map((seconds, place) =>
    ({ ...rest, startMs: START + seconds * 1000, open: place === 2 }));
  assert.deepEqual(neighboursOf([third, second, first], second), [first, third], "one that it touches too");
  assert.deepEqual(neighboursOf([first], first), []);
  assert.deepEqual(asOne(second, first), { ...second, startMs: START, seconds: 160 });
  assert.deepEqual(bodyOfStop(PLACE, asOne(second, third), "stops-merged", {}, ""), {
    kind: "stops-merged", site: "s", line: "l", machine: "m",
    from: "2026-03-02T08:01:40.000Z", to: "2026-03-02T08:03:40.000Z", toEndOfStop: true,
  });
});
