import { NOW, asset, machine, metric, place, placeIn, placeOfLine, shift, status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { modelOf } from "../src/model.js";
import { hrefOf, idIn, idOf, meant, shownLevels, storedPath, takePlaces } from "../src/places.js";

const PRESS = [["site", "a"], ["line", "l"], ["machine", "press"]];

function efficiency(changes) {
  return {
    targetOee: 0.75, plant: { shift: null, last: null }, sites: [], lines: [], machines: [],
    lateReadings: 0, ignoredReadings: 0, ...changes,
  };
}

test("without figures machines come from what was received", () => {
  const state = metric("state", "RUNNING");
  const model = modelOf({ status: status(), assets: [asset(PRESS, [state, metric("speed", 3)])], efficiency: null });
  assert.equal(model.hasFigures, false);
  assert.deepEqual([model.shift, model.target, model.now], [null, null, NOW]);
  const [press] = model.machines;
  assert.deepEqual([press.id, press.name, press.state.kind], [idOf(["a", "", "l", "press"]), "press", "running"]);
  assert.deepEqual(press.place, { site: "a", area: "", line: "l", machine: "press" });
  assert.deepEqual(press.metrics.map((m) => m.metric), ["speed"]); // the state is shown as such
  assert.deepEqual(model.lines.map((line) => [line.name, line.shift, line.machines.length]), [["l", null, 1]]);
  assert.deepEqual(model.lines[0].place, { site: "a", area: "", line: "l" });
});

test("figures give order, state and the plant's shift", () => {
  const machines = [machine(["a", "l", "weld"], { state: "down", reason: "E-STOP" }), machine(["a", "l", "press"])];
  const plant = { shift: shift({ basis: "plant" }), last: null };
  const lines = [{ ...placeOfLine(["a", "l"]), shift: shift(), last: null }];
  const other = asset([["site", "a"], ["line", "k"], ["machine", "lift"]], [metric("speed", 1)]);
  const model = modelOf({
    status: status(), assets: [asset(PRESS, [metric("speed", 3)]), other],
    efficiency: efficiency({ plant, lines, machines }),
  });
  assert.deepEqual(model.machines.map((m) => m.name), ["weld", "press", "lift"]);
  assert.deepEqual(model.machines.map((m) => m.state.kind), ["down", "running", "other"]);
  assert.deepEqual(model.lines.map((line) => line.machines.map((m) => m.name)), [["weld", "press"], ["lift"]]);
  assert.equal(model.shift, plant.shift); // not made here
  assert.deepEqual([model.last, model.target], [null, 0.75]);
});

test("figures of another gateway stand where this one makes none", () => {
  const told = (path, level, oee) => ({
    level, ...(level === "line" ? placeOfLine(path) : place(path)), gateway: "edge",
    received: "2026-03-02T07:58:00Z", shift: "early",
    start: "2026-03-02T06:00:00Z", over: false, oee, coverage: 1, good: null, scrap: null,
  });
  const paths = ["own", "press", "told"].map((name) => ["a", "l", name]);
  const received = [told(["a", "l"], "line", 0.5), ...paths.map((path) => told(path, "machine", 0.75))];
  const heard = [["a", "l", "own"], ["a", "l", "press"]].map(([site, line, name]) =>
    asset([["site", site], ["line", line], ["machine", name]], [metric("speed", 3)]));
  const own = efficiency({ machines: [machine(["a", "l", "own"])] });
  const model = modelOf({ status: status(), assets: heard, efficiency: own, received });
  assert.deepEqual(model.machines.map((m) => [m.name, m.shift?.oee ?? null, m.received?.oee ?? null]),
    [["own", 0.684, null], ["press", null, 0.75], ["told", null, 0.75]]);
  const [, , alone] = model.machines;
  assert.deepEqual([alone.age, alone.state.word, alone.place.line], [null, "figures only", "l"]);
  assert.deepEqual(model.lines.map((line) => line.received?.oee), [0.5]);
  const lines = [{ ...placeOfLine(["a", "l"]), shift: shift(), last: null }];
  const made = modelOf({ status: status(), assets: [], efficiency: efficiency({ lines }), received });
  assert.equal(made.lines[0].received, null);
});

test("two lines of one name have the levels that tell them apart", () => {
  const paths = [["a", "hall", "line-1"], ["b", "hall", "line-1"], ["b", "hall", "line-2"]];
  const lines = paths.map((path) => ({ ...placeOfLine(path), shift: shift(), last: null }));
  const model = modelOf({ status: status(), assets: [], efficiency: efficiency({ lines }) });
  const named = model.lines.map(({ name, apart }) => [name, apart]);
  assert.deepEqual(named, [["line-1", "a"], ["line-1", "b"], ["line-2", ""]]);
});

test("a machine that has figures but sent nothing since the start has the place of its path", () => {
  const paths = [["m"], ["l", "m"], ["s", "l", "m"], ["s", "a", "l", "m"]];
  const machines = paths.map((path) => machine(path, { seen: "2026-03-02T07:00:00Z" }));
  const model = modelOf({ status: status(), assets: [], efficiency: efficiency({ machines }) });
  assert.deepEqual(model.machines.map((m) => Object.values(m.place).filter((level) => level !== "")), paths);
  assert.deepEqual(model.machines.map((m) => m.age), [3600, 3600, 3600, 3600]);
  assert.match(model.machines[0].state.reason, /^value 60\smin old$/);
  assert.equal(model.machines[0].isOld, true);
});

test("values of no place and of nodes above machines are shown too", () => {
  const nowhere = { level: "", name: "", heardAgeSeconds: 1, metrics: [metric("speed", 1)] };
  const line = asset([["site", "a"], ["line", "l"]], [metric("speed", 2)]);
  const model = modelOf({ status: status(), assets: [nowhere, line], efficiency: null });
  assert.deepEqual(model.machines.map((m) => [m.name, m.place.line]), [["(no place)", ""], ["l", "l"]]);
});

test("states differ where a machine is in another one, and only there", () => {
  const states = (changes) => modelOf({
    status: status(), assets: [], efficiency: efficiency({ machines: [machine(["m"], changes)] }),
  }).states;
  assert.equal(states({ seen: "2026-03-02T07:59:58Z" }), states({}));
  assert.notEqual(states({ state: "down" }), states({}));
  assert.notEqual(states({ since: "2026-03-02T07:59:00Z" }), states({}));
});

const OF_LINE = ["a", "", "b", "m"];
const OF_AREA = ["a", "b", "", "m"];

/** Two machines, in two lines, that have one path. */
function alike() {
  const machines = [OF_LINE, OF_AREA].map((levels, at) =>
    machine([], { ...placeIn(...levels), state: at === 0 ? "running" : "down", product: `p${at}` }));
  const assets = [["line", "area"], ["area", "line"]].map(([level]) =>
    asset([["site", "a"], [level, "b"], ["machine", "m"]], [metric("speed", level === "line" ? 1 : 2)]));
  const model = modelOf({ status: status(), assets, efficiency: efficiency({ machines }) });
  takePlaces(model);
  return model;
}

test("machines that have one path are two, each with its own values, state and line", () => {
  const { machines, lines } = alike();
  assert.deepEqual(machines.map((m) => [m.product, m.state.kind, m.metrics.map(({ value }) => value)]),
    [["p0", "running", [1]], ["p1", "down", [2]]]);
  assert.deepEqual(lines.map(({ name, apart, machines: its }) => [name, apart, its.length]),
    [["b", "a / –", 1], ["b", "a", 1]]);
  assert.deepEqual(lines.map(({ place: { site, area, line } }) => [site, area, line]),
    [["a", "", "b"], ["a", "b", ""]]);
});

test("an address is a path while that is of one machine alone, and names all levels else", () => {
  const { machines, lines } = alike();
  assert.equal(hrefOf("machine", OF_LINE), "#/machine/a//b/m");
  assert.equal(hrefOf("line", ["a", "b", "", ""]), "#/line/a/b/");
  assert.deepEqual(meant("machine", machines, ["a", "b", "m"]).map(({ levels }) => levels), [OF_LINE, OF_AREA]);
  assert.deepEqual(meant("machine", machines, ["a", "b", "", "m"]).map(({ levels }) => levels), [OF_AREA]);
  assert.deepEqual(meant("machine", machines, ["", "a", "b", "m"]), []);
  assert.deepEqual(meant("line", lines, ["a", "", "b"]).map(({ levels }) => levels), [["a", "", "b", ""]]);
  assert.equal(idIn(machines, JSON.stringify(["a", "b", "m"])), JSON.stringify(["a", "b", "m"]));
  takePlaces({ machines: machines.slice(0, 1), lines: [] });
  assert.equal(hrefOf("machine", OF_LINE), "#/machine/a/b/m");
  assert.equal(hrefOf("machine", OF_AREA), "#/machine/a/b//m"); // of one that is there no more
  assert.equal(idIn(machines.slice(0, 1), JSON.stringify(["a", "b", "m"])), idOf(OF_LINE));
  assert.deepEqual([storedPath(OF_LINE), storedPath(OF_AREA)], ["a/b/m", "a/b//m"]);
  assert.deepEqual(shownLevels(OF_AREA), ["a", "b", "–", "m"]);
});

test("addresses hold any name", () => {
  assert.equal(hrefOf("machine", ["a/b?c#d", "", "..", "50 %"]), "#/machine/a%2Fb%3Fc%23d//../50%20%25");
});
