import { shift } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { lossesOf, pieces, ratiosOf, shiftName, whyNoPieces } from "../src/shift.js";
import { takeNow } from "../src/now.js";

const plain = (text) => text.replaceAll("\u00a0", " ");

test("the ratios are those of the gateway", () => {
  const ratios = ratiosOf(shift());
  assert.deepEqual([ratios.oee, ratios.availability, ratios.effectiveness, ratios.quality].map(plain),
    ["68 %", "80 %", "90 %", "95 %"]);
  assert.equal(plain(ratios.coverage), "100 % of planned time is known");
  assert.equal(ratios.doubtful, false);
});

test("below a coverage of 0.9 figures are marked, below 0.5 they are hidden", () => {
  const of = (coverage) => ratiosOf(shift({ coverage }));
  assert.equal(of(0.9).doubtful, false);
  assert.equal(of(0.89).doubtful, true);
  assert.equal(plain(of(0.5).oee), "68 %");
  assert.deepEqual([of(0.49).oee, of(0.49).values, of(0.49).doubtful], ["–", null, false]);
  assert.equal(plain(of(0.49).coverage), "49 % of planned time is known");
});

test("without a shift, or without planned time, everything is a dash", () => {
  for (const none of [null, shift({ coverage: null, oee: null })]) {
    const ratios = ratiosOf(none);
    assert.deepEqual([ratios.oee, ratios.quality, ratios.teep, ratios.values], ["–", "–", "–", null]);
    assert.equal(ratios.coverage, "no planned time yet");
  }
});

test("pieces are said as far as they are known", () => {
  const end = new Date(Date.now() + 3_600_000).toISOString();
  assert.equal(pieces(shift({ end, good: 1204, plan: 1380, scrap: 12 })),
    "1,204 good, target by now 1,380 · 12 scrap");
  assert.equal(pieces(shift({ good: 1204, plan: 1380, scrap: null })), "1,204 good, target 1,380", "its shift is over");
  assert.equal(pieces(shift({ good: 1204, plan: null, scrap: null })), "1,204 good");
  takeNow(Date.parse("2026-03-02T08:00:00Z")); // the browser is months ahead
  assert.equal(pieces(shift({ good: 1204, plan: 1380, scrap: null })), "1,204 good, target by now 1,380");
  takeNow(Date.now());
  assert.equal(pieces(shift({ good: null })), "");
  assert.equal(pieces(null), "");
});

test("the lines that keep the plant from having pieces are named", () => {
  const line = (name, basis, apart = "") => ({ name, apart, shift: shift({ basis }) });
  const lines = [line("press", "bottleneck"), line("weld", "sum"), line("line-1", "sum", "plant-b")];
  const plant = shift({ basis: "sum", good: null });
  assert.equal(whyNoPieces(plant, lines), "No pieces: no entry under efficiency.lines for weld, line-1 (plant-b)");
  assert.equal(whyNoPieces(plant, Array.from({ length: 5 }, (_, at) => line(`l${at}`, "sum"))),
    "No pieces: no entry under efficiency.lines for l0, l1, l2, 2 more");
  assert.equal(whyNoPieces(shift(), lines), "");
  assert.equal(whyNoPieces(shift({ good: null }), [line("press", "bottleneck")]), ""); // it counts none
  assert.equal(whyNoPieces(null, lines), "");
});

test("a shift is named with its times", () => {
  assert.match(shiftName(shift()), /^Shift early, .*06:00–.*14:00$/);
});

test("losses and good pieces together are the planned time", () => {
  const losses = lossesOf(shift());
  assert.deepEqual(losses.map((loss) => loss.key), ["good", "down", "slow", "scrap", "setup"]);
  assert.equal(losses.reduce((sum, loss) => sum + loss.seconds, 0), 7200);
  assert.ok(Math.abs(losses.reduce((sum, loss) => sum + loss.width, 0) - 1) < 1e-12);
  assert.equal(plain(losses[0].share), "68 %");
  assert.deepEqual(losses.map((loss) => loss.kind), ["running", "down", "slow", "scrap", "setup"]);
});

test("good pieces stay the OEE where a machine is faster than its ideal cycle", () => {
  const stops = [{ state: "down", seconds: 1440 }];
  const losses = lossesOf(shift({
    idealGoodSeconds: 6192, losses: { unknownSeconds: 0, stops, speedSeconds: -576, qualitySeconds: 144 },
  }));
  assert.deepEqual(losses.map((loss) => loss.key), ["good", "down", "scrap"]);
  assert.equal(plain(losses[0].share), "86 %");
});

test("where good time is unknown, every part is as wide as its share of the planned time says", () => {
  const losses = lossesOf(shift({
    idealTotalSeconds: null, idealGoodSeconds: null,
    losses: {
      unknownSeconds: 720, stops: [{ state: "down", seconds: 1440 }], speedSeconds: null, qualitySeconds: null,
    },
  }));
  assert.deepEqual(losses.map(({ key, kind, width }) => [key, kind, width]),
    [["running", "running", 0.7], ["down", "down", 0.2], ["unknown", "unknown", 0.1]]);
  assert.deepEqual(losses.map(({ share }) => plain(share)), ["70 %", "20 %", "10 %"]);
});

test("what is not defined takes no part of the bar", () => {
  const unknown = shift({
    idealGoodSeconds: null, losses: { unknownSeconds: 7200, stops: [], speedSeconds: null, qualitySeconds: null },
  });
  assert.deepEqual(lossesOf(unknown).map((loss) => [loss.key, loss.width]), [["unknown", 1]]);
});
