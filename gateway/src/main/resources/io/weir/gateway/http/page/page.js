// The live page: one stream of whole snapshots in, text nodes out. Names and values come from
// devices and are hostile until shown otherwise: they are only ever set as text.
"use strict";

const SILENT_SECONDS = 60; // a machine not heard for so long is unknown, not down
const STREAM_SILENT_MS = 5000; // the gateway sends something every second
const RETRY_MS = [500, 1000, 2000, 4000];
const DENSE = 60; // more machines than this are shown without their metrics
const METRICS_SHOWN = 8;
const METRICS_BESIDE_FIGURES = 3;
const CHART_POINTS = 300;
const TOKEN = "weir-token";

const $ = (id) => document.getElementById(id);

// --- text ---

const temperature = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const number = (digits) => new Intl.NumberFormat("en", { maximumFractionDigits: digits });
const [whole, tenths, hundredths] = [number(0), number(1), number(2)];

function figure(value) {
  if (typeof value !== "number") return String(value);
  const size = Math.abs(value);
  return (size >= 1000 ? whole : size >= 100 ? tenths : hundredths).format(value);
}

function duration(seconds) {
  if (seconds === null) return "–";
  const s = Math.max(0, seconds);
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
  return `${Math.round(s / 86400)} days`;
}

function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let at = 0;
  while (n >= 1024 && at < units.length - 1) {
    n /= 1024;
    at++;
  }
  return `${(at === 0 ? whole : tenths).format(n)} ${units[at]}`;
}

const readings = (n) => `${whole.format(n)} ${n === 1 ? "reading" : "readings"}`;

// --- elements ---

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function setClass(node, className) {
  if (node.className !== className) node.className = className;
}

/** Makes the children of `parent` those of `items`, in order, keeping what is there already. */
function keyed(parent, items, key, make, update) {
  const have = new Map();
  for (const child of parent.children) have.set(child.dataset.key, child);
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    let child = have.get(name);
    if (child) {
      have.delete(name);
    } else {
      child = make(item);
      child.dataset.key = name;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
    update(child, item);
  }
  for (const gone of have.values()) gone.remove();
}

// --- machines ---

const WORDS = [
  ["running", /^(run|running|execute|producing|production|active|auto)$/i],
  ["micro", /^micro/i],
  ["down", /^(down|fault|faulted|error|alarm|stopped|aborted|breakdown|emergency)/i],
  ["setup", /^(setup|changeover|preparing)/i],
  ["planned", /^(planned|maintenance|break|off|shutdown)/i],
  ["idle", /^(idle|starved|blocked|waiting|standby|ready|paused|held)/i],
];
const ORDER = ["down", "micro", "unknown", "setup", "idle", "planned", "running", "other"];
const KIND_NAMES = {
  running: "running", micro: "micro-stop", down: "down", setup: "setup", idle: "idle or waiting",
  planned: "planned stop", unknown: "unknown", other: "no state sent",
};

function stateOf(node) {
  if (node.heardAgeSeconds > SILENT_SECONDS) {
    return { kind: "unknown", word: `unknown: silent for ${duration(node.heardAgeSeconds)}` };
  }
  const sent = node.metrics.find((m) => /^(state|status)$/i.test(m.metric) && typeof m.value === "string");
  if (!sent) return { kind: "other", word: "no state sent" };
  const known = WORDS.find(([, pattern]) => pattern.test(sent.value));
  return { kind: known ? known[0] : "other", word: sent.value.toLowerCase().replaceAll("_", " "), metric: sent };
}

/** Every node of the tree that was heard itself, with the place it stands in. */
function heard(nodes, path = [], found = []) {
  for (const node of nodes) {
    const here = node.name === "" ? path : [...path, node.name];
    if (node.metrics) {
      const state = stateOf(node);
      const shown = node.metrics.filter((m) => m !== state.metric);
      const main = shown.find((m) => /temp/i.test(m.metric) && typeof m.value === "number");
      found.push({
        path: here,
        state,
        main,
        metrics: shown.filter((m) => m !== main).sort((a, b) => rank(a) - rank(b)),
        age: Math.min(...node.metrics.map((m) => m.ageSeconds)),
      });
    }
    if (node.children) heard(node.children, here, found);
  }
  return found;
}

