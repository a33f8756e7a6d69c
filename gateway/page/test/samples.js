// Answers of the gateway as the tests need them. Imported first, so that times are those of UTC.

process.env.TZ = "UTC";

export const NOW = Date.parse("2026-03-02T08:00:00Z");

/** A shift of which all is known: availability 0.8, effectiveness 0.9, quality 0.95. */
export function shift(changes = {}) {
  return {
    name: "early", start: "2026-03-02T06:00:00Z", end: "2026-03-02T14:00:00Z", basis: "bottleneck",
    plannedBusySeconds: 7200, knownSeconds: 7200, runSeconds: 5760,
    idealTotalSeconds: 5184, idealGoodSeconds: 4924.8,
    total: 5184, good: 4924.8, scrap: 259.2, stock: null, failures: 2,
    availability: 0.8, effectiveness: 0.9, quality: 0.95, oee: 0.684, coverage: 1,
    nee: 0.7, teep: 0.684, mtbfSeconds: 2880, mttrSeconds: 720, plan: 5400, members: 1, expected: 1,
    losses: {
      unknownSeconds: 0,
      stops: [{ state: "down", seconds: 1200 }, { state: "setup", seconds: 240 }],
      speedSeconds: 576, qualitySeconds: 259.2,
    },
    ...changes,
  };
}

/** @type {Record<number, string[]>} */
const USUAL = { 1: ["machine"], 2: ["line", "machine"], 3: ["site", "line", "machine"] };

/** A place by its path: of a machine that lacks the area, or more, where there are less than four names. */
export function place(path) {
  const names = USUAL[path.length] ?? ["site", "area", "line", "machine"];
  return { path, levels: ["site", "area", "line", "machine"].map((name) => path[names.indexOf(name)] ?? "") };
}

/** Of a line. */
export const placeOfLine = (path) => ({ path, levels: [...place([...path, "x"]).levels.slice(0, 3), ""] });

/** The same by its levels, which is what tells it apart. */
export const placeIn = (...levels) => ({ path: levels.filter((name) => name !== ""), levels });

export function machine(path, changes = {}) {
  return {
    ...place(path), seen: "2026-03-02T07:59:59Z", asOf: "2026-03-02T07:59:59Z", state: "running", reason: "",
    since: "2026-03-02T07:56:00Z",
    product: "", shift: shift(), last: null, lateReadings: 0, ...changes,
  };
}

export function metric(name, value, changes = {}) {
  return {
    measurement: "telemetry", metric: name, value, time: "2026-03-02T07:59:59Z", ageSeconds: 1, quality: "good",
    ...changes,
  };
}

/** A node of the tree of assets, from the levels and names of its place. */
export function asset(levels, metrics, heardAgeSeconds = 1) {
  const [[level, name], ...inside] = levels;
  return inside.length === 0
    ? { level, name, heardAgeSeconds, metrics }
    : { level, name, heardAgeSeconds: null, children: [asset(inside, metrics, heardAgeSeconds)] };
}

export function source(changes = {}) {
  return {
    name: "plant", type: "mqtt", url: "tcp://127.0.0.1:1883", ready: true, state: "connected", reason: "",
    connects: 1, sessionsLost: 0, unacknowledged: 3, messagesPerSecond: 12.25, readingsPerSecond: 85.4,
    lastMessageAgeSeconds: 0.4,
    ledger: { name: "plant", received: 97, appended: 96, filtered: 0, rejected: 1, refused: 0, unexplained: 0 },
    ...changes,
  };
}

export function sink(changes = {}, ledger = {}) {
  const log = changes.log ?? "readings";
  return {
    name: "history", log, type: "influxdb", url: "http://127.0.0.1:8086", state: "storing", reason: "",
    nextTrySeconds: null, breaker: "closed", lagSeconds: 0.2, lagBytes: 0, linesPerSecond: 14.1,
    ledger: {
      name: "history", log, offered: 96, stored: 96, sent: 0, thinned: 0, quarantined: 0, withheld: 0, dropped: 0,
      corrupt: 0, pending: 0, unexplained: 0, ...ledger,
    },
    ...changes,
  };
}

export function status(changes = {}) {
  return {
    gateway: "plant-a-1", version: "0.1.0", now: "2026-03-02T08:00:00Z", uptimeSeconds: 8130, state: "running",
    reason: "", topics: ["factory/{site}/{machine}"], sources: [source()],
    log: {
      bytes: 1 << 20, maxBytes: 1 << 30, segments: 2, writable: true, reason: "", keptBytes: 0, keptFrom: null,
      syncMillis: 1.9,
    },
    disk: { bytesPerDay: null, syncsPerDay: null }, sinks: [sink()],
    quarantine: {
      entries: 0, newest: [], ledger: { rejected: 0, copied: 0, lost: 0, pending: 0, gaps: 0, unexplained: 0 },
    },
    dropped: [], alarms: [], group: null,
    ...changes,
  };
}
