// What a snapshot means: machines with their state and figures, in the direction of flow.

import { assetName } from "./assetlabels.js";
import { duration } from "./format.js";
import { t } from "./i18n.js";
import { levelsApart } from "./names.js";
import { fullText, idOf, levelsAround, levelsOf, pathOf, placeOf } from "./places.js";
import { SILENT_SECONDS, guessedState, stateOf, toldState } from "./states.js";

/** @typedef {import("../types/api.js").AssetNode} AssetNode */
/** @typedef {import("../types/api.js").MachineFigures} MachineFigures */
/** @typedef {import("../types/api.js").Metric} Metric */
/** @typedef {import("../types/api.js").Path} Path */
/** @typedef {import("../types/api.js").ReceivedShift} ReceivedShift */
/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("../types/api.js").Snapshot} Snapshot */
/** @typedef {import("../types/api.js").Status} Status */
/** @typedef {import("./states.js").State} State */

/** @typedef {import("./places.js").Levels} Levels */
/** @typedef {import("./places.js").Place} Place */

/**
 * A machine, or another node of the tree that sent values of its own.
 *
 * @typedef {object} Machine
 * @property {string} id
 * @property {Levels} levels
 * @property {Path} path
 * @property {Levels} lineLevels
 * @property {string} line the id of its line
 * @property {string} name
 * @property {Place} place
 * @property {State} state
 * @property {Metric[]} metrics
 * @property {number | null} age of its newest value, in seconds; null where none ever came
 * @property {boolean} isOld whether nothing newer than its state is known, although it should have sent
 * @property {string} product
 * @property {Shift | null} shift
 * @property {Shift | null} last
 * @property {ReceivedShift | null} received where another gateway makes its figures
 */

/**
 * @typedef {object} Line
 * @property {string} id
 * @property {Levels} levels
 * @property {Path} path
 * @property {string} name
 * @property {string} apart the levels that tell it from other lines of its name; "" where there is none
 * @property {Partial<Place>} place
 * @property {Shift | null} shift
 * @property {Shift | null} last
 * @property {ReceivedShift | null} received where another gateway makes its figures
 * @property {Machine[]} machines
 */

/**
 * All of a snapshot that the views show.
 *
 * @typedef {object} Model
 * @property {Status} status
 * @property {number} now milliseconds
 * @property {Machine[]} machines
 * @property {Line[]} lines
 * @property {boolean} hasFigures
 * @property {number | null} figuresAsOf all that was received up to then is in the figures; milliseconds
 * @property {number | null} valuesAsOf how far any machine with figures is in its own time; milliseconds
 * @property {number | null} target the OEE aimed at
 * @property {{ name: string, shift: Shift | null, last: Shift | null }[]} sites none where all is of one site
 * @property {Shift | null} shift of the whole plant
 * @property {Shift | null} last
 * @property {string} states differs where any machine is in another state
 */

/** @typedef {{ levels: Levels, metrics: Metric[], age: number, state: State }} Heard */

/**
 * A line as a choice: its id, its name with the levels above.
 *
 * @type {(line: Line) => [string, string]}
 */
export const lineOption = ({ id, levels }) => [id, fullText("line", levels)];

/**
 * Every node of the tree that sent values of its own, with the place it stands in.
 *
 * @param {AssetNode[]} nodes
 * @param {Partial<Place>} place
 * @returns {Heard[]}
 */
function heard(nodes, place = {}) {
  return nodes.flatMap((node) => {
    const there = node.name === "" ? place : { ...place, [node.level]: node.name };
    const inside = heard(node.children ?? [], there);
    if (node.metrics === undefined) return inside;
    const age = Math.min(...node.metrics.map((m) => m.ageSeconds));
    return [{ levels: levelsOf(there), metrics: node.metrics, age, state: guessedState(node) }, ...inside];
  });
}

/**
 * @param {Levels} levels
 * @param {Heard | undefined} seen
 * @param {MachineFigures | undefined} known
 * @param {State} state
 * @param {number | null} age null where nothing was ever heard of it
 * @param {ReceivedShift | null} received
 * @returns {Machine}
 */