const EFFICIENCY_KINDS = { micro_stop: "micro", starved: "idle", blocked: "idle" };

/** A machine's state as its figures have it: no guess at words. */
function stateOfFigures(figures, now) {
  const kind = EFFICIENCY_KINDS[figures.state] ?? figures.state;
  let word = figures.state.replaceAll("_", "-");
  const reason = figures.reason.toLowerCase();
  if (kind === "running") return { kind, word };
  if (reason !== "" && reason !== figures.state && kind !== "planned") word += `: ${figures.reason.replace("unmapped:", "what is ")}`;
  return { kind, word: `${word} · ${duration((now - Date.parse(figures.since)) / 1000)}` };
}

/** All that were heard or have figures: as material flows where that is known, else by name. */
function machines(assets, efficiency, now) {
  const all = new Map(heard(assets).map((m) => [JSON.stringify(m.path), m]));
  const figures = new Map((efficiency?.machines ?? []).map((m) => [JSON.stringify(m.path), m]));
  const ids = [...figures.keys(), ...[...all.keys()].filter((id) => !figures.has(id))];
  return ids.map((id) => {
    const known = figures.get(id);
    const machine = all.get(id) ?? { path: known.path, metrics: [], age: (now - Date.parse(known.seen)) / 1000 };
    const state = known ? stateOfFigures(known, now) : machine.state;
    const metrics = known && machine.main ? [machine.main, ...machine.metrics] : machine.metrics;
    return {
      ...machine, id, state, metrics,
      name: machine.path.at(-1) ?? "(no place)",
      line: JSON.stringify(machine.path.slice(0, -1)),
      place: machine.path.slice(0, -1).join(" / ") || "(no line)",
      main: known ? undefined : machine.main,
      shift: known?.shift,
    };
  });
}

// --- efficiency ---

const SOME_DOUBT = 0.9; // the part of planned time that is known: below, figures are hatched
const MOST_DOUBT = 0.5; // below, they are not said

const percent = (value) => (value === null ? "–" : `${Math.round(value * 100)} %`);

/** The figures of a shift as they may be said: a dash where too little is known. */
function said(shift) {
  const hidden = shift.coverage === null || shift.coverage < MOST_DOUBT;
  return {
    doubt: !hidden && shift.coverage < SOME_DOUBT,
    oee: percent(hidden ? null : shift.oee),
    parts: [["A", shift.availability], ["E", shift.effectiveness], ["Q", shift.quality]]
      .map(([letter, value]) => `${letter} ${percent(hidden ? null : value)}`).join(" · "),
    coverage: shift.coverage === null ? "no planned time yet" : `known: ${percent(shift.coverage)} of planned time`,
  };
}

/** The lines of the newest shift as one: sums of numerators over sums of denominators. */
function plant(lines) {
  const newest = lines.reduce((latest, line) => (line.shift.start > latest ? line.shift.start : latest), "");
  const shifts = lines.map((line) => line.shift).filter((shift) => shift.start === newest);
  if (shifts.length === 0) return null;
  const sum = (value) => shifts.reduce((total, shift) => {
    const part = value(shift);
    return total === null || part === null || part === undefined ? null : total + part;
  }, 0);
  const ratio = (over, under) => (over === null || !(under > 0) ? null : over / under);
  const known = sum((s) => s.knownSeconds);
  const good = sum((s) => s.idealGoodSeconds);
  const run = sum((s) => (s.availability === null ? 0 : s.availability * s.knownSeconds));
  const made = sum((s) => s.idealTotalSeconds);
  return {
    name: shifts[0].name, end: shifts[0].end, good: sum((s) => s.good), scrap: sum((s) => s.scrap),
    planned: sum((s) => s.plannedBusySeconds),
    coverage: ratio(known, sum((s) => s.plannedBusySeconds)),
    oee: ratio(good, known), availability: ratio(run, known), effectiveness: ratio(made, run), quality: ratio(good, made),
    losses: losses(shifts, good),
  };
}

