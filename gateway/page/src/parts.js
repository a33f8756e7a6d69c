// The parts of the gateway: sources, the log, stores; in short and whole.

import { element, keyed, setClass, setText } from "./dom.js";
import { NOTHING, bytes, duration, figure, tenths, whole } from "./format.js";
import { t, word } from "./i18n.js";

export const SINK_KINDS = { storing: "running", waiting: "micro", held: "down", down: "down" };

const FILLING = 0.8; // of its bound: what lies in the log waits for a store

/** How full the log is. */
export const shareOf = (log) => (log.maxBytes > 0 ? log.bytes / log.maxBytes : 0);
export const isFilling = (log) => shareOf(log) > FILLING;

/** What a store takes from the log of readings goes without saying. */
export const way = (sink, ...words) => [...words, ...(sink.log === "readings" ? [] : [word("log", sink.log)])].join(", ");

export function nodesOf(status) {
  const list = status.sources.map((s) => ({
    name: s.name, type: s.type, kind: s.ready ? "running" : "down", word: word("source", s.state),
    figure: t("rate.messages", figure(s.messagesPerSecond)),
    detail: [s.url, s.lastMessageAgeSeconds === null ? t("source.noMessage") : t("source.last", duration(s.lastMessageAgeSeconds)),
      t("source.unacknowledged", s.unacknowledged),
      s.connects > 1 ? t("source.connects", s.connects) : "",
      s.sessionsLost > 0 ? t("source.sessionsLost", s.sessionsLost) : ""],
    why: s.reason,
  }));
  const log = status.log;
  list.push({
    name: t("log.name"), type: t("log.type"), kind: !log.writable ? "down" : isFilling(log) ? "micro" : "running",
    word: t(!log.writable ? "log.stopped" : isFilling(log) ? "log.filling" : "log.writing"), figure: bytes(log.bytes), share: shareOf(log),
    detail: [t("log.of", bytes(log.maxBytes)), t("log.segments", log.segments),
      log.syncMillis === null ? "" : t("log.sync", tenths(log.syncMillis))],
    why: log.reason,
  });
  for (const sink of status.sinks) {
    list.push({
      name: sink.name, short: way(sink, sink.name), type: way(sink, sink.type), kind: SINK_KINDS[sink.state], word: word("sink", sink.state),
      figure: t("rate.lines", figure(sink.linesPerSecond)),
      detail: [sink.log === "readings" ? sink.url : "", sink.ledger.pending === 0 ? t("sink.nothingPending")
        : t("sink.pending", whole(sink.ledger.pending), duration(sink.lagSeconds), bytes(sink.lagBytes)),
        sink.breaker === "closed" ? "" : t("sink.breaker", word("breaker", sink.breaker)),
        sink.nextTrySeconds === null ? "" : t("sink.nextTry", duration(sink.nextTrySeconds))],
      why: sink.reason,
    });
  }
  return list;
}

/** Every part with its details. */
export function parts() {
  const root = element("div", "flow");
  return {
    root,
    show(status) {
      keyed(root, nodesOf(status), (n) => `${n.type}/${n.name}`,
        () => element("div", "", element("b"), element("b"), element("small", "", element("span", "badge"), element("span")),
          element("div", "bar", element("i")), element("small", "why")),
        (row, node) => {
          setClass(row, `node ${node.kind}`);
          const [name, value, detail, bar, why] = row.children;
          setText(name, `${node.name} (${node.type})`);
          setText(value, node.figure);
          setClass(detail.firstChild, `badge ${node.kind}`);
          setText(detail.firstChild, node.word);
          setText(detail.children[1], ` · ${node.detail.filter((part) => part !== "").join(" · ")}`);
          bar.hidden = node.share === undefined;
          if (node.share !== undefined) bar.firstChild.style.width = `${Math.min(100, node.share * 100)}%`;
          why.hidden = node.why === "";
          setText(why, node.why);
        });
    },
  };
}

/** One row a part, for a view that is about something else. */
export function summary() {
  const list = element("div", "flow");
  const sums = element("div", "ledger");
  return {
    root: element("div", "summary", list, sums),
    show(status) {
      keyed(list, nodesOf(status), (n) => `${n.type}/${n.name}`,
        () => element("div", "", element("span", "badge", element("span", "name"), element("span")), element("b")),
        (row, node) => {
          setClass(row, `row ${node.kind}`);
          setClass(row.firstChild, `badge ${node.kind}`);
          setText(row.firstChild.firstChild, node.short ?? node.name);
          setText(row.firstChild.children[1], ` · ${node.word}`);
          setText(row.children[1], node.figure);
        });
      const into = status.sources.reduce((sum, s) => sum + s.readingsPerSecond, 0);
      const lag = Math.max(0, ...status.sinks.map((s) => s.lagSeconds));
      const lines = [
        [t("summary.readings"), figure(into)],
        [t("summary.behind"), status.sinks.length === 0 ? NOTHING : duration(lag)],
        [t("summary.quarantine"), whole(status.quarantine.entries)],
      ];
      keyed(sums, lines, ([name]) => name, () => element("div", "row", element("span", "quiet"), element("b")), (row, [name, value]) => {
        setText(row.firstChild, name);
        setText(row.children[1], value);
      });
    },
  };
}
