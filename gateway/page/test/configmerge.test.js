import assert from "node:assert/strict";
import test from "node:test";
import { mergedSite, mergedText, onTopOf, reversed } from "../src/configmerge.js";

const machines = (...rows) => ({ efficiency: { machines: rows.map(([asset, silent]) => ({ asset, silent })) } });

test("what one of two has changed is as that one left it", () => {
  const base = { efficiency: { target: { oee: 0.6 }, "production-day": "06:00" } };
  const mine = { efficiency: { target: { oee: 0.7 }, "production-day": "06:00" } };
  const theirs = { efficiency: { target: { oee: 0.6 }, holidays: ["2026-12-25"] } };
  assert.deepEqual(mergedSite(base, mine, theirs), {
    site: { efficiency: { target: { oee: 0.7 }, holidays: ["2026-12-25"] } }, both: [],
  });
});

test("where both have changed the same, mine stands and its path is said", () => {
  const base = { efficiency: { target: { oee: 0.6 } } };
  const mine = { efficiency: { target: { oee: 0.7 } } };
  const theirs = { efficiency: { target: { oee: 0.8 } } };
  assert.deepEqual(mergedSite(base, mine, theirs), { site: mine, both: ["efficiency.target.oee"] });
  assert.deepEqual(mergedSite(base, mine, mine), { site: mine, both: [] });
  assert.deepEqual(mergedSite(base, mine, {}), { site: mine, both: ["efficiency"] });
  assert.deepEqual(mergedSite(base, {}, theirs), { site: {}, both: ["efficiency"] });
});

test("rows are the same by their path, name, topic or date, wherever they stand", () => {
  const base = machines(["a", "10s"], ["b", "10s"], ["c", "10s"]);
  const mine = machines(["a", "20s"], ["b", "10s"], ["c", "10s"], ["mine", "1s"]);
  const theirs = machines(["theirs", "2s"], ["a", "10s"], ["c", "30s"]);
  assert.deepEqual(mergedSite(base, mine, theirs), {
    site: machines(["theirs", "2s"], ["a", "20s"], ["c", "30s"], ["mine", "1s"]), both: [],
  });
});

test("a row that one has changed and the other removed is mine", () => {
  const base = machines(["a", "10s"], ["b", "10s"]);
  const changed = machines(["a", "20s"], ["b", "10s"]);
  const removed = machines(["b", "10s"]);
  assert.deepEqual(mergedSite(base, changed, removed), {
    site: machines(["b", "10s"], ["a", "20s"]), both: ["efficiency.machines.a"],
  });
  assert.deepEqual(mergedSite(base, removed, changed), { site: removed, both: ["efficiency.machines.a"] });
});

test("a list whose rows cannot be told apart, or that both have put in another order, is mine as a whole", () => {
  const base = machines(["a", "10s"], ["b", "10s"]);
  const twice = machines(["a", "10s"], ["a", "10s"]);
  const turned = machines(["b", "10s"], ["a", "10s"]);
  const theirs = machines(["a", "10s"], ["b", "30s"]);
  assert.deepEqual(mergedSite(base, twice, theirs), { site: twice, both: ["efficiency.machines"] });
  assert.deepEqual(mergedSite(base, turned, theirs), { site: turned, both: ["efficiency.machines"] });
  const [one, two, three] = ["1", "2", "3"].map((day) => ({ days: [day] }));
  assert.deepEqual(mergedSite(one, two, three), { site: two, both: ["days"] });
});

test("of two texts that were changed in different places both changes hold", () => {
  const base = "a\nb\nc\nd\n";
  assert.deepEqual(mergedText(base, "A\nb\nc\nd\n", `${base}e\n`), { text: "A\nb\nc\nd\ne\n", isWhole: true });
  assert.deepEqual(mergedText(base, "a\nb\nc\n", `x\n${base}`), { text: "x\na\nb\nc\n", isWhole: true });
  assert.deepEqual(mergedText("a\n", "b\n", "c\n"), { text: "b\n", isWhole: false });
  assert.deepEqual(mergedText("a\n", "b\n", "a\n"), { text: "b\n", isWhole: true });
});

test("a draft stays what it is, a form or a text", () => {
  const base = { text: "a\nb\nc\n", site: { a: 1 } };
  const now = { text: "a\nb\nC\n", site: { a: 1, c: 3 } };
  assert.deepEqual(onTopOf(base, { site: { a: 2 } }, now).site, { a: 2, c: 3 });
  assert.deepEqual(onTopOf(base, { text: "A\nb\nc\n" }, now).text, "A\nb\nC\n");
});

test("a difference is read the other way round, what goes before what comes", () => {
  assert.deepEqual(reversed([" a", "-b", "-c", "+d", " e", "+f"]), [" a", "-d", "+b", "+c", " e", "-f"]);
});