/** Where the planned time of shifts went, the productive part first, then by size. */
function losses(shifts, productive) {
  const seconds = new Map();
  const add = (word, kind, value) => {
    if (value > 0) seconds.set(word, { word, kind, seconds: (seconds.get(word)?.seconds ?? 0) + value });
  };
  for (const shift of shifts) {
    for (const stop of shift.losses.stops) {
      add(stop.state.replaceAll("_", "-"), EFFICIENCY_KINDS[stop.state] ?? stop.state, stop.seconds);
    }
    add("slow", "slow", shift.losses.speedSeconds ?? 0);
    add("scrap", "scrap", shift.losses.qualitySeconds ?? 0);
    add("unknown", "unknown", shift.losses.unknownSeconds);
  }
  const sorted = [...seconds.values()].sort((a, b) => b.seconds - a.seconds);
  return productive > 0 ? [{ word: "good pieces", kind: "running", seconds: productive }, ...sorted] : sorted;
}

function showShift(efficiency, now) {
  const shift = efficiency ? plant(efficiency.lines) : null;
  $("shift").hidden = shift === null;
  if (shift === null) return;
  const words = said(shift);
  setClass($("oee"), words.doubt ? "doubtful" : "");
  setText($("oee"), words.oee);
  const left = (Date.parse(shift.end) - now) / 1000;
  setText($("shift-name"), `OEE of shift ${shift.name}${left > 0 ? `, ${duration(left)} left` : ""} · target ${percent(efficiency.targetOee)}`);
  const pieces = shift.good === null ? "" : ` · ${whole.format(shift.good)} good, ${whole.format(shift.scrap)} scrap`;
  setText($("shift-parts"), `${words.parts}${pieces} · ${words.coverage}`);
  const total = shift.losses.reduce((sum, loss) => sum + loss.seconds, 0);
  keyed($("losses"), shift.losses, (l) => l.word, () => element("i", ""), (bar, loss) => {
    setClass(bar, loss.kind);
    bar.style.flexGrow = loss.seconds / total;
  });
  keyed($("losses-legend"), shift.losses, (l) => l.word, () => element("span", "shape"), (text, loss) => {
    setClass(text, `shape ${loss.kind}`);
    setText(text, ` ${loss.word} ${percent(loss.seconds / total)}`);
  });
}

/** Counters first: what a person at the line asks for. */
function rank(metric) {
  const at = ["total", "good", "reject", "scrap"].indexOf(metric.metric.toLowerCase());
  return at < 0 ? 9 : at;
}

function label(metric) {
  const tags = Object.values(metric.tags ?? {});
  return metric.metric + (tags.length > 0 ? ` (${tags.join(", ")})` : "");
}

function makeMachine() {
  const card = element("article", "machine",
    element("div", "top", element("h3"), element("span", "main", new Text(), element("small"))),
    element("div", "under", element("span", "badge"), element("span", "age")),
    element("div", "parts"),
    element("dl", "metrics"));
  return card;
}

function updateMachine(card, machine) {
  setClass(card, `machine ${machine.state.kind}`);
  const [top, under, parts, list] = card.children;
  setText(top.children[0], machine.name);
  const [value, unit] = top.children[1].childNodes;
  const figures = machine.shift ? said(machine.shift) : null;
  setClass(top.children[1], figures?.doubt ? "main doubtful" : "main");
  setText(value, figures ? `${figures.oee} ` : machine.main ? `${temperature.format(machine.main.value)} ` : "");
  setText(unit, figures ? "OEE" : machine.main ? machine.main.metric : "");
  parts.hidden = figures === null;
  setText(parts, figures?.parts ?? "");
  parts.title = figures?.coverage ?? "";
  setText(under.children[0], machine.state.word);
  setText(under.children[1], `${duration(machine.age)} old`);
  const room = figures ? METRICS_BESIDE_FIGURES : METRICS_SHOWN;
  const more = machine.metrics.length - room;
  const shown = more > 1 ? machine.metrics.slice(0, room - 1) : machine.metrics;
  const items = shown.map((m) => ({ label: label(m), value: figure(m.value), metric: m }));
  if (more > 1) items.push({ label: "and", value: `${more + 1} more`, metric: { quality: "good" } });
  keyed(list, items, (i) => i.label, () => element("div", "", element("dt"), element("dd")), (row, item) => {
    setText(row.children[0], item.label);
    setText(row.children[1], item.value);
    setClass(row.children[1], item.metric.quality === "good" ? "" : "doubt");
    row.title = item.metric.quality === "good" ? "" : `${item.metric.quality}: ${item.metric.reason ?? "no reason given"}`;
  });
}

