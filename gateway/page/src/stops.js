// Stops: where time was lost, the largest cause first, and each stop with its reason.

import { query, watch } from "./api.js";
import { csvPanel } from "./csvbutton.js";
import { choice, element } from "./dom.js";
import { t, word } from "./i18n.js";
import { lineOption } from "./model.js";
import { paretoList } from "./pareto.js";
import { chosenTime, withTime } from "./pasttime.js";
import { idIn } from "./places.js";
import { siteLevels, withSite } from "./sites.js";
import { reasonOf } from "./states.js";
import { stopTable } from "./stoplist.js";

/** @typedef {import("../types/api.js").StopList} StopList */
/** @typedef {import("./address.js").Address} Address */
/** @typedef {import("./main.js").View} View */
/** @typedef {import("./model.js").Model} Model */

const RANGES = /** @type {const} */ (["present", "last", "8", "24"]);
const STATES = ["down", "micro_stop", "setup", "idle", "starved", "blocked", "planned", "unknown"];
const LIMIT = 200;

/**
 * What a range asks the API for.
 *
 * @param {string} range
 * @returns {{ shift: string } | { hours: number }}
 */
function shiftOrHours(range) {
  if (range === "8" || range === "24") return { hours: Number(range) };
  return { shift: range === "last" ? "last" : "present" };
}

/** @typedef {{ range: string, line: string, state: string, reason: string }} Filter */

/**
 * @param {Address} address
 * @returns {View}
 */
export function stopsView({ search }) {
  const heading = element("h1", "", t("view.stops"));
  /** @type {Filter} */
  const filter = {
    range: search.get("range") ?? "present", line: search.get("line") ?? "",
    state: search.get("state") ?? "", reason: search.get("reason") ?? "",
  };
  const set = (/** @type {Partial<Filter>} */ values) => {
    Object.assign(filter, values);
    keep();
    show();
    watching.ask();
  };
  const range = choice(t("stops.range"), (value) => set({ range: value }));
  const line = choice(t("stops.line"), (value) => set({ line: value }));
  const state = choice(t("stops.state"), (value) => set({ state: value }));
  const reason = choice(t("stops.reason"), (value) => set({ reason: value }));
  const isPicked = (/** @type {{ state: string, reason: string }} */ cause) =>
    filter.state === cause.state && filter.reason === cause.reason;
  const pareto = paretoList((cause) => set(isPicked(cause)
    ? { state: "", reason: "" } : { state: cause.state, reason: cause.reason }));
  const stops = stopTable(true);
  const ofLine = () => model?.lines.find((one) => one.id === filter.line)?.path ?? [];
  const root = element("div", "", element("div", "title", heading),
    element("div", "toolbar", range.root, line.root, state.root, reason.root),
    element("div", "halves beside", csvPanel(t("stops.pareto"), ofLine, pareto),
      csvPanel(t("stops.list"), ofLine, stops)));
  /** @type {Model | null} */
  let model = null;
  /** @type {Set<string>} */
  const reasons = new Set();

  /** The choice stands in the address, so that it can be sent to a colleague. */
  function keep() {
    const kept = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
    history.replaceState(null, "", withSite(withTime(`#/stops?${kept}`)));
  }

  function show() {
    range.root.hidden = chosenTime() !== null;
    range.show(RANGES.map((key) => [key, t(`stops.range.${key}`)]), filter.range);
    const lines = model?.lines ?? [];
    filter.line = idIn(lines, filter.line);
    line.show([["", t("stops.anyLine")], ...lines.map(lineOption)], filter.line);
    state.show([["", t("stops.anyState")], ...STATES.map(stateOption)], filter.state);
    if (filter.reason !== "") reasons.add(filter.reason);
    reason.show([["", t("stops.anyReason")], ...[...reasons].sort().map(reasonOption)], filter.reason);
  }

  /** Which levels a line has is known from the first snapshot on. */
  const path = () => {
    if (filter.line !== "" && model === null) return null;
    const { state: wantedState, reason: wantedReason } = filter;
    return query("/api/v1/stops",
      { ...shiftOrHours(filter.range), state: wantedState, reason: wantedReason, limit: LIMIT },
      model?.lines.find((one) => one.id === filter.line)?.place ?? siteLevels());
  };

  const watching = watch(path, 10, (/** @type {StopList} */ answer) => {
    for (const cause of answer.pareto) if (cause.reason !== "") reasons.add(cause.reason);
    pareto.show(answer.pareto, t("stops.none"), isPicked);
    stops.show(answer);
    show();
  }, (failure) => {
    pareto.fail(failure);
    stops.fail(failure);
  });
  show();
  return {
    title: t("view.stops"), heading, root,
    draw(now) {
      const first = model === null;
      model = now;
      show();
      if (first && filter.line !== "") watching.ask();
    },
    leave() {
      watching.end();
      stops.end();
    },
  };
}

/** @type {(state: string) => [string, string]} */
const stateOption = (state) => [state, word("state", state)];

/** @type {(text: string) => [string, string]} */
const reasonOption = (text) => [text, reasonOf("unknown", text) || text];
