// Quality of data: which machine is silent, whose clock is wrong, whose values are in doubt, and
// which messages were not accepted, each with its payload and its reason.

import { get, messageOf, post, query, watch } from "./api.js";
import { button, element, keyed, link, panel, setText, table } from "./dom.js";
import { NOTHING, at, bytes, duration, whole } from "./format.js";
import { t, word } from "./i18n.js";
import { hrefOf, idOf } from "./model.js";

/** @typedef {import("../types/api.js").MachineQuality} MachineQuality */
/** @typedef {import("../types/api.js").QualityList} QualityList */
/** @typedef {import("../types/api.js").QuarantineEntry} QuarantineEntry */
/** @typedef {import("../types/api.js").QuarantineItem} QuarantineItem */
/** @typedef {import("../types/api.js").QuarantinePage} QuarantinePage */
/** @typedef {import("../types/api.js").ReplayOutcome} ReplayOutcome */
/** @typedef {import("./main.js").View} View */

const SECONDS = 10;
const PAGE = 50;

/** @typedef {{ all: true } | { ids: string[] } | { reason: string }} Replay */

/** @returns {View} */
export function qualityView() {
  const heading = element("h1", "", t("view.quality"));
  const machines = machinePanel();
  const quarantine = quarantinePanel();
  const root = element("div", "", element("div", "title", heading),
    element("div", "halves", machines.root, quarantine.root));
  const watching = watch(() => "/api/v1/quality", SECONDS, (/** @type {QualityList} */ answer) => {
    machines.show(answer);
    quarantine.showReasons(answer.quarantine);
  }, machines.fail);
  const entries = quarantine.begin(() => watching.ask());
  return {
    title: t("view.quality"), heading, root,
    draw() {},
    leave() {
      watching.end();
      entries.end();
    },
  };
}

/**
 * Nodes by key that are made once, so that the focus stays where it is.
 *
 * @template Made
 */
function madeOnce() {
  /** @type {Map<string, Made>} */
  const all = new Map();
  return (/** @type {string} */ key, /** @type {() => Made} */ make) => {
    const made = all.get(key) ?? make();
    all.set(key, made);
    return made;
  };
}

/** @param {MachineQuality} machine */
const isSilent = ({ silent, silentSeconds, silentAfterSeconds }) =>
  silent || (silentAfterSeconds !== null && silentSeconds > silentAfterSeconds);

/**
 * Messages that never arrived: counted by their numbers, or estimated, or both.
 *
 * @param {MachineQuality} machine
 */
function missingOf({ missing, missingEstimated }) {
  const estimated = missingEstimated > 0 ? t("quality.about", whole(missingEstimated)) : "";
  return missing > 0 && estimated !== "" ? `${whole(missing)} ${estimated}` : estimated || whole(missing);
}

/** @param {MachineQuality} machine */
const keyOf = ({ path, device }) => (device === null ? idOf(path) : `device ${device}`);

/** @param {MachineQuality} machine */
const skewOf = ({ skewSeconds }) =>
  (skewSeconds === null ? NOTHING : t("quality.seconds", Math.round(skewSeconds) || 0)); // no -0

/** The machines, the worst first. */
function machinePanel() {
  const view = table(t("quality.machines"), [[t("stops.machine")], [t("quality.silent"), "number"],
    [t("quality.missing"), "number"], [t("quality.gap"), "number"], [t("quality.skew"), "number"],
    [t("quality.uncertain"), "number"], [t("quality.bad"), "number"], [t("quality.late"), "number"],
    [t("quality.implausible"), "number"]]);
  const note = element("p", "quiet");
  const legend = element("p", "quiet", t("quality.missingNote"));
  const cell = /** @type {typeof madeOnce<ReturnType<typeof makeCell>>} */ (madeOnce)();

  /** @param {MachineQuality} machine */
  function makeCell({ path, device }) {
    const silent = element("span", "badge unknown");
    const place = element("span", "quiet", ` ${path.slice(0, -1).join(" / ")} `);
    const name = device === null
      ? link("", hrefOf("machine", path), path.at(-1) ?? t("place.none"))
      : element("span", "device", device);
    return { root: element("span", "", name, place, silent), silent };
  }

  /** @param {MachineQuality} machine */
  function nameOf(machine) {
    const { root, silent } = cell(keyOf(machine), () => makeCell(machine));
    silent.hidden = !isSilent(machine);
    setText(silent, isSilent(machine) ? t("quality.isSilent") : "");
    return root;
  }

  return {
    root: panel(t("quality.machines"), element("div", "scroll", view.root), note, legend),
    /** @param {QualityList} answer */
    show({ machines, more }) {
      legend.hidden = machines.every((m) => m.missing + m.missingEstimated === 0);
      view.rows(machines, keyOf, (m) => [
        nameOf(m), duration(m.silentSeconds), missingOf(m), m.gapMs === null ? NOTHING : at(m.gapMs), skewOf(m),
        whole(m.uncertain), whole(m.bad), whole(m.late), whole(m.implausible),
      ]);
      setText(note, machines.length === 0 ? t("quality.noMachines") : more ? t("quality.more", machines.length) : "");
    },
    /** @param {string} reason */
    fail(reason) {
      setText(note, t("fetch.failed", reason));
    },
  };
}

