// The quarantine: by reason, and its entries, the newest first; those that are alike stand together.

import { keepInAddress } from "./address.js";
import { get, messageOf, post, query, watch } from "./api.js";
import { instant, inUnit, sheetOf } from "./csv.js";
import { csvButton } from "./csvbutton.js";
import { button, element, keyed, madeOnce, setAttribute, setText, table } from "./dom.js";
import { makeEntry, showEntry } from "./entry.js";
import { at, whole } from "./format.js";
import { t, word } from "./i18n.js";
import { onlyFor } from "./session.js";

/** @typedef {import("../types/api.js").QualityList} QualityList */
/** @typedef {import("../types/api.js").QuarantineItem} QuarantineItem */
/** @typedef {import("../types/api.js").QuarantinePage} QuarantinePage */
/** @typedef {import("../types/api.js").ReplayOutcome} ReplayOutcome */

const SECONDS = 10;
const PAGE = 50;

/** @typedef {{ all: true } | { ids: string[] } | { reason: string }} Replay */

/** @typedef {{ key: string, entries: QuarantineItem[] }} EntryGroup of one origin, topic, reason and detail */

/**
 * Entries that differ in their time alone, in the order of the first of each group.
 *
 * @param {QuarantineItem[]} entries
 * @returns {EntryGroup[]}
 */
