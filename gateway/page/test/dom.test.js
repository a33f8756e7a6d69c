import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keyed, setAttribute, visible } from "../src/dom.js";

/** As much of an element as keyed needs; counts what is moved. */
class Parent {
  constructor() {
    this.nodes = [];
    this.inserted = [];
  }

  insertBefore(node, before) {
    this.nodes = this.nodes.filter((one) => one !== node);
    this.nodes.splice(before === null ? this.nodes.length : this.nodes.indexOf(before), 0, node);
    this.inserted.push(node.name);
  }
}

let parent;
let updates;

beforeEach(() => {
  parent = new Parent();
  updates = [];
});

function show(names) {
  parent.inserted = [];
  keyed(parent, [...names], (name) => name.toLowerCase(), (name) => {
    const root = { name, remove: () => (parent.nodes = parent.nodes.filter((one) => one !== root)) };
    return { root };
  }, (part, name) => {
    part.root.name = name;
    updates.push(name);
  });
  return parent.nodes.map((node) => node.name).join("");
}

test("children are made in order and updated", () => {
  assert.equal(show("abc"), "abc");
  assert.deepEqual(updates, ["a", "b", "c"]);
});

test("children that stay are not moved", () => {
  show("abcd");
  const [a, , c] = parent.nodes;
  assert.equal(show("ACe"), "ACe");
  assert.deepEqual(parent.nodes.slice(0, 2), [a, c]);
  assert.deepEqual(parent.inserted, ["e"]);
});

test("one that comes to the front is moved alone", () => {
  show("abcd");
  assert.equal(show("dabc"), "dabc");
  assert.deepEqual(parent.inserted, ["d"]);
});

test("every order can be reached from every other", () => {
  const orders = ["", "a", "ab", "ba", "abc", "cba", "bca", "cab", "acb", "dcab", "bd"];
  for (const from of orders) {
    for (const to of orders) {
      show(from);
      assert.equal(show(to), to, `from ${from} to ${to}`);
    }
  }
});

test("two items of one key have a child each, however often they are shown", () => {
  for (let i = 0; i < 3; i++) assert.equal(show("xyx"), "xyx");
  assert.equal(show("x"), "x");
});

test("what nobody sees is shown by its number", () => {
  for (const hidden of ["\u00ad", "\u061c", "\u200b", "\u200d", "\u200f", "\u202e", "\u2066", "\ufeff", "\u{e0041}"]) {
    assert.equal(visible(`press${hidden}-01`), `press\\u{${hidden.codePointAt(0).toString(16)}}-01`);
  }
  for (const name of ["", "Presse Ä-1", "压机 1", "پرس\u200cها", "🏭 1"]) assert.equal(visible(name), name);
});

test("what an attribute tells people is shown by its number too, and what it is for is not", () => {
  const set = {};
  const node = { getAttribute: (name) => set[name] ?? null, setAttribute: (name, value) => (set[name] = value) };
  for (const name of ["title", "placeholder", "aria-label", "aria-valuetext", "href"]) {
    setAttribute(node, name, "press\u202e-01");
    assert.equal(set[name], name === "href" ? "press\u202e-01" : "press\\u{202e}-01");
  }
});
