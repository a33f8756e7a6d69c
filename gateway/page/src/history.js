// The last hours of states, as the strips take them.

import { query, watch } from "./api.js";
import { at } from "./format.js";
import { idOf } from "./model.js";

const HOURS = 8;
const SECONDS = 10;

/** Calls `show` with { fromMs, toMs, from (as text), spans by machine id } of the machines at `place`. */
export function watchHistory(place, show, fail) {
  return watch(() => query("/api/v1/history", { hours: HOURS }, place), SECONDS, (answer) => show({
    fromMs: answer.fromMs,
    toMs: answer.toMs,
    from: at(answer.fromMs),
    spans: new Map(answer.machines.map((m) => [idOf(m.path), m.spans])),
  }), fail);
}
