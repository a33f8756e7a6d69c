// Machines as files take them: what they do, with the figures of their shift; and their states over time.

import { instant, inUnit, sheetOf } from "./csv.js";
import { shiftColumns } from "./figures.js";
import { t, word } from "./i18n.js";
import { ratiosOf } from "./shift.js";
import { reasonOf } from "./states.js";

/** @typedef {import("../types/api.js").Path} Path */
/** @typedef {import("./history.js").History} History */
/** @typedef {import("./model.js").Machine} Machine */

/**
 * Site, area and line in one, then the machine.
 *
 * @type {import("./csv.js").Column<{ path: Path }>[]}
 */
const placeColumns = [
  [t("stops.line"), ({ path }) => path.slice(0, -1).join(" / ")],
  [t("stops.machine"), ({ path }) => path.at(-1)],
];

/** @param {Machine[]} machines */
export function machineSheet(machines) {
  /** @type {import("./csv.js").Column<Machine>[]} */
  const columns = [
    ...placeColumns,
    [t("stops.state"), ({ state }) => state.word],
    [t("stops.reason"), ({ state }) => state.reason],
    [t("csv.since"), ({ state }) => instant(state.sinceMs)],
    [t("csv.product"), ({ product }) => product],
    [t("stops.shift"), ({ shift }) => shift?.name],
    ...shiftColumns((/** @type {Machine} */ { shift }) => shift),
    [inUnit(`${t("figure.oee")}, ${t("shift.last")}`, "%"),
      ({ last }) => (ratiosOf(last).values?.oee ?? NaN) * 100],
  ];
  return sheetOf(columns, machines);
}

/**
 * The strips of machines, a row for each span of a state.
 *
 * @param {Machine[]} machines
 * @param {History | null} history
 */
export function spanSheet(machines, history) {
  const held = machines.filter(({ id }) => history?.spans.has(id));
  const spans = held.flatMap(({ id, path }) => (history?.spans.get(id) ?? []).map((span) => ({ path, span })));
  /** @type {import("./csv.js").Column<typeof spans[number]>[]} */
  const columns = [
    [t("stops.start"), ({ span: [from] }) => instant(from)],
    [t("csv.end"), ({ span: [, to] }) => instant(to)],
    ...placeColumns,
    [t("stops.state"), ({ span: [, , state] }) => word("state", state)],
    [t("stops.reason"), ({ span: [, , state, reason] }) => reasonOf(state, reason)],
    [inUnit(t("stops.length"), "s"), ({ span: [from, to] }) => (to - from) / 1000],
  ];
  return sheetOf(columns, spans, history?.more ? t("csv.ofMachines", held.length, machines.length) : "");
}
