import assert from "node:assert/strict";
import { test } from "node:test";
import { FullError, outbox } from "../src/outbox.js";

/** What a browser keeps, as long as the test lasts. */
function memory() {
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => kept.set(name, text),
    removeItem: (name) => kept.delete(name),
    key: (at) => [...kept.keys()][at] ?? null,
    get length() {
      return kept.size;
    },
  };
}

/** A gateway that keeps each key once, as long as it can be reached. */
function gateway() {
  const kept = new Map();
  const made = {
    kept, reached: true, answers: true, refuses: null,
    async send({ key, path, body }) {
      if (!made.reached) return { again: "no connection" };
      if (made.refuses !== null) return made.refuses;
      if (!kept.has(key)) kept.set(key, { id: kept.size, path, body });
      return made.answers ? { kept: { id: kept.get(key).id } } : { again: "no answer" };
    },
  };
  return made;
}

function opened(peer, store = memory()) {
  let keys = 0;
  const runs = [];
  const done = [];
  const box = outbox({
    store, send: peer.send, newKey: () => `key-${store.length}-${++keys}-${Math.random()}`, now: () => 1000,
    later: (run) => runs.push(run), changed: () => {}, kept: (item, id) => done.push([item.title, id]),
  });
  return { box, runs, done, store };
}

const said = (title, changes = {}) => ({
  path: "/api/v1/corrections", body: { who: "anna", title }, title, machine: "m", fromMs: 0, toMs: 9, says: title,
  ...changes,
});

const settled = () => new Promise((resolve) => {
  setTimeout(resolve, 5);
});

test("what is said is kept by the gateway, in its order, and forgotten here", async () => {
  const peer = gateway();
  const { box, done } = opened(peer);
  box.add(said("a"));
  box.add(said("b"));
  await settled();
  assert.deepEqual(done, [["a", 0], ["b", 1]]);
  assert.deepEqual(box.all(), []);
});

test("without a connection it waits, over a reload too, and is kept once", async () => {
  const peer = gateway();
  peer.answers = false; // it was kept, but the answer was lost
  const first = opened(peer);
  first.box.add(said("a"));
  await settled();
  assert.equal(peer.kept.size, 1);
  peer.reached = false;
  first.box.add(said("b"));
  await settled();
  assert.equal(first.box.reason(), "no connection");
  peer.reached = true;
  peer.answers = true;
  const second = opened(peer, first.store);
  assert.deepEqual(second.box.all().map(({ title }) => title), ["a", "b"]);
  await second.box.flush();
  assert.deepEqual(second.done.map(([title]) => title), ["a", "b"]);
  assert.equal(peer.kept.size, 2);
});

test("it is tried again later", async () => {
  const peer = gateway();
  peer.reached = false;
  const { box, runs, done } = opened(peer);
  box.add(said("a"));
  await settled();
  assert.equal(runs.length, 1);
  peer.reached = true;
  runs[0]();
  await settled();
  assert.deepEqual(done, [["a", 0]]);
  assert.equal(box.reason(), "");
});

test("what was refused stays with its reason, and does not hold back the next one", async () => {
  const peer = gateway();
  peer.refuses = { refused: "another person", conflict: { who: "bert", text: "{}", id: 4 } };
  const { box, done } = opened(peer);
  box.add(said("a"));
  await settled();
  const [item] = box.all();
  assert.equal(item.state, "refused");
  assert.equal(item.problem, "another person");
  peer.refuses = null;
  box.add(said("b"));
  await settled();
  assert.deepEqual(done, [["b", 0]]);
  box.again(item, { who: "anna" });
  await settled();
  assert.deepEqual(done, [["b", 0], ["a", 1]]);
  assert.notEqual([...peer.kept.keys()][1], item.key);
});

test("what was dropped before it was sent never reaches the gateway", async () => {
  const peer = gateway();
  peer.reached = false;
  const { box } = opened(peer);
  box.add(said("a"));
  box.add(said("b"));
  await settled();
  box.drop(box.all()[1]);
  assert.deepEqual(box.all().map(({ title }) => title), ["a"]);
});

test("what may have reached the gateway is undone there once it is kept", async () => {
  const peer = gateway();
  peer.answers = false;
  const { box, done } = opened(peer);
  box.add(said("a"));
  await settled();
  box.drop(box.all()[0]);
  assert.equal(box.all()[0].says, "");
  peer.answers = true;
  await box.flush();
  await settled();
  assert.deepEqual([...peer.kept.values()].map(({ path }) => path),
    ["/api/v1/corrections", "/api/v1/corrections/0/undo"]);
  assert.deepEqual(done.map(([, id]) => id), [1]);
  assert.deepEqual(box.all(), []);
});

test("where the browser can keep no more that is said", () => {
  const store = { ...memory(), setItem: () => { throw new Error("quota"); } };
  const { box } = opened(gateway(), store);
  assert.throws(() => box.add(said("a")), FullError);
});