let onlyKind = null;

function showMachines(all, efficiency) {
  const search = $("search").value.trim().toLowerCase();
  const wanted = all.filter((m) =>
    (onlyKind === null || m.state.kind === onlyKind)
    && (search === "" || `${m.place} ${m.name}`.toLowerCase().includes(search)));
  const groups = new Map();
  for (const machine of wanted) {
    if (!groups.has(machine.line)) groups.set(machine.line, []);
    groups.get(machine.line).push(machine);
  }
  const lines = new Map((efficiency?.lines ?? []).map((l) => [JSON.stringify(l.path), l.shift]));
  $("filter").hidden = all.length === 0;
  setClass($("groups"), all.length > DENSE ? "dense" : "");
  keyed($("groups"), [...groups], ([line]) => line,
    () => element("section", "group", element("h2", "", element("span"), element("span", "quiet"), element("b"), element("span", "quiet")), element("div", "machines")),
    (section, [line, inside]) => {
      const [place, count, oee, parts] = section.children[0].children;
      setText(place, inside[0].place);
      setText(count, inside.length === 1 ? "1 machine" : `${inside.length} machines`);
      const shift = lines.get(line);
      const figures = shift ? said(shift) : null;
      oee.hidden = parts.hidden = figures === null;
      setClass(oee, figures?.doubt ? "doubtful" : "");
      setText(oee, figures ? `OEE ${figures.oee}` : "");
      const pieces = figures && shift.good !== null ? ` · ${whole.format(shift.good)} good` : "";
      setText(parts, figures ? `${figures.parts}${pieces}${shift.basis === "sum" ? " · machine average" : ""}` : "");
      parts.title = figures?.coverage ?? "";
      keyed(section.children[1], inside, (m) => m.id, makeMachine, updateMachine);
    });
  const tally = ORDER.map((kind) => ({ kind, count: all.filter((m) => m.state.kind === kind).length }))
    .filter((t) => t.count > 0 || t.kind === onlyKind);
  keyed($("tally"), tally, (t) => t.kind, (t) => {
    const button = element("button", "");
    button.addEventListener("click", () => {
      onlyKind = onlyKind === t.kind ? null : t.kind;
      draw();
    });
    return button;
  }, (button, t) => {
    setClass(button, `badge ${t.kind}`);
    setText(button, `${t.count} ${KIND_NAMES[t.kind]}`);
    button.setAttribute("aria-pressed", String(onlyKind === t.kind));
  });
}

// --- the gateway ---

const SINK_KINDS = { storing: "running", waiting: "micro", held: "down", down: "down" };
const SINK_WORDS = {
  waiting: "asked to wait", held: "held: a person must mend it", down: "down",
};
const GATEWAY_KINDS = { running: "running", degraded: "micro", starting: "setup", stopping: "planned" };

function alarms(status, lost) {
  const found = [];
  if (lost) {
    found.push(["unknown", lost, lastSnapshotAt === 0 ? "Trying again by itself" : `What you see is ${duration((Date.now() - lastSnapshotAt) / 1000)} old · Trying again by itself`]);
  }
  if (!status) return found;
  if (!status.log.writable) {
    found.push(["down", "The log takes no more readings", `${status.log.reason} · Senders keep what was not acknowledged`]);
  }
  for (const sink of status.sinks) {
    const ways = status.sinks.filter((s) => s.name === sink.name);
    if (sink !== ways.find((s) => s.state !== "storing")) continue; // once a store
    const pending = ways.reduce((sum, s) => sum + s.ledger.pending, 0);
    const next = sink.nextTrySeconds === null ? "" : `, tried again in ${duration(sink.nextTrySeconds)}`;
    found.push([SINK_KINDS[sink.state], `Store ${sink.name} is ${SINK_WORDS[sink.state]}`,
      `${readings(pending)} safe on disk${next} · ${sink.reason}`]);
  }
  for (const source of status.sources) {
    if (!source.ready) found.push(["down", `Source ${source.name} is ${source.state}`, source.reason]);
  }
  return found;
}

function showAlarms(status, lost) {
  keyed($("alarms"), alarms(status, lost), ([, title]) => title,
    () => element("div", "", element("b"), element("span")),
    (row, [kind, title, detail]) => {
      setClass(row, `alarm ${kind}`);
      setText(row.children[0], title);
      setText(row.children[1], detail);
    });
}