function machineOf(levels, seen, known, state, age, received = null) {
  const path = pathOf(levels);
  const lineLevels = levelsAround(levels);
  const isOld = age !== null && age > SILENT_SECONDS && state.kind !== "unknown"; // such as while a backlog comes in
  return {
    id: idOf(levels), levels, path, lineLevels, line: idOf(lineLevels),
    name: assetName(path) || t("place.none"),
    place: placeOf(levels),
    state: isOld ? { ...state, reason: t("age.short", duration(age)) } : state,
    metrics: (seen?.metrics ?? []).filter((m) => m !== state.metric),
    age,
    isOld,
    product: known?.product ?? "",
    shift: known?.shift ?? null,
    last: known?.last ?? null,
    received,
  };
}

/**
 * @param {ReceivedShift[]} received
 * @param {ReceivedShift["level"]} level
 */
const receivedOf = (received, level) =>
  new Map(received.filter((one) => one.level === level).map((one) => [idOf(one.levels), one]));

/**
 * Machines with figures in the order of the gateway, then those without, then those that others tell of alone.
 *
 * @param {AssetNode[]} assets
 * @param {MachineFigures[]} figures
 * @param {ReceivedShift[]} received
 * @param {number} now
 */
function machinesOf(assets, figures, received, now) {
  const seen = new Map(heard(assets).map((node) => [idOf(node.levels), node]));
  const told = receivedOf(received, "machine");
  const withFigures = figures.map((known) => {
    const node = seen.get(idOf(known.levels));
    seen.delete(idOf(known.levels));
    told.delete(idOf(known.levels));
    const age = node?.age ?? (known.seen === null ? null : (now - Date.parse(known.seen)) / 1000);
    return machineOf(known.levels, node, known, stateOf(known, now), age);
  });
  const others = [...seen].map(([id, node]) => {
    const shift = told.get(id) ?? null;
    told.delete(id);
    return machineOf(node.levels, node, undefined, node.state, node.age, shift);
  });
  const toldOnly = [...told.values()].map((one) => machineOf(one.levels, undefined, undefined, toldState(), null, one));
  return [...withFigures, ...others, ...toldOnly];
}

/**
 * Lines with figures in the order of the gateway, then those of the other machines.
 *
 * @param {Machine[]} machines
 * @param {{ levels: Levels, shift: Shift, last: Shift | null }[]} figures
 * @param {ReceivedShift[]} received
 */
function linesOf(machines, figures, received) {
  /** @type {Map<string, Line>} */
  const lines = new Map();
  for (const { levels, shift, last } of figures) lines.set(idOf(levels), lineOf(levels, shift, last));
  for (const machine of machines) {
    const line = lines.get(machine.line) ?? lineOf(machine.lineLevels, null, null);
    lines.set(machine.line, line);
    line.machines.push(machine);
  }
  const told = receivedOf(received, "line");
  for (const line of lines.values()) {
    line.received = line.shift === null ? told.get(line.id) ?? null : null;
  }
  const all = [...lines.values()];
  levelsApart(all.map((line) => line.levels)).forEach((apart, at) => {
    all[at].apart = apart;
  });
  return all;
}

/**
 * @param {Levels} levels
 * @param {Shift | null} shift
 * @param {Shift | null} last
 * @returns {Line}
 */
function lineOf(levels, shift, last) {
  const path = pathOf(levels);
  const { machine, ...place } = placeOf(levels);
  const name = assetName(path) || t("place.noLine");
  return { id: idOf(levels), levels, path, name, apart: "", place, shift, last, received: null, machines: [] };
}

/** @param {string | null} instant */
const parsed = (instant) => instant === null ? null : Date.parse(instant);

/** @param {{ asOf: string }[]} machines */
const newestOf = (machines) => machines.length === 0
  ? null
  : machines.reduce((newest, { asOf }) => Math.max(newest, Date.parse(asOf)), -Infinity);

/**
 * @param {Snapshot} snapshot
 * @returns {Model}
 */
export function modelOf({ status, assets, efficiency, received = [] }) {
  const now = Date.parse(status.now);
  const machines = machinesOf(assets, efficiency?.machines ?? [], received, now);
  return {
    status, now, machines,
    lines: linesOf(machines, efficiency?.lines ?? [], received),
    hasFigures: efficiency !== null,
    figuresAsOf: parsed(efficiency?.asOf ?? null),
    valuesAsOf: newestOf(efficiency?.machines ?? []),
    target: efficiency?.targetOee ?? null,
    sites: efficiency?.sites ?? [],
    shift: efficiency?.plant.shift ?? null,
    last: efficiency?.plant.last ?? null,
    states: machines.map((m) => `${m.id} ${m.state.kind} ${m.state.word} ${m.state.sinceMs}`).join("\n"),
  };
}
