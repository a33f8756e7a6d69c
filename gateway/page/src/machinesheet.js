// Machines as files take them: what they do, with the figures of their shift; and their states over time.

import { instant, inUnit, sheetOf } from "./csv.js";
import { pathColumn, placeColumns, reasonIdColumn, shiftIdColumn } from "./csvids.js";
import { shiftColumns } from "./figures.js";
import { t, word } from "./i18n.js";
import { ratiosOf } from "./shift.js";
import { shiftLabel } from "./shiftlabels.js";
import { reasonOf } from "./states.js";

/** @typedef {import("./history.js").History} History */
/** @typedef {import("./model.js").Machine} Machine */

/** @type {import("./csv.js").Column<Machine>[]} */
const receivedColumns = [
  [t("received.title"), ({ received }) => instant(received?.received ?? null)],
  [t("fleet.gateway"), ({ received }) => received?.gateway ?? ""],
  [inUnit(`${t("figure.oee")}, ${t("received.title")}`, "%"),
    ({ received }) => (ratiosOf(received).values?.oee ?? NaN) * 100],
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
    [t("stops.shift"), ({ shift }) => shiftLabel(shift?.name ?? "")],
    ...shiftColumns((/** @type {Machine} */ { shift }) => shift),
    [inUnit(`${t("figure.oee")}, ${t("shift.last")}`, "%"),
      ({ last }) => (ratiosOf(last).values?.oee ?? NaN) * 100],
    ...(machines.some(({ received }) => received !== null) ? receivedColumns : []),
    pathColumn(({ levels }) => levels), shiftIdColumn(({ shift }) => shift?.name),
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
  const spans = held.flatMap(({ id, path, levels }) =>
    (history?.spans.get(id) ?? []).map((span) => ({ path, levels, span })));
  /** @type {import("./csv.js").Column<typeof spans[number]>[]} */
  const columns = [
    [t("stops.start"), ({ span: [from] }) => instant(from)],
    [t("csv.end"), ({ span: [, to] }) => instant(to)],
    ...placeColumns,
    [t("stops.state"), ({ span: [, , state] }) => word("state", state)],
    [t("stops.reason"), ({ span: [, , state, reason] }) => reasonOf(state, reason)],
    [inUnit(t("stops.length"), "s"), ({ span: [from, to] }) => (to - from) / 1000],
    pathColumn(({ levels }) => levels), reasonIdColumn(({ span: [, , , reason] }) => reason),
  ];
  return sheetOf(columns, spans, history?.more ? t("csv.ofMachines", held.length, machines.length) : "");
}
