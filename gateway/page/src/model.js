// What a snapshot means: machines with their state and figures, in the direction of flow.

import { assetName, placeText, shownPath } from "./assetlabels.js";
import { duration } from "./format.js";
import { t } from "./i18n.js";
import { levelsApart } from "./names.js";
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

/**
 * The levels of a place, as the API takes them; "" says that a machine has no such level.
 *
 * @typedef {{ site: string, area: string, line: string, machine: string }} Place
 */

/**
 * A machine, or another node of the tree that sent values of its own.
 *
 * @typedef {object} Machine
 * @property {string} id
 * @property {Path} path
 * @property {Path} linePath
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
 * @property {number | null} target the OEE aimed at
 * @property {{ name: string, shift: Shift | null, last: Shift | null }[]} sites none where all is of one site
 * @property {Shift | null} shift of the whole plant
 * @property {Shift | null} last
 * @property {string} states differs where any machine is in another state
 */

/** @typedef {{ path: Path, place: Place, metrics: Metric[], age: number, state: State }} Heard */

export const idOf = (/** @type {Path} */ path) => JSON.stringify(path);

/**
 * The names of the levels that a place has, from the site down.
 *
 * @param {Partial<Place>} place
 * @returns {Path}
 */
export const pathOf = ({ site = "", area = "", line = "", machine = "" }) =>
  [site, area, line, machine].filter((name) => name !== "");

/**
 * The address of a view.
 *
 * @param {"line" | "machine"} kind
 * @param {Path} path
 */
export const hrefOf = (kind, path) => `#/${kind}/${path.map(encodeURIComponent).join("/")}`;

/**
 * A line as a choice: its id, its name with the levels above.
 *
 * @type {(line: Line) => [string, string]}
 */
export const lineOption = ({ id, path }) => [id, placeText(path)];

/** @type {Place} */
const NOWHERE = { site: "", area: "", line: "", machine: "" };

/**
 * Every node of the tree that sent values of its own, with the place it stands in.
 *
 * @param {AssetNode[]} nodes
 * @param {Path} path
 * @returns {Heard[]}
 */
function heard(nodes, path = [], place = NOWHERE) {
  return nodes.flatMap((node) => {
    const named = node.name !== "";
    const here = named ? [...path, node.name] : path;
    const there = named ? { ...place, [node.level]: node.name } : place;
    const inside = heard(node.children ?? [], here, there);
    if (node.metrics === undefined) return inside;
    const age = Math.min(...node.metrics.map((m) => m.ageSeconds));
    return [{ path: here, place: there, metrics: node.metrics, age, state: guessedState(node) }, ...inside];
  });
}

/** @type {Record<number, (keyof Place)[]>} */
const LEVELS = { 1: ["machine"], 2: ["line", "machine"], 3: ["site", "line", "machine"] };

/**
 * The place of a machine that has sent nothing yet, by the number of its levels.
 *
 * @param {Path} path
 * @returns {Place}
 */
function placeOf(path) {
  const levels = LEVELS[path.length] ?? ["site", "area", "line", "machine"];
  return { ...NOWHERE, ...Object.fromEntries(levels.map((level, at) => [level, path[at]])) };
}

/**
 * @param {Path} path
 * @param {Heard | undefined} seen
 * @param {MachineFigures | undefined} known
 * @param {State} state
 * @param {number | null} age null where nothing was ever heard of it
 * @param {ReceivedShift | null} received
 * @returns {Machine}
 */
function machineOf(path, seen, known, state, age, received = null) {
  const linePath = path.slice(0, -1);
  const isOld = age !== null && age > SILENT_SECONDS && state.kind !== "unknown"; // such as while a backlog comes in
  return {
    id: idOf(path), path, linePath, line: idOf(linePath),
    name: assetName(path) || t("place.none"),
    place: seen?.place ?? placeOf(path),
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
  new Map(received.filter((one) => one.level === level).map((one) => [idOf(one.path), one]));

/**
 * Machines with figures in the order of the gateway, then those without, then those that others tell of alone.
 *
 * @param {AssetNode[]} assets
 * @param {MachineFigures[]} figures
 * @param {ReceivedShift[]} received
 * @param {number} now
 */
function machinesOf(assets, figures, received, now) {
  const seen = new Map(heard(assets).map((node) => [idOf(node.path), node]));
  const told = receivedOf(received, "machine");
  const withFigures = figures.map((known) => {
    const node = seen.get(idOf(known.path));
    seen.delete(idOf(known.path));
    told.delete(idOf(known.path));
    const age = node?.age ?? (known.seen === null ? null : (now - Date.parse(known.seen)) / 1000);
    return machineOf(known.path, node, known, stateOf(known, now), age);
  });
  const others = [...seen].map(([id, node]) => {
    const shift = told.get(id) ?? null;
    told.delete(id);
    return machineOf(node.path, node, undefined, node.state, node.age, shift);
  });
  const toldOnly = [...told.values()].map((one) => machineOf(one.path, undefined, undefined, toldState(), null, one));
  return [...withFigures, ...others, ...toldOnly];
}

/**
 * Lines with figures in the order of the gateway, then those of the other machines.
 *
 * @param {Machine[]} machines
 * @param {{ path: Path, shift: Shift, last: Shift | null }[]} figures
 * @param {ReceivedShift[]} received
 */
function linesOf(machines, figures, received) {
  /** @type {Map<string, Line>} */
  const lines = new Map();
  for (const { path, shift, last } of figures) lines.set(idOf(path), lineOf(path, shift, last));
  for (const machine of machines) {
    const line = lines.get(machine.line) ?? lineOf(machine.linePath, null, null);
    lines.set(machine.line, line);
    line.machines.push(machine);
  }
  const told = receivedOf(received, "line");
  for (const line of lines.values()) {
    line.received = line.shift === null ? told.get(line.id) ?? null : null;
    const { machine, ...place } = line.machines[0]?.place ?? placeOf([...line.path, ""]);
    line.place = place;
  }
  const all = [...lines.values()];
  levelsApart(all.map((line) => shownPath(line.path))).forEach((apart, at) => {
    all[at].apart = apart;
  });
  return all;
}

/**
 * @param {Path} path
 * @param {Shift | null} shift
 * @param {Shift | null} last
 * @returns {Line}
 */
function lineOf(path, shift, last) {
  const name = assetName(path) || t("place.noLine");
  return { id: idOf(path), path, name, apart: "", place: {}, shift, last, received: null, machines: [] };
}

/** @param {string | null} instant */
const parsed = (instant) => instant === null ? null : Date.parse(instant);

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
    target: efficiency?.targetOee ?? null,
    sites: efficiency?.sites ?? [],
    shift: efficiency?.plant.shift ?? null,
    last: efficiency?.plant.last ?? null,
    states: machines.map((m) => `${m.id} ${m.state.kind} ${m.state.word} ${m.state.sinceMs}`).join("\n"),
  };
}