/** What a store takes from the log of readings goes without saying. */
const way = (sink, ...words) => [...words, ...(sink.log === "readings" ? [] : [sink.log])].join(", ");

function nodes(status) {
  const list = status.sources.map((s) => ({
    name: s.name, type: s.type, kind: s.ready ? "running" : "down", word: s.state,
    figure: `${figure(s.messagesPerSecond)} msg/s`,
    detail: [s.url, `last message ${s.lastMessageAgeSeconds === null ? "not yet" : `${duration(s.lastMessageAgeSeconds)} ago`}`,
      `${whole.format(s.unacknowledged)} not yet acknowledged`,
      s.connects > 1 ? `${whole.format(s.connects)} connects` : "",
      s.sessionsLost > 0 ? `${whole.format(s.sessionsLost)} sessions lost by the broker` : ""],
    why: s.reason,
  }));
  const log = status.log;
  list.push({
    name: "log", type: "on disk", kind: log.writable ? "running" : "down", word: log.writable ? "writing" : "full or stopped",
    figure: bytes(log.bytes), share: log.maxBytes > 0 ? log.bytes / log.maxBytes : 0,
    detail: [`of ${bytes(log.maxBytes)}`, `${whole.format(log.segments)} ${log.segments === 1 ? "segment" : "segments"}`,
      log.syncMillis === null ? "" : `synced in ${tenths.format(log.syncMillis)} ms`],
    why: log.reason,
  });
  for (const sink of status.sinks) {
    list.push({
      name: sink.name, type: way(sink, sink.type), kind: SINK_KINDS[sink.state], word: sink.state,
      figure: `${figure(sink.linesPerSecond)} lines/s`,
      detail: [sink.log === "readings" ? sink.url : "", sink.ledger.pending === 0 ? "nothing pending"
        : `${whole.format(sink.ledger.pending)} pending, ${duration(sink.lagSeconds)} behind, ${bytes(sink.lagBytes)}`,
        sink.breaker === "closed" ? "" : `breaker ${sink.breaker}`,
        sink.nextTrySeconds === null ? "" : `next try in ${duration(sink.nextTrySeconds)}`],
      why: sink.reason,
    });
  }
  return list;
}

function showFlow(status) {
  keyed($("flow"), nodes(status), (n) => `${n.type}/${n.name}`,
    () => element("div", "", element("b"), element("b"), element("small", "", element("span", "badge"), element("span")),
      element("div", "bar", element("i")), element("small", "why")),
    (row, node) => {
      setClass(row, `node ${node.kind}`);
      const [name, value, detail, bar, why] = row.children;
      setText(name, `${node.name} (${node.type})`);
      setText(value, node.figure);
      setText(detail.children[0], node.word);
      setText(detail.children[1], ` · ${node.detail.filter((part) => part !== "").join(" · ")}`);
      bar.hidden = node.share === undefined;
      if (node.share !== undefined) bar.firstElementChild.style.width = `${Math.min(100, node.share * 100)}%`;
      why.hidden = node.why === "";
      setText(why, node.why);
    });
}

function sums(status) {
  const lines = status.sources.map(({ ledger: l }) => ({
    key: `in ${l.name}`, name: l.name, of: ["received", l.received], unexplained: l.unexplained,
    parts: [["in the log", l.appended], ["quarantined", l.rejected], ["left out", l.filtered], ["refused", l.refused]],
  }));
  for (const { ledger: l } of status.sinks) {
    lines.push({
      key: `out ${l.log} ${l.name}`, name: way(l, l.name), of: ["offered", l.offered], unexplained: l.unexplained,
      parts: [["stored", l.stored], ["pending", l.pending], ["quarantined", l.quarantined], ["withheld", l.withheld],
        ["dropped", l.dropped], ["corrupt", l.corrupt]],
    });
  }
  return lines;
}

