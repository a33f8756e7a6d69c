import { sink, source, status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ledgerLines } from "../src/ledger.js";

const texts = (line) => line.terms.map(({ sign, count, name }) => `${sign}${count} ${name}`).join(" ");

test("a line adds up, without terms that are zero", () => {
  const [into, out] = ledgerLines(status());
  assert.equal(texts(into), "97 received = 96 appended + 1 rejected");
  assert.equal(texts(out), "96 offered = 96 stored");
});

test("the first term stands even if it is zero, and what is unexplained is shown", () => {
  const ledger = { name: "plant", received: 3, appended: 0, filtered: 2, rejected: 0, refused: 0, unexplained: 1 };
  const [into] = ledgerLines(status({ sources: [source({ ledger })] }));
  assert.equal(texts(into), "3 received = 0 appended + 2 filtered + 1 unexplained");
});

test("each log of a store has a line of its own", () => {
  const lines = ledgerLines(status({ sinks: [sink(), sink({ log: "figures" })] }));
  assert.deepEqual(lines.map((line) => line.name), ["plant", "history", "history, figures"]);
  assert.equal(new Set(lines.map((line) => line.key)).size, 3);
});
