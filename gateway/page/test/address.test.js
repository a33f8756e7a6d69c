import { placeIn } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, withChoices } from "../src/address.js";
import { hrefOf, meant } from "../src/places.js";

test("no address is the plant's", () => {
  for (const hash of ["", "#", "#/"]) {
    const { name, path } = addressOf(hash);
    assert.deepEqual([name, path], ["", []]);
  }
});

test("an address has a view, a path and a choice", () => {
  const { name, path, search } = addressOf("#/stops?state=down&reason=E-STOP");
  assert.deepEqual([name, path, search.get("state"), search.get("reason")], ["stops", [], "down", "E-STOP"]);
});

test("paths come back as they were", () => {
  const paths = [
    ["a/b?c#d", "50 % & \"more\"", "", "e/f %2F 🔧"],
    ["", "", "", "é"], ["", "", "", "e\u0301"], ["..", "", ".", " "],
  ];
  for (const path of paths) assert.deepEqual(addressOf(hrefOf("machine", path)).path, path);
  const all = paths.map((levels) => ({ ...placeIn(...levels), id: JSON.stringify(levels) }));
  for (const one of all) assert.deepEqual(meant("machine", all, one.levels), [one]);
});

test("a stray percent sign stays", () => {
  assert.deepEqual(addressOf("#/line/50%").path, ["50%"]);
});

test("what is chosen stands in the address, and what is chosen no more is left out", () => {
  assert.equal(withChoices("", { kind: "down" }), "#/?kind=down");
  assert.equal(withChoices("#/quality?site=a&fault=range", { fault: "" }), "#/quality?site=a");
  assert.equal(withChoices("#/machine/m?minutes=15", { minutes: "480", from: "1" }), "#/machine/m?minutes=480&from=1");
});
