// What a snapshot means: machines with their state and figures, in the direction of flow.

import { NOTHING, duration, percent } from "./format.js";
import { t, word } from "./i18n.js";

const SILENT_SECONDS = 60; // older news is said to be old; without figures such a machine is unknown, not down
const SOME_DOUBT = 0.9; // the part of planned time that is known: below, figures are marked
const MOST_DOUBT = 0.5; // below, they are not said

/** The kinds of state that have a colour, what asks for a person first. */
export const KINDS = ["down", "micro", "unknown", "setup", "waiting", "planned", "running", "other"];

const KIND_OF_STATE = { micro_stop: "micro", starved: "waiting", blocked: "waiting", idle: "waiting" };

export const kindOf = (state) => KIND_OF_STATE[state] ?? (KINDS.includes(state) ? state : "other");

/** Words of devices, guessed at where no figures are configured. */
const WORDS = [
  ["running", /^(run|running|execute|producing|production|active|auto)$/i],
  ["micro", /^micro/i],
  ["down", /^(down|fault|faulted|error|alarm|stopped|aborted|breakdown|emergency)/i],
  ["setup", /^(setup|changeover|preparing)/i],
  ["planned", /^(planned|maintenance|break|off|shutdown)/i],
  ["waiting", /^(idle|starved|blocked|waiting|standby|ready|paused|held)/i],
];

export const idOf = (path) => JSON.stringify(path);
export const hrefOf = (kind, path) => `#/${kind}/${path.map(encodeURIComponent).join("/")}`;

function guess(node) {
  if (node.heardAgeSeconds > SILENT_SECONDS) return { kind: "unknown", word: t("state.unknown"), seconds: node.heardAgeSeconds };
  const sent = node.metrics.find((m) => /^(state|status)$/i.test(m.metric) && typeof m.value === "string");
  if (!sent) return { kind: "other", word: t("state.other"), seconds: null };
  const known = WORDS.find(([, pattern]) => pattern.test(sent.value));
  return { kind: known ? known[0] : "other", word: sent.value.toLowerCase().replaceAll("_", " "), seconds: null, metric: sent };
}

/** The levels of a place; a machine without a line is not one of just any line, so "" is said too. */
const NOWHERE = { site: "", area: "", line: "", machine: "" };

/** Every node of the tree that was heard itself, with the place it stands in. */
function heard(nodes, path = [], place = NOWHERE, found = []) {
  for (const node of nodes) {
    const named = node.name !== "";
    const here = named ? [...path, node.name] : path;
    const there = named ? { ...place, [node.level]: node.name } : place;
    if (node.metrics) {
      const age = Math.min(...node.metrics.map((m) => m.ageSeconds));
      found.push({ path: here, place: there, metrics: node.metrics, age, guess: guess(node) });
    }
    if (node.children) heard(node.children, here, there, found);
  }
  return found;
}

/** The names of the levels of a path that was never heard, from the machine upwards. */
function placeOf(path) {
  const levels = { 1: ["machine"], 2: ["line", "machine"], 3: ["site", "line", "machine"] }[path.length]
    ?? ["site", "area", "line", "machine"];
  return { ...NOWHERE, ...Object.fromEntries(levels.map((level, at) => [level, path[at]])) };
}

/** A reason as a person may read it; "" where it says no more than the state. */
export function reasonOf(state, reason) {
  if (reason.startsWith("unmapped:")) return t("reason.unmapped", reason.slice(9));
  const said = reason.toLowerCase();
  if (said === state) return "";
  return kindOf(said) === "other" ? reason : word("state", said); // such as the stop that was a short one
}

function stateOf(known, now) {
  return {
    kind: kindOf(known.state), word: word("state", known.state), reason: reasonOf(known.state, known.reason),
    sinceMs: Date.parse(known.since), seconds: (now - Date.parse(known.since)) / 1000,
  };
}

function machineOf(path, seen, known, now) {
  const state = known ? stateOf(known, now) : seen.guess;
  const age = seen ? seen.age : (now - Date.parse(known.seen)) / 1000;
  if (age > SILENT_SECONDS && state.kind !== "unknown") state.reason = t("age", duration(age)); // a backlog that comes in
  const linePath = path.slice(0, -1);
  return {
    id: idOf(path), path, linePath, line: idOf(linePath), state,
    name: path.at(-1) ?? t("place.none"),
    place: seen?.place ?? placeOf(path),
    metrics: seen ? seen.metrics.filter((m) => m !== state.metric) : [],
    age,
    product: known?.product ?? "",
    shift: known?.shift ?? null,
    last: known?.last ?? null,
  };
}

