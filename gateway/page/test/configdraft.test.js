import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetDraft, keepDraft, keptDraft } from "../src/configdraft.js";

const kept = new Map();
globalThis.sessionStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => kept.set(key, value),
  removeItem: (key) => kept.delete(key),
};
const base = { site: {}, text: "" };
const draft = { user: "anna", version: "1", base, site: { efficiency: { target: { oee: 0.8 } } } };

test("what was changed is there again for who changed it, until it is forgotten", () => {
  keepDraft(draft);
  assert.deepEqual(keptDraft("anna"), draft);
  forgetDraft();
  assert.equal(keptDraft("anna"), null);
});

test("nobody else is shown it, also not the one who changed it after another one was here", () => {
  keepDraft(draft);
  assert.equal(keptDraft("bert"), null);
  assert.equal(keptDraft("anna"), null);
});

test("what is more than a browser keeps is not kept, and nothing else happens", () => {
  sessionStorage.setItem = () => {
    throw new Error("quota");
  };
  keepDraft(draft);
  assert.equal(keptDraft("anna"), null);
});
