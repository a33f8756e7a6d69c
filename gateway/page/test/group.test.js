import { status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { memberNode } from "../src/group.js";
import { groupNodes } from "../src/parts.js";

const member = (id, state, machines = 0) => ({
  id, state, machines, heardSecondsAgo: 0.4, behindSeconds: 4, historySeconds: 90_000, epoch: 3, view: ["a", "b"],
});
const group = (...members) => ({
  name: "plant-a", mode: "standby", member: "a", hearsItself: true, epoch: 3, machines: 6, members,
});
const nodes = (...members) => groupNodes(status({ group: group(...members) }));

test("a gateway in no group, and one of an earlier version, has no such part", () => {
  assert.deepEqual(groupNodes(status()), []);
  assert.deepEqual(groupNodes(status({ group: undefined })), []);
});

test("a group is well while all are here, whoever sends", () => {
  const [one] = nodes(member("a", "standby"), member("b", "sending", 6));
  assert.deepEqual([one.name, one.kind, one.state, one.figure],
    ["plant-a", "running", "ready to take over", "2 of 2 here"]);
  assert.deepEqual(one.detail, ["sends 0 of 6 machines", ""]);
});

test("who is gone is named, and a gateway that hears nobody is down", () => {
  const [one] = nodes(member("a", "sending", 6), member("b", "gone"));
  assert.deepEqual([one.kind, one.figure, one.detail[1]], ["micro", "1 of 2 here", "gone: b"]);
  const [deaf] = nodes(member("a", "deaf"), member("b", "gone"));
  assert.deepEqual([deaf.kind, deaf.figure], ["down", "0 of 2 here"]);
});

test("a member says how far behind it is while it is here, and when it was heard while it is not", () => {
  const here = memberNode(member("a", "sending", 6), group());
  assert.deepEqual([here.name, here.figure, here.kind], ["a (this one)", "6 of 6 machines", "running"]);
  assert.match(here.detail.join(" · "), /^stored up to 4\ss ago · has received everything for 25\sh/);
  const gone = memberNode({ ...member("b", "gone"), heardSecondsAgo: 7200 }, group());
  assert.match(gone.detail.join(), /^last heard 2\sh/);
  const unheard = memberNode({ ...member("b", "gone"), heardSecondsAgo: null }, group());
  assert.deepEqual(unheard.detail, ["not since the start"]);
});