function showLedger(status) {
  keyed($("ledger"), sums(status), (l) => l.key,
    () => element("div", "", element("b"), element("div", "sum")),
    (row, line) => {
      setText(row.children[0], line.name);
      const parts = line.parts.filter(([, count], at) => at === 0 || count !== 0);
      if (line.unexplained !== 0) parts.push(["unexplained", line.unexplained]);
      keyed(row.children[1], [line.of, ...parts], ([word]) => word,
        () => element("span", "", new Text(), element("b"), new Text()),
        (span, [word, count]) => {
          const sign = word === line.of[0] ? "" : word === parts[0][0] ? "= " : "+ ";
          setClass(span, word === "unexplained" ? "down-text" : "");
          setText(span.childNodes[0], sign);
          setText(span.childNodes[1], whole.format(count));
          setText(span.childNodes[2], ` ${word}`);
        });
    });
}

function showQuarantine(status) {
  const newest = status.quarantine.newest;
  $("quarantine-panel").hidden = newest.length === 0;
  keyed($("quarantine"), newest, (q) => q.id,
    () => element("li", "", element("b"), element("span"), element("div", "quiet")),
    (row, q) => {
      setText(row.children[0], q.reason);
      setText(row.children[1], ` ${q.detail}`);
      setText(row.children[2], `${new Date(q.received).toLocaleTimeString("en-GB")} · ${q.origin} · ${q.topic}`);
    });
}

// --- rates ---

const history = [];

function showRates(status) {
  const into = status.sources.reduce((sum, s) => sum + s.readingsPerSecond, 0);
  const out = status.sinks.reduce((sum, s) => sum + s.linesPerSecond, 0);
  history.push([into, out]);
  if (history.length > CHART_POINTS) history.shift();
  setText($("rate-in"), figure(into));
  setText($("rate-out"), figure(out));
  const top = Math.max(1, ...history.flat()) * 1.05;
  const path = (at) => history.map((point, i) => {
    const x = 300 - ((history.length - 1 - i) / (CHART_POINTS - 1)) * 300;
    return `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${(56 - (point[at] / top) * 54).toFixed(1)}`;
  }).join("");
  $("chart-in").setAttribute("d", path(0));
  $("chart-out").setAttribute("d", path(1));
  return into;
}

// --- the first start ---

