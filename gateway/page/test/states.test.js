import { NOW, asset, machine, metric } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { causeOf, guessedState, kindOf, lengthOf, reasonOf, stateOf } from "../src/states.js";

test("every word of the gateway has a kind, a new one is other", () => {
  const words = ["running", "setup", "micro_stop", "starved", "blocked", "down", "idle", "planned", "unknown"];
  assert.deepEqual(words.map(kindOf),
    ["running", "setup", "micro", "starved", "blocked", "down", "waiting", "planned", "unknown"]);
  assert.deepEqual(["warming_up", "toString", "__proto__", ""].map(kindOf), ["other", "other", "other", "other"]);
});

test("a reason that only repeats the state is left out", () => {
  assert.equal(reasonOf("down", "DOWN"), "");
  assert.equal(reasonOf("down", "E-STOP"), "E-STOP");
  assert.equal(reasonOf("down", "micro_stop"), "micro-stop");
  assert.equal(reasonOf("unknown", "unmapped:WARMUP"), "“WARMUP” is not configured");
  assert.equal(reasonOf("unknown", "gateway-away"), "the gateway was away");
  assert.equal(reasonOf("idle", "gateway-away"), "gateway-away");
  assert.equal(causeOf({ state: "down", reason: "E-STOP" }), "down · E-STOP");
  assert.equal(causeOf({ state: "setup", reason: "" }), "setup");
});

test("a state has lasted since the gateway says so", () => {
  const state = stateOf(machine(["press-01"]), NOW);
  assert.deepEqual([state.kind, state.word, state.seconds], ["running", "running", 240]);
  assert.equal(lengthOf(state).replaceAll("\u00a0", " "), "4 min");
});

test("while a backlog is read, a state has lasted up to where it is read", () => {
  const state = stateOf(machine(["press-01"], { since: "2026-03-01T21:00:00Z", asOf: "2026-03-01T21:07:00Z" }), NOW);
  assert.equal(state.seconds, 420);
});

function guessed(value, age = 1) {
  return guessedState(asset([["machine", "m"]], [metric("speed", 3), metric("State", value)], age));
}

test("without figures the state is guessed from the words of devices", () => {
  const words = ["EXECUTE", "Fault_12", "changeover", "STARVED", "Blocked", "standby", "maintenance", "micro stop"];
  assert.deepEqual(words.map((word) => guessed(word).kind),
    ["running", "down", "setup", "starved", "blocked", "waiting", "planned", "micro"]);
  assert.deepEqual([guessed("WARM_UP").kind, guessed("WARM_UP").word], ["other", "warm up"]);
});

test("a code is no word, and long silence is no state", () => {
  assert.deepEqual([guessed(4).word, guessed(4).metric], ["no state sent", null]);
  assert.deepEqual([guessed("RUNNING", 61).kind, guessed("RUNNING", 61).seconds], ["unknown", 61]);
  assert.equal(lengthOf(guessed("RUNNING")), "");
});