export function alike(entries) {
  /** @type {Map<string, EntryGroup>} */
  const groups = new Map();
  for (const entry of entries) {
    const [{ reason, detail }] = entry.faults;
    const key = JSON.stringify([entry.origin, entry.topic, reason, detail]);
    const group = groups.get(key) ?? { key, entries: [] };
    group.entries.push(entry);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** @param {ReplayOutcome} done */
export function outcomeOf({ replayed, readings, stillRejected, already, cut, dropped, damaged }) {
  const said = [t("quality.replayed", replayed, readings, stillRejected)];
  if (already > 0) said.push(t("quality.replayAlready", already));
  if (cut > 0) said.push(t("quality.replayCut", cut));
  if (dropped > 0) said.push(t("quality.replayDropped", dropped));
  if (damaged > 0) said.push(t("quality.replayDamaged", damaged));
  return said.join(" ");
}

/** @param {QuarantineItem[]} entries */
const notReplayed = (entries) => entries.filter(({ replayed }) => replayed === null);

/**
 * One entry, or how many there are of a kind, which opens into each.
 *
 * @param {(what: Replay) => void} replay
 */
function entryGroup(replay) {
  const count = element("b");
  const reason = element("b");
  const origin = element("span", "quiet");
  const detail = element("span", "detail");
  const again = onlyFor("engineer", button("", () => replay({ ids: notReplayed(all).map(({ id }) => id) })));
  const inside = element("div", "inside");
  const group = element("details", "group",
    element("summary", "", count, reason, origin, detail), element("div", "payload", again), inside);
  const alone = element("div");
  group.addEventListener("toggle", () => showInside());
  /** @type {QuarantineItem[]} */
  let all = [];

  const showEach = (/** @type {Element} */ list, /** @type {QuarantineItem[]} */ entries) =>
    keyed(list, entries, (e) => e.id, (e) => makeEntry(e, () => replay({ ids: [e.id] })), showEntry);
  const showInside = () => showEach(inside, group.open && all.length > 1 ? all : []);

  const root = element("div", "", alone);

  return {
    root,
    /** @param {EntryGroup} shown */
    show({ entries }) {
      all = entries;
      showEach(alone, entries.length === 1 ? entries : []);
      showInside();
      if (entries.length === 1) {
        group.remove();
        return;
      }
      if (!root.contains(group)) root.append(group);
      const [newest] = entries;
      const open = notReplayed(entries).length;
      const times = [at(Date.parse(entries[entries.length - 1].received)), at(Date.parse(newest.received))];
      const parts = [times.join("–"), newest.origin, newest.topic];
      if (open < entries.length) parts.push(t("quality.replayedOf", entries.length - open));
      setText(count, t("quality.times", entries.length));
      setText(reason, word("fault", newest.faults[0].reason));
      setText(origin, parts.join(" · "));
      setText(detail, newest.faults[0].detail);
      setText(again, t("quality.replayThese", open));
      again.hidden = open === 0;
    },
  };
}

/**
 * @param {QuarantineItem[]} entries
 * @param {boolean} more whether there are older ones
 */
function entrySheet(entries, more) {
  /** @type {import("./csv.js").Column<QuarantineItem>[]} */
  const columns = [
    [t("csv.received"), ({ received }) => instant(received)],
    [t("csv.source"), ({ origin }) => origin],
    [t("csv.topic"), ({ topic }) => topic],
    [t("stops.reason"), ({ faults }) => faults.map(({ reason }) => word("fault", reason)).join("; ")],
    [t("csv.detail"), ({ faults }) => faults.map(({ detail }) => detail).join("; ")],
    [inUnit(t("csv.size"), "B"), ({ bytes }) => bytes],
    [t("csv.preview"), ({ preview }) => preview],
    [t("csv.replayed"), ({ replayed }) => instant(replayed)],
    ["ID", ({ id }) => id],
  ];
  return sheetOf(columns, entries, more ? t("csv.newest", entries.length) : "");
}

/**
 * The quarantine by reason, and its entries, the newest first.
 *
 * @param {URLSearchParams} search of the address
 */
export function quarantinePanel(search) {
  const reasons = table(t("quality.reasons"),
    [[t("stops.reason")], [t("quality.entries"), "number"], [t("quality.newest"), "number"], [t("quality.replay")]]);
  const entries = element("div", "entries");
  const note = element("p", "quiet");
  const outcome = element("p", "outcome");
  outcome.setAttribute("role", "status");
  const all = onlyFor("engineer", button(t("quality.replayAll"), () => replay({ all: true })));
  const more = button(t("quality.older"), () => loadOlder());
  const cell = /** @type {typeof madeOnce<HTMLButtonElement>} */ (madeOnce)();
  let onlyReason = search.get("fault") ?? "";
  /** @type {number | null} where the older pages go on */
  let before = null;
  /** @type {QuarantineItem[]} */
  let older = [];
  /** @type {QuarantineItem[]} */
  let newest = [];
  /** @type {QualityList["quarantine"]} */
  let byReason = [];
  const reasonsCsv = csvButton(t("quality.reasons"), () => sheetOf([
    [t("stops.reason"), (q) => word("fault", q.reason)], [t("quality.entries"), (q) => q.count],
    [t("quality.newest"), (q) => instant(q.newestMs)],
  ], byReason));
  const entriesCsv = csvButton(t("quality.quarantine"), () => entrySheet(shownEntries(), before !== null));
  /** Asks again for all that a replay changes. */
  let askAgain = () => {};

  /** @param {Replay} what */
  async function replay(what) {
    setText(outcome, t("quality.replaying"));
    try {
      const done = /** @type {ReplayOutcome} */ (await post("/api/v1/quarantine/replay", what));
      setText(outcome, outcomeOf(done));
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

  const shownEntries = () => [...newest, ...older]
    .filter((e) => onlyReason === "" || e.faults.some((fault) => fault.reason === onlyReason));

  function showEntries() {
    const shown = shownEntries();
    entriesCsv.hidden = shown.length === 0;
    keyed(entries, alike(shown), (group) => group.key, () => entryGroup(replay), (part, group) => part.show(group));
    setText(note, shown.length === 0 ? t("quality.nothing") : "");
    more.hidden = before === null;
  }

  /** @param {string} reason */
  const filterButton = (reason) => button(word("fault", reason), () => {
    onlyReason = onlyReason === reason ? "" : reason;
    keepInAddress({ fault: onlyReason });
    showFilters();
    showEntries();
  }, "plain");

  function showFilters() {
    for (const { reason } of byReason) {
      setAttribute(cell(`filter ${reason}`, () => filterButton(reason)), "aria-pressed", String(reason === onlyReason));
    }
  }

  return {
    root: element("section", "panel",
      element("div", "title", element("h2", "", t("quality.quarantine")), element("span", "space"), all, reasonsCsv),
      element("div", "scroll", reasons.root), outcome, element("div", "csv-row", entriesCsv), entries, note, more),
    /** @param {QualityList["quarantine"]} held */
    showReasons(held) {
      byReason = held;
      reasons.root.hidden = held.length === 0;
      reasonsCsv.hidden = held.length === 0;
      all.hidden = held.length === 0;
      reasons.rows(held, (q) => q.reason, (q) => [
        cell(`filter ${q.reason}`, () => filterButton(q.reason)),
        whole(q.count),
        at(q.newestMs),
        cell(`replay ${q.reason}`, () =>
          onlyFor("engineer", button(t("quality.replay"), () => replay({ reason: q.reason })))),
      ]);
      showFilters();
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