/** The quarantine by reason, and its entries, the newest first. */
function quarantinePanel() {
  const reasons = table(t("quality.reasons"),
    [[t("stops.reason")], [t("quality.entries"), "number"], [t("quality.newest"), "number"], [t("quality.replay")]]);
  const entries = element("div", "entries");
  const note = element("p", "quiet");
  const outcome = element("p", "outcome");
  outcome.setAttribute("role", "status");
  const all = button(t("quality.replayAll"), () => replay({ all: true }));
  const more = button(t("quality.older"), () => loadOlder());
  const cell = /** @type {typeof madeOnce<HTMLButtonElement>} */ (madeOnce)();
  let onlyReason = "";
  /** @type {number | null} where the older pages go on */
  let before = null;
  /** @type {QuarantineItem[]} */
  let older = [];
  /** @type {QuarantineItem[]} */
  let newest = [];
  /** Asks again for all that a replay changes. */
  let askAgain = () => {};

  /** @param {Replay} what */
  async function replay(what) {
    setText(outcome, t("quality.replaying"));
    try {
      const done = /** @type {ReplayOutcome} */ (await post("/api/v1/quarantine/replay", what));
      setText(outcome, t("quality.replayed", done.replayed, done.readings, done.stillRejected));
    } catch (failure) {
      setText(outcome, t("fetch.failed", messageOf(failure)));
    }
    older = [];
    askAgain();
  }

  async function loadOlder() {
    try {
      const page = /** @type {QuarantinePage} */ (await get(query("/api/v1/quarantine", { limit: PAGE, before })));
      older = [...older, ...page.entries];
      before = page.next;
    } catch (failure) {
      setText(note, t("fetch.failed", messageOf(failure)));
    }
    showEntries();
  }

  function showEntries() {
    const shown = [...newest, ...older]
      .filter((e) => onlyReason === "" || e.faults.some((fault) => fault.reason === onlyReason));
    keyed(entries, shown, (e) => e.id, (e) => makeEntry(e, () => replay({ ids: [e.id] })), showEntry);
    setText(note, shown.length === 0 ? t("quality.nothing") : "");
    more.hidden = before === null;
  }

  /** @param {string} reason */
  const filterButton = (reason) => button(word("fault", reason), () => {
    onlyReason = onlyReason === reason ? "" : reason;
    showEntries();
  }, "plain");

  return {
    root: element("section", "panel",
      element("div", "title", element("h2", "", t("quality.quarantine")), element("span", "space"), all),
      element("div", "scroll", reasons.root), outcome, entries, note, more),
    /** @param {QualityList["quarantine"]} held */
    showReasons(held) {
      reasons.root.hidden = held.length === 0;
      all.hidden = held.length === 0;
      reasons.rows(held, (q) => q.reason, (q) => [
        cell(`filter ${q.reason}`, () => filterButton(q.reason)),
        whole(q.count),
        at(q.newestMs),
        cell(`replay ${q.reason}`, () => button(t("quality.replay"), () => replay({ reason: q.reason }))),
      ]);
    },
    /** @param {() => void} onReplayed */
    begin(onReplayed) {
      const watching = watch(() => query("/api/v1/quarantine", { limit: PAGE }), SECONDS,
        (/** @type {QuarantinePage} */ page) => {
          newest = page.entries;
          if (older.length === 0) before = page.next;
          showEntries();
        }, (reason) => setText(note, t("fetch.failed", reason)));
      askAgain = () => {
        onReplayed();
        watching.ask();
      };
      return watching;
    },
  };
}

/**
 * An entry; once opened, it is loaded whole.
 *
 * @param {QuarantineItem} entry
 * @param {() => void} onReplay
 */
function makeEntry(entry, onReplay) {
  const reason = element("b");
  const origin = element("span", "quiet");
  const detail = element("span", "detail");
  const payload = element("div", "payload");
  const root = element("details", "", element("summary", "", reason, origin, detail), payload);
  root.addEventListener("toggle", async () => {
    if (!root.open) return;
    try {
      const loaded = await get(`/api/v1/quarantine/${encodeURIComponent(entry.id)}`);
      payload.replaceChildren(...payloadOf(loaded, onReplay));
    } catch (failure) {
      payload.replaceChildren(element("p", "", t("fetch.failed", messageOf(failure))));
    }
  });
  return { root, reason, origin, detail };
}

/**
 * @param {QuarantineEntry} entry
 * @param {() => void} onReplay
 */
function payloadOf({ size, payload, truncated }, onReplay) {
  const encoding = payload.text === undefined ? t("quality.base64") : "";
  const part = truncated ? t("quality.truncated") : "";
  const title = element("p", "quiet", t("quality.payload", bytes(size), encoding, part));
  const text = element("pre", "", payload.text ?? payload.base64 ?? "");
  return truncated ? [title, text] : [title, text, button(t("quality.replayOne"), onReplay)];
}

/**
 * @param {ReturnType<typeof makeEntry>} part
 * @param {QuarantineItem} entry
 */
function showEntry(part, entry) {
  const [fault] = entry.faults;
  const origin = [at(Date.parse(entry.received)), entry.origin, entry.topic];
  if (entry.replayed !== null) origin.push(t("quality.wasReplayed", at(Date.parse(entry.replayed))));
  setText(part.reason, word("fault", fault.reason));
  setText(part.origin, origin.join(" · "));
  setText(part.detail, fault.detail);
}
