// Quality of data: which machine is silent, whose clock is wrong, whose values are in doubt, and
// what could not be taken at all, with its payload and its reason.

import { get, post, query, watch } from "./api.js";
import { button, element, keyed, link, panel, setText, table } from "./dom.js";
import { NOTHING, at, bytes, duration, whole } from "./format.js";
import { t, word } from "./i18n.js";
import { hrefOf, idOf } from "./model.js";

const SECONDS = 10;
const PAGE = 50;

export function qualityView() {
  const heading = element("h1", "", t("view.quality"));
  const machines = table(t("quality.machines"), [[t("stops.machine")], [t("quality.silent"), "number"], [t("quality.skew"), "number"],
    [t("quality.uncertain"), "number"], [t("quality.bad"), "number"], [t("quality.late"), "number"], [t("quality.implausible"), "number"]]);
  const machinesNote = element("p", "quiet");
  const reasons = table(t("quality.reasons"), [[t("stops.reason")], [t("quality.entries"), "number"], [t("quality.newest"), "number"], [t("quality.replay")]]);
  const entries = element("div", "entries");
  const note = element("p", "quiet");
  const outcome = element("p", "outcome");
  outcome.setAttribute("role", "status");
  let onlyReason = "";
  let before = null; // where the older pages go on
  let older = [];
  let newest = [];

  const all = button(t("quality.replayAll"), () => replay({ all: true }));
  const more = button(t("quality.older"), () => loadOlder());
  const root = element("div", "", element("div", "title", heading),
    element("div", "halves",
      panel(t("quality.machines"), element("div", "scroll", machines.root), machinesNote),
      element("section", "panel", element("div", "title", element("h2", "", t("quality.quarantine")), element("span", "space"), all),
        element("div", "scroll", reasons.root), outcome, entries, note, more)));

  async function replay(what) {
    setText(outcome, t("quality.replaying"));
    try {
      const done = await post("/api/v1/quarantine/replay", what);
      setText(outcome, t("quality.replayed", done.replayed, done.readings, done.stillRejected));
    } catch (failure) {
      setText(outcome, t("fetch.failed", failure.message));
    }
    older = [];
    for (const one of watches) one.ask();
  }

  async function loadOlder() {
    try {
      const page = await get(query("/api/v1/quarantine", { limit: PAGE, before }));
      older = [...older, ...page.entries];
      before = page.next;
    } catch (failure) {
      setText(note, t("fetch.failed", failure.message));
    }
    showEntries();
  }

  function showEntries() {
    const shown = [...newest, ...older].filter((e) => onlyReason === "" || e.faults.some((fault) => fault.reason === onlyReason));
    keyed(entries, shown, (e) => e.id, (e) => entryRow(e, () => replay({ ids: [e.id] })), showEntry);
    setText(note, shown.length === 0 ? t("quality.nothing") : "");
    more.hidden = before === null;
  }

  const watches = [
    watch(() => "/api/v1/quality", SECONDS, (answer) => {
      const doubtful = (m) => m.silentAfterSeconds !== null && m.silentSeconds > m.silentAfterSeconds;
      machines.rows(answer.machines, (m) => idOf(m.path), (m) => [
        machineCell(m, doubtful(m)), duration(m.silentSeconds), m.skewSeconds === null ? NOTHING : t("quality.seconds", Math.round(m.skewSeconds) || 0),
        whole(m.uncertain), whole(m.bad), whole(m.late), whole(m.implausible),
      ]);
      setText(machinesNote, answer.machines.length === 0 ? t("quality.noMachines") : answer.more ? t("quality.more", answer.machines.length) : "");
      reasons.root.hidden = answer.quarantine.length === 0;
      all.hidden = answer.quarantine.length === 0;
      reasons.rows(answer.quarantine, (q) => q.reason, (q) => [
        cell(q.reason, () => button(word("fault", q.reason), () => {
          onlyReason = onlyReason === q.reason ? "" : q.reason;
          showEntries();
        }, "plain")),
        whole(q.count), q.newestMs === null ? "" : at(q.newestMs),
        cell(`replay ${q.reason}`, () => button(t("quality.replay"), () => replay({ reason: q.reason }))),
      ]);
    }, (reason) => setText(machinesNote, t("fetch.failed", reason))),
    watch(() => query("/api/v1/quarantine", { limit: PAGE }), SECONDS, (page) => {
      newest = page.entries;
      if (older.length === 0) before = page.next;
      showEntries();
    }, (reason) => setText(note, t("fetch.failed", reason))),
  ];

  /** Cells that hold a node are made once, so that the focus stays where it is. */
  const cells = new Map();
  function cell(key, make) {
    if (!cells.has(key)) cells.set(key, make());
    return cells.get(key);
  }

  function machineCell(m, silent) {
    const made = cell(idOf(m.path), () => element("span", "", link("", hrefOf("machine", m.path), m.path.at(-1) ?? t("place.none")),
      element("span", "quiet", ` ${m.path.slice(0, -1).join(" / ")} `), element("span", "badge unknown")));
    made.children[2].hidden = !silent;
    setText(made.children[2], silent ? t("quality.isSilent") : "");
    return made;
  }

  return { title: t("view.quality"), heading, root, draw() {}, leave: () => watches.forEach((one) => one.end()) };
}

/** An entry; opened, it is asked for whole. */
function entryRow(entry, onReplay) {
  const whatever = element("div", "payload");
  const details = element("details", "", element("summary", "", element("b"), element("span", "quiet"), element("span", "detail")), whatever);
  details.addEventListener("toggle", async () => {
    if (!details.open) return;
    try {
      const full = await get(`/api/v1/quarantine/${encodeURIComponent(entry.id)}`);
      const text = full.payload.text ?? full.payload.base64;
      whatever.replaceChildren(
        element("p", "quiet", t("quality.payload", bytes(full.size), full.payload.text === undefined ? t("quality.base64") : "",
          full.truncated ? t("quality.truncated") : "")),
        element("pre", "", text), full.truncated ? "" : button(t("quality.replayOne"), onReplay));
    } catch (failure) {
      whatever.replaceChildren(element("p", "", t("fetch.failed", failure.message)));
    }
  });
  return details;
}

function showEntry(details, entry) {
  const [reason, origin, detail] = details.firstChild.children;
  const [fault] = entry.faults;
  setText(reason, word("fault", fault.reason));
  setText(origin, `${at(Date.parse(entry.received))} · ${entry.origin} · ${entry.topic}${entry.replayed ? ` · ${t("quality.wasReplayed", at(Date.parse(entry.replayed)))}` : ""}`);
  setText(detail, fault.detail);
}