/** A command that sends one reading to the first topic of the routes. */
function example(status) {
  const mqtt = status.sources.find((s) => s.type === "mqtt");
  const topic = (status.topics[0] ?? "factory/machine").replaceAll(/\{(\w+)(\.\.\.)?\}/g, "$1-1").replaceAll(/[+#]/g, "x");
  let host = "localhost";
  let port = "1883";
  if (mqtt && /^\w+:\/\/\[?[^\]/]+\]?:\d+/.test(mqtt.url)) {
    const url = new URL(mqtt.url.replace(/^\w+:/, "http:"));
    [host, port] = [url.hostname, url.port || port];
  }
  return mqtt
    ? `mosquitto_pub -q 1 -h ${host} -p ${port} -t '${topic}' -m '{"temperature": 21.5}'`
    : `curl -X POST ${location.origin}/write -d 'telemetry,machine=m-1 temperature=21.5'`;
}

function firstSteps(status) {
  const mqtt = status.sources.find((s) => s.type === "mqtt");
  const received = status.sources.reduce((sum, s) => sum + s.ledger.received, 0);
  const rejected = status.sources.reduce((sum, s) => sum + s.ledger.rejected, 0);
  const address = mqtt ? mqtt.url : "";
  const steps = [];
  if (received > 0) {
    steps.push(rejected === received
      ? ["Messages arrive, but none can be read", "The quarantine says why."]
      : ["Nothing heard since the gateway started", "Machines appear here with their next message."]);
  }
  if (mqtt && !mqtt.ready) {
    steps.push([`1. Bring up the broker at ${address}`, `Not connected yet: ${mqtt.reason || mqtt.state}. The gateway keeps trying by itself.`]);
  } else if (mqtt) {
    steps.push([`1. Connected to ${address}`, "The gateway is waiting for messages on:", status.topics.join("\n") || "(no route)"]);
  }
  steps.push(["2. Send a reading", "From any machine that reaches it:", example(status)]);
  steps.push(["3. Or simulate a factory", "Three lines, twelve machines:",
    mqtt && !mqtt.ready ? `weir-sim run --broker --url ${address}` : `weir-sim run --url ${address || "tcp://127.0.0.1:1883"}`]);
  return steps;
}

function showFirst(status, empty) {
  $("first").hidden = !empty;
  if (!empty) return;
  if ($("first").children.length === 0) {
    $("first").append(element("h2", "", "No readings yet"), element("div"));
  }
  keyed($("first").children[1], firstSteps(status), ([title]) => title,
    () => element("div", "", element("h3"), element("p", "quiet"), element("pre")),
    (row, [title, text, code]) => {
      setText(row.children[0], title);
      setText(row.children[1], text);
      row.children[2].hidden = code === undefined;
      setText(row.children[2], code ?? "");
    });
}

// --- all of it ---

let snapshot = null;
let lastSnapshotAt = 0;
let lost = null; // what to say while there is no stream

function draw() {
  if (!snapshot) return;
  const { status, assets, efficiency } = snapshot;
  const now = Date.parse(status.now);
  const all = machines(assets, efficiency, now);
  $("main").hidden = false;
  $("login").hidden = true;
  setText($("gateway"), status.gateway);
  setClass($("state"), `badge ${GATEWAY_KINDS[status.state]}`);
  setText($("state"), status.state);
  $("state").title = status.reason;
  setText($("counts"), `${all.length === 1 ? "1 machine" : `${all.length} machines`} · up ${duration(status.uptimeSeconds)}`);
  $("links").hidden = sessionStorage.getItem(TOKEN) !== null; // a plain link carries no token
  setText($("about"), `Weir ${status.version} · ${new Date(status.now).toLocaleTimeString("en-GB")}`);
  showShift(efficiency, now);
  showMachines(all, efficiency);
  showFirst(status, all.length === 0);
  showFlow(status);
  showLedger(status);
  showQuarantine(status);
}

function drawStream() {
  document.body.classList.toggle("lost", lost !== null);
  setClass($("stream"), lost ? "badge unknown" : "badge running");
  setText($("stream"), lost ? "stream lost" : "live");
  if (lost) {
    setClass($("state"), "badge unknown");
    setText($("state"), "unknown");
  }
  document.title = `${lost ? "(lost) " : ""}${snapshot ? `${snapshot.status.gateway} · ` : ""}Weir`;
  showAlarms(snapshot && snapshot.status, lost);
}

function take(text) {
  snapshot = JSON.parse(text);
  lastSnapshotAt = Date.now();
  lost = null;
  showRates(snapshot.status);
  draw();
  drawStream();
}

// --- the stream ---

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Follows the stream until it ends; throws when it fails or falls silent. */
async function follow(onEvent) {
  const abort = new AbortController();
  let watchdog;
  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => abort.abort(), STREAM_SILENT_MS);
  };
  heard();
  try {
    const token = sessionStorage.getItem(TOKEN);
    const response = await fetch("/api/v1/stream", {
      signal: abort.signal, cache: "no-store", headers: token ? { Authorization: `Bearer ${token}` } : {},
    });
    if (response.status === 401) return "unauthorized";
    if (!response.ok) throw new Error(`the gateway answers ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let buffered = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return "ended";
      heard();
      buffered += value;
      let end;
      while ((end = buffered.indexOf("\n\n")) >= 0) {
        const event = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        if (event.startsWith("data: ")) onEvent(event.slice(6));
      }
    }
  } finally {
    clearTimeout(watchdog);
    abort.abort();
  }
}

/** Resolves once a token was given. */
function askForToken(refused) {
  $("main").hidden = true;
  $("login").hidden = false;
  $("refused").hidden = !refused;
  $("token").focus();
  return new Promise((given) => {
    $("login").addEventListener("submit", (event) => {
      event.preventDefault();
      sessionStorage.setItem(TOKEN, $("token").value.trim());
      $("token").value = "";
      given();
    }, { once: true });
  });
}

async function run() {
  for (let failures = 0; ;) {
    try {
      const end = await follow((text) => {
        failures = 0;
        take(text);
      });
      if (end === "unauthorized") {
        await askForToken(sessionStorage.getItem(TOKEN) !== null);
        continue;
      }
    } catch (failure) {
      console.info("stream:", failure.message);
    }
    lost = lastSnapshotAt === 0
      ? "The gateway does not answer"
      : `The stream from the gateway is lost since ${new Date(lastSnapshotAt).toLocaleTimeString("en-GB")}`;
    drawStream();
    await pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  }
}

$("search").addEventListener("input", draw);
setInterval(() => lost && drawStream(), 1000); // the age of what is shown goes on
run();
