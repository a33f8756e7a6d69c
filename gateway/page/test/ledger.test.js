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

test("what was rejected has a line as soon as there is any, and says where more may be lost", () => {
  const ledger = { rejected: 5, copied: 3, lost: 2, pending: 0, gaps: 0, unexplained: 0 };
  const withLoss = (changes) =>
    ledgerLines(status({ quarantine: { entries: 0, newest: [], ledger: { ...ledger, ...changes } } })).slice(2);
  assert.deepEqual(withLoss({}).map(texts), ["5 setAside = 3 quarantined + 2 lost"]);
  assert.deepEqual(withLoss({ gaps: 1 }).map(texts), ["5 setAside = 3 quarantined + 2 lostAtLeast"]);
  assert.deepEqual(withLoss({ rejected: 0 }), []);
});
