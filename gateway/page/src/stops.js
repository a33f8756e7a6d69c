// Stops: where time was lost, the largest cause first, and each stop with its reason.

import { query, watch } from "./api.js";
import { element, keyed, panel, setText } from "./dom.js";
import { t, word } from "./i18n.js";
import { paretoList } from "./pareto.js";
import { stopTable } from "./stoplist.js";

const RANGES = [["present", { shift: "present" }], ["last", { shift: "last" }], ["8", { hours: 8 }], ["24", { hours: 24 }]];
const STATES = ["down", "micro_stop", "setup", "idle", "starved", "blocked", "planned", "unknown"];

/** A labelled choice; `set` calls back with the value. */
export function choice(text, onChange) {
  const select = element("select");
  select.addEventListener("change", () => onChange(select.value));
  return {
    root: element("label", "choice", element("span", "", text), select),
    show(options, value) {
      keyed(select, options, ([key]) => key, ([key]) => {
        const option = element("option");
        option.value = key;
        return option;
      }, (option, [, name]) => setText(option, name));
      if (select.value !== value) select.value = value;
    },
  };
}

export function stopsView({ search }) {
  const heading = element("h1", "", t("view.stops"));
  const filter = {
    range: search.get("range") ?? "present", line: search.get("line") ?? "", state: search.get("state") ?? "", reason: search.get("reason") ?? "",
  };
  const set = (name) => (value) => {
    filter[name] = value;
    keep();
    show();
    watching.ask();
  };
  const range = choice(t("stops.range"), set("range"));
  const line = choice(t("stops.line"), set("line"));
  const state = choice(t("stops.state"), set("state"));
  const reason = choice(t("stops.reason"), set("reason"));
  const pareto = paretoList((cause) => {
    const same = filter.state === cause.state && filter.reason === cause.reason;
    filter.reason = same ? "" : cause.reason;
    set("state")(same ? "" : cause.state);
  });
  const stops = stopTable(true);
  const root = element("div", "", element("div", "title", heading),
    element("div", "toolbar", range.root, line.root, state.root, reason.root),
    element("div", "halves", panel(t("stops.pareto"), pareto.root), panel(t("stops.list"), stops.root)));
  let model = null;
  let reasons = new Set();

  /** The choice stands in the address, so that it can be sent to a colleague. */
  function keep() {
    const kept = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""));
    history.replaceState(null, "", `#/stops?${kept}`);
  }

  function show() {
    range.show(RANGES.map(([key]) => [key, t(`stops.range.${key}`)]), filter.range);
    line.show([["", t("stops.anyLine")], ...(model?.lines ?? []).map((one) => [one.id, one.path.join(" / ")])], filter.line);
    state.show([["", t("stops.anyState")], ...STATES.map((one) => [one, word("state", one)])], filter.state);
    if (filter.reason !== "") reasons.add(filter.reason);
    reason.show([["", t("stops.anyReason")], ...[...reasons].sort().map((one) => [one, one])], filter.reason);
  }

  /** Which levels a line has is known from the first snapshot on. */
  const path = () => filter.line !== "" && model === null ? null : query("/api/v1/stops",
    { ...(RANGES.find(([key]) => key === filter.range) ?? RANGES[0])[1], state: filter.state, reason: filter.reason, limit: 200 },
    model?.lines.find((one) => one.id === filter.line)?.place);

  const watching = watch(path, 10, (answer) => {
    for (const cause of answer.pareto) if (cause.reason !== "") reasons.add(cause.reason);
    pareto.show(answer.pareto, t("stops.none"), (cause) => filter.state === cause.state && filter.reason === cause.reason);
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
    leave: () => watching.end(),
  };
}
