// The parts of the gateway: sources, the log, stores; in short and whole.

import { element, keyed, setClass, setText } from "./dom.js";
import { bar } from "./figures.js";
import { NOTHING, bytes, duration, figure, tenths, whole } from "./format.js";
import { t, word } from "./i18n.js";

/** @typedef {import("../types/api.js").GroupMember} GroupMember */
/** @typedef {import("../types/api.js").Log} Log */
/** @typedef {import("../types/api.js").Sink} Sink */
/** @typedef {import("../types/api.js").SinkState} SinkState */
/** @typedef {import("../types/api.js").Source} Source */
/** @typedef {import("../types/api.js").Status} Status */
/** @typedef {import("./states.js").Kind} Kind */

/** @type {Record<SinkState, Kind>} */
const SINK_KINDS = { storing: "running", waiting: "micro", held: "down", down: "down" };

const BEHIND_SECONDS = 60;

/**
 * How a store does: its state, or what of it the state does not say.
 *
 * @param {Sink} sink
 * @returns {{ kind: Kind, state: SinkState | "stuck" | "behind" }}
 */
export function conditionOf({ state, lagSeconds, linesPerSecond, ledger }) {
  if (state !== "storing" || lagSeconds <= BEHIND_SECONDS || ledger.pending === 0) {
    return { kind: SINK_KINDS[state], state };
  }
  return linesPerSecond > 0 ? { kind: "micro", state: "behind" } : { kind: "down", state: "stuck" };
}

const FILLING = 0.8; // of its bound: what lies in the log waits for a store

/**
 * How full the log is, 0 to 1.
 *
 * @param {Log} log
 */
export const shareOf = (log) => (log.maxBytes > 0 ? log.bytes / log.maxBytes : 0);

/** @param {Log} log */
export const isFilling = (log) => shareOf(log) > FILLING;

/** @param {Status} status */
export const readingsPerSecond = (status) => status.sources.reduce((sum, s) => sum + s.readingsPerSecond, 0);

/** @param {Status} status */
export const linesPerSecond = (status) => status.sinks.reduce((sum, s) => sum + s.linesPerSecond, 0);

/**
 * Words about what a store takes from a log; the log is only named where it is not that of readings.
 *
 * @param {{ log: string }} sink
 * @param {string} text
 */
export const withLog = (sink, text) => (sink.log === "readings" ? text : `${text}, ${word("log", sink.log)}`);

/**
 * A part of the gateway, ready to be shown.
 *
 * @typedef {object} FlowNode
 * @property {string} name
 * @property {string} short its name where it stands without the type
 * @property {string} type
 * @property {Kind} kind
 * @property {string} state as text
 * @property {string} figure
 * @property {number | null} share how full it is
 * @property {string[]} detail
 * @property {string} why
 */

/**
 * @param {Source} source
 * @returns {FlowNode}
 */
function sourceNode(source) {
  const { lastMessageAgeSeconds: age, connects, sessionsLost } = source;
  return {
    name: source.name, short: source.name, type: source.type,
    kind: source.ready ? "running" : "down", state: word("source", source.state),
    figure: t("rate.messages", figure(source.messagesPerSecond)), share: null,
    detail: [
      source.url,
      age === null ? t("source.noMessage") : t("source.last", duration(age)),
      t("source.unacknowledged", source.unacknowledged),
      connects > 1 ? t("source.connects", connects) : "",
      sessionsLost > 0 ? t("source.sessionsLost", sessionsLost) : "",
    ],
    why: source.reason,
  };
}

/**
 * @param {Log} log
 * @returns {FlowNode}
 */
function logNode(log) {
  const filling = isFilling(log);
  return {
    name: t("log.name"), short: t("log.name"), type: t("log.type"),
    kind: !log.writable ? "down" : filling ? "micro" : "running",
    state: t(!log.writable ? "log.stopped" : filling ? "log.filling" : "log.writing"),
    figure: bytes(log.bytes), share: shareOf(log),
    detail: [
      t("log.of", bytes(log.maxBytes)),
      t("log.segments", log.segments),
      log.syncMillis === null ? "" : t("log.sync", tenths(log.syncMillis)),
    ],
    why: log.reason,
  };
}

/**
 * @param {Sink} sink
 * @returns {FlowNode}
 */
function sinkNode(sink) {
  const { pending } = sink.ledger;
  const { kind, state } = conditionOf(sink);
  return {
    name: sink.name, short: withLog(sink, sink.name), type: withLog(sink, sink.type),
    kind, state: word("sink", state),
    figure: t("rate.lines", figure(sink.linesPerSecond)), share: null,
    detail: [
      sink.log === "readings" ? sink.url : "",
      pending === 0 ? t("sink.nothingPending")
        : t("sink.pending", whole(pending), duration(sink.lagSeconds), bytes(sink.lagBytes)),
      sink.breaker === "closed" ? "" : t("sink.breaker", word("breaker", sink.breaker)),
      sink.nextTrySeconds === null ? "" : t("sink.nextTry", duration(sink.nextTrySeconds)),
    ],
    why: sink.reason,
  };
}