/** All of a snapshot that the views show. Machines stand as material flows, else by name. */
export function modelOf({ status, assets, efficiency }) {
  const now = Date.parse(status.now);
  const seen = new Map(heard(assets).map((m) => [idOf(m.path), m]));
  const known = new Map((efficiency?.machines ?? []).map((m) => [idOf(m.path), m]));
  const machines = [];
  for (const [id, m] of known) machines.push(machineOf(m.path, seen.get(id), m, now));
  for (const [id, m] of seen) if (!known.has(id)) machines.push(machineOf(m.path, m, undefined, now));
  const lines = new Map();
  for (const line of efficiency?.lines ?? []) {
    lines.set(idOf(line.path), { ...line, last: line.last ?? null, machines: [] });
  }
  for (const machine of machines) {
    if (!lines.has(machine.line)) lines.set(machine.line, { path: machine.linePath, shift: null, last: null, machines: [] });
    lines.get(machine.line).machines.push(machine);
  }
  for (const [id, line] of lines) {
    const { machine, ...place } = line.machines[0]?.place ?? placeOf([...line.path, ""]);
    Object.assign(line, { id, place, name: line.path.at(-1) ?? t("place.noLine") });
  }
  return {
    status, now, machines,
    lines: [...lines.values()],
    hasFigures: efficiency !== null,
    target: efficiency?.targetOee ?? null,
    shift: plant([...lines.values()].map((line) => line.shift)),
    last: plant([...lines.values()].map((line) => line.last)),
    states: machines.map((m) => `${m.id} ${m.state.kind} ${m.state.word} ${m.state.sinceMs}`).join("\n"),
  };
}

/** The shifts of lines as one: sums of numerators over sums of denominators. */
function plant(shifts) {
  const newest = shifts.reduce((latest, shift) => (shift && shift.start > latest ? shift.start : latest), "");
  const same = shifts.filter((shift) => shift && shift.start === newest);
  if (same.length === 0) return null;
  const sum = (value) => same.reduce((total, shift) => {
    const part = value(shift);
    return total === null || part === null || part === undefined ? null : total + part;
  }, 0);
  const ratio = (over, under) => (over === null || !(under > 0) ? null : over / under);
  const [known, run, made, good] = [(s) => s.knownSeconds, (s) => (s.availability === null ? 0 : s.availability * s.knownSeconds),
    (s) => s.idealTotalSeconds, (s) => s.idealGoodSeconds].map(sum);
  const planned = sum((s) => s.plannedBusySeconds);
  return {
    name: same[0].name, start: same[0].start, end: same[0].end, basis: "plant",
    plannedBusySeconds: planned, knownSeconds: known, failures: sum((s) => s.failures),
    total: sum((s) => s.total), good: sum((s) => s.good), scrap: sum((s) => s.scrap), plan: sum((s) => s.plan),
    idealGoodSeconds: good,
    coverage: ratio(known, planned), oee: ratio(good, known), availability: ratio(run, known),
    effectiveness: ratio(made, run), quality: ratio(good, made),
    losses: {
      unknownSeconds: sum((s) => s.losses.unknownSeconds),
      stops: same.flatMap((s) => s.losses.stops),
      speedSeconds: sum((s) => s.losses.speedSeconds ?? 0),
      qualitySeconds: sum((s) => s.losses.qualitySeconds ?? 0),
    },
  };
}

/** The ratios of a shift as they may be said: a dash where too little is known. */
export function said(shift) {
  const hidden = shift === null || shift.coverage === null || shift.coverage < MOST_DOUBT;
  const ratio = (value) => (hidden ? NOTHING : percent(value));
  return {
    doubt: !hidden && shift.coverage < SOME_DOUBT,
    oee: ratio(shift?.oee), availability: ratio(shift?.availability), effectiveness: ratio(shift?.effectiveness),
    quality: ratio(shift?.quality), nee: ratio(shift?.nee), teep: ratio(shift?.teep),
    values: hidden ? null : shift,
    coverage: shift === null || shift.coverage === null ? t("coverage.none") : t("coverage.known", percent(shift.coverage)),
  };
}

/** Where the planned time of a shift went, the productive part first, then by size. */
export function lossesOf(shift) {
  const seconds = new Map();
  const add = (key, kind, text, value) => {
    if (value > 0) seconds.set(key, { key, kind, text, seconds: (seconds.get(key)?.seconds ?? 0) + value });
  };
  for (const stop of shift.losses.stops) add(stop.state, kindOf(stop.state), word("state", stop.state), stop.seconds);
  add("slow", "slow", t("loss.slow"), shift.losses.speedSeconds ?? 0);
  add("scrap", "scrap", t("loss.scrap"), shift.losses.qualitySeconds ?? 0);
  add("unknown", "unknown", word("state", "unknown"), shift.losses.unknownSeconds);
  const sorted = [...seconds.values()].sort((a, b) => b.seconds - a.seconds);
  const good = shift.idealGoodSeconds;
  return good > 0 ? [{ key: "good", kind: "running", text: t("loss.good"), seconds: good }, ...sorted] : sorted;
}

/** "for 12 min", as it is shown beside a state. */
export const since = (state) => (state.seconds === null ? "" : duration(state.seconds));