/** @type {Record<GroupMember["state"], Kind>} */
const MEMBER_KINDS = {
  sending: "running", standby: "running", waiting: "micro", sick: "down", deaf: "down", gone: "down",
};

/** @param {GroupMember} member */
export const kindOfMember = ({ state }) => MEMBER_KINDS[state];

/** @param {GroupMember} member */
export const isHere = ({ state }) => state !== "gone" && state !== "deaf";

/**
 * What this gateway does in its group, as a part of it; none where it is in no group.
 *
 * @param {Status} status
 * @returns {FlowNode[]}
 */
export function groupNodes({ group }) {
  if (!group) return []; // of an earlier gateway too
  const { name, member, members } = group;
  const own = members.find(({ id }) => id === member);
  if (own === undefined) return [];
  const missing = members.filter((each) => !isHere(each));
  const kind = kindOfMember(own);
  return [{
    name, short: name, type: t("members.type"),
    kind: missing.length > 0 && kind === "running" ? "micro" : kind, state: word("member", own.state),
    figure: t("members.of", members.length - missing.length, members.length), share: null,
    detail: [
      t("members.sends", whole(own.machines), whole(group.machines)),
      missing.length === 0 ? "" : t("members.missing", missing.map(({ id }) => id).join(", ")),
    ],
    why: "",
  }];
}

/**
 * In the direction of the data; the group of the gateway, where it is in one, at the end.
 *
 * @param {Status} status
 */
export const nodesOf = (status) =>
  [...status.sources.map(sourceNode), logNode(status.log), ...status.sinks.map(sinkNode), ...groupNodes(status)];

const nodeKey = (/** @type {FlowNode} */ node) => `${node.type}/${node.name}`;

/** Parts with their details. */
export function nodeList() {
  const root = element("div", "flow");

  function makeNode() {
    const name = element("b");
    const value = element("b");
    const state = element("span", "badge");
    const detail = element("span");
    const share = bar();
    const why = element("small", "why");
    const node = element("div", "", name, value, element("small", "", state, detail), share.root, why);
    return { root: node, name, value, state, detail, share, why };
  }

  return {
    root,
    /** @param {FlowNode[]} nodes */
    show(nodes) {
      keyed(root, nodes, nodeKey, makeNode, (part, node) => {
        setClass(part.root, `node ${node.kind}`);
        setText(part.name, node.type === "" ? node.name : `${node.name} (${node.type})`);
        setText(part.value, node.figure);
        setClass(part.state, `badge ${node.kind}`);
        setText(part.state, node.state);
        setText(part.detail, ["", ...node.detail.filter((text) => text !== "")].join(" · "));
        part.share.root.hidden = node.share === null;
        part.share.show(node.share ?? 0);
        part.why.hidden = node.why === "";
        setText(part.why, node.why);
      });
    },
  };
}

/** One row for each part, for a view that is about something else. */
export function summary() {
  const list = element("div", "flow");
  const sums = element("div", "ledger");

  function makeNode() {
    const name = element("span", "name");
    const state = element("span");
    const badge = element("span", "badge", name, state);
    const value = element("b");
    return { root: element("div", "", badge, value), badge, name, state, value };
  }

  function makeSum() {
    const name = element("span", "quiet");
    const value = element("b");
    return { root: element("div", "row", name, value), name, value };
  }

  return {
    root: element("div", "summary", list, sums),
    /** @param {Status} status */
    show(status) {
      keyed(list, nodesOf(status), nodeKey, makeNode, (part, node) => {
        setClass(part.root, `row ${node.kind}`);
        setClass(part.badge, `badge ${node.kind}`);
        setText(part.name, node.short);
        setText(part.state, ` · ${node.state}`);
        setText(part.value, node.figure);
      });
      const lag = Math.max(0, ...status.sinks.map((s) => s.lagSeconds));
      const lines = [
        { name: t("summary.readings"), value: figure(readingsPerSecond(status)) },
        { name: t("summary.behind"), value: status.sinks.length === 0 ? NOTHING : duration(lag) },
        { name: t("summary.quarantine"), value: whole(status.quarantine.entries) },
      ];
      keyed(sums, lines, ({ name }) => name, makeSum, (part, { name, value }) => {
        setText(part.name, name);
        setText(part.value, value);
      });
    },
  };
}
