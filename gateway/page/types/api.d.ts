// What the gateway's API answers, as far as the page reads it: the records of the gateway in JSON.
// PageSourcesTest checks real answers against these types.

/** Names from the site down, without the levels that are missing: for people, not to tell machines apart. */
export type Path = string[];

/** Site, area, line and machine, "" for one that is missing. No other machine or line has the same. */
export type Levels = [site: string, area: string, line: string, machine: string];

export type Instant = string; // ISO 8601

/** One event of /api/v1/stream. */
export interface Snapshot {
  status: Status;
  assets: AssetNode[];
  efficiency: Efficiency | null;
  /** Of the past there are none. */
  received?: ReceivedShift[];
}

/** /api/v1/status. */
export interface Status {
  gateway: string;
  version: string;
  now: Instant;
  uptimeSeconds: number;
  state: "starting" | "running" | "degraded" | "stopping";
  reason: string;
  topics: string[];
  sources: Source[];
  log: Log;
  disk: { bytesPerDay: number | null; syncsPerDay: number | null };
  sinks: Sink[];
  quarantine: { entries: number; newest: RecentEntry[]; ledger: QuarantineLedger };
  dropped: Dropped[];
  alarms: RaisedAlarm[];
  /** Of an earlier gateway there is none. */
  group?: Group | null;
}

/** The group of the gateway as the one that answers knows it. */
export interface Group {
  name: string;
  mode: "standby" | "spread";
  member: string;
  hearsItself: boolean;
  epoch: number;
  machines: number;
  members: GroupMember[];
}

export interface GroupMember {
  id: string;
  state: "sending" | "standby" | "waiting" | "sick" | "deaf" | "gone";
  heardSecondsAgo: number | null;
  behindSeconds: number | null;
  historySeconds: number | null;
  epoch: number;
  machines: number;
  view: string[];
}

/** Readings that went from a log that was nearly full; of figures, those with the reason "replaced" are no loss. */
export interface Dropped {
  log: string;
  of: string;
  reason: string;
  readings: number;
}

/** An alarm of the gateway; its kinds are listed in docs/runbook. */
export interface RaisedAlarm {
  id: string;
  subject: string;
  since: Instant;
  severity: "critical" | "warning";
  text: string;
  /** The words of the part alone, or "". */
  reason: string;
}

export interface Source {
  name: string;
  type: string;
  url: string;
  ready: boolean;
  state: string;
  reason: string;
  connects: number;
  sessionsLost: number;
  unacknowledged: number;
  messagesPerSecond: number;
  readingsPerSecond: number;
  lastMessageAgeSeconds: number | null;
  ledger: SourceLedger;
}

export interface SourceLedger {
  name: string;
  received: number;
  appended: number;
  filtered: number;
  rejected: number;
  refused: number;
  unexplained: number;
}

export interface Log {
  bytes: number;
  maxBytes: number;
  segments: number;
  writable: boolean;
  reason: string;
  /** Of files kept beside the log to make figures again. */
  keptBytes: number;
  keptFrom: Instant | null;
  syncMillis: number | null;
}

export type SinkState = "storing" | "waiting" | "held" | "down";

export interface Sink {
  name: string;
  log: string;
  type: string;
  url: string;
  state: SinkState;
  reason: string;
  nextTrySeconds: number | null;
  breaker: string;
  lagSeconds: number;
  lagBytes: number;
  linesPerSecond: number;
  ledger: SinkLedger;
}

export interface SinkLedger {
  name: string;
  log: string;
  offered: number;
  stored: number;
  sent: number;
  thinned: number;
  quarantined: number;
  withheld: number;
  dropped: number;
  corrupt: number;
  pending: number;
  unexplained: number;
}

export interface QuarantineLedger {
  rejected: number;
  copied: number;
  lost: number;
  pending: number;
  /** Places where damage destroyed records; then more may be lost. */
  gaps: number;
  unexplained: number;
}

export interface RecentEntry {
  id: string;
  received: Instant;
  origin: string;
  topic: string;
  reason: string;
  detail: string;
}

/** A place of /api/v1/assets. */
export interface AssetNode {
  level: string;
  name: string;
  heardAgeSeconds: number | null;
  metrics?: Metric[];
  children?: AssetNode[];
}

export interface Metric {
  measurement: string;
  tags?: Record<string, string>;
  metric: string;
  value: number | boolean | string;
  time: Instant;
  ageSeconds: number;
  quality: string;
  reason?: string;
}

/** One of /api/v1/received: the newest shift of a machine or line whose figures another gateway made. */
export interface ReceivedShift {
  level: "machine" | "line";
  path: Path;
  levels: Levels;
  /** "" where the rows do not name it. */
  gateway: string;
  received: Instant;
  shift: string;
  start: Instant;
  /** Whether they are final. */
  over: boolean;
  oee: number | null;
  coverage: number | null;
  good: number | null;
  scrap: number | null;
}

/** /api/v1/efficiency. */
export interface Efficiency {
  asOf: Instant | null;
  targetOee: number;
  plant: { shift: Shift | null; last: Shift | null };
  /** The lines of each site as one; empty where all are of one site. */
  sites: { name: string; shift: Shift | null; last: Shift | null }[];
  lines: LineFigures[];
  machines: MachineFigures[];
  lateReadings: number;
  ignoredReadings: number;
  /** By the name of a shift, how people call it, by language. */
  shiftLabels: Record<string, Record<string, string>>;
  /** By the path of a place or machine the same; by "" a label of every language. */
  assetLabels: Record<string, Record<string, string>>;
}

export interface LineFigures {
  path: Path;
  levels: Levels;
  shift: Shift;
  last: Shift | null;
}

export interface MachineFigures {
  path: Path;
  levels: Levels;
  seen: Instant | null;
  asOf: Instant;
  state: string;
  reason: string;
  since: Instant;
  product: string;
  shift: Shift;
  last: Shift | null;
  lateReadings: number;
}

/** The figures of one shift so far; null stands for what is not defined. */
export interface Shift {
  name: string;
  start: Instant;
  end: Instant;
  basis: string;
  plannedBusySeconds: number;
  knownSeconds: number;
  runSeconds: number;
  idealTotalSeconds: number | null;
  idealGoodSeconds: number | null;
  total: number | null;
  good: number | null;
  scrap: number | null;
  stock: number | null;
  failures: number;
  availability: number | null;
  effectiveness: number | null;
  quality: number | null;
  oee: number | null;
  coverage: number | null;
  nee: number | null;
  teep: number | null;
  mtbfSeconds: number | null;
  mttrSeconds: number | null;
  /** The OEE that this shift aims at. */
  targetOee?: number;
  plan: number | null;
  members: number;
  expected: number;
  losses: Losses;
}

export interface Losses {
  unknownSeconds: number;
  stops: { state: string; seconds: number }[];
  speedSeconds: number | null;
  qualitySeconds: number | null;
}

/** /api/v1/figures. */
export interface AssetFigures {
  path: Path;
  levels: Levels;
  shift: AllFigures | null;
  last: AllFigures | null;
}

export interface AllFigures {
  name: string;
  start: Instant;
  end: Instant;
  basis: string;
  /** By their names in the store; what is not defined is absent. */
  figures: { [field: string]: number | undefined };
}

/** /api/v1/hints. */
export interface Hints {
  enabled: boolean;
  hints: Hint[];
}

export interface Hint {
  id: string;
  kind: "faster-cycle" | "no-cycle" | "cycle-drift" | "energy-drift" | "signal-drift";
  state: "open" | "confirmed" | "dismissed";
  product: string | null;
  metric: string | null;
  value: number;
  reference: number | null;
  spread: number | null;
  unit: string;
  day: string;
  toPaste: string | null;
}

/** fromMs, toMs, state, reason. */
export type Span = [number, number, string, string];

/** /api/v1/history. */
export interface StateHistory {
  fromMs: number;
  toMs: number;
  machines: { path: Path; levels: Levels; spans: Span[] }[];
  more: boolean;
}

/** /api/v1/stops. */
export interface StopList {
  fromMs: number;
  toMs: number;
  stops: Stop[];
  more: boolean;
  pareto: Cause[];
  /** How many of all have no reason of the tree, as far as people are asked for one. */
  uncoded: number;
}

export interface Stop {
  path: Path;
  levels: Levels;
  startMs: number;
  seconds: number;
  state: string;
  reason: string;
  /** Of the reason in the tree of reasons; empty where it has none. */
  reasonCategory: string;
  shift: string;
  open: boolean;
  /** It may still turn out to be something else. */
  provisional: boolean;
}

/** The stops of one state and reason together. */
export interface Cause {
  state: string;
  reason: string;
  /** Of the reason in the tree of reasons; empty where it has none. */
  reasonCategory: string;
  seconds: number;
  /** How much of it may still turn out to be something else. */
  provisionalSeconds: number;
  count: number;
}

/** /api/v1/reasons. */
export interface Reasons {
  reasons: ReasonNode[];
}

export interface ReasonNode {
  id: string;
  name: string;
  /** In place of the name, by language. */
  labels: Record<string, string>;
  planned: boolean;
  /** Whether a person who gives it must comment it. */
  comment: boolean;
  codes: string[];
  reasons: ReasonNode[];
}

/** /api/v1/corrections. */
export interface Corrections {
  /** Above every id that there was. */
  end: number;
  corrections: Correction[];
  next: number | null;
}

export interface Correction {
  id: number;
  kind: string;
  from: Instant;
  to: Instant;
  state?: string;
  category?: string;
  reason?: string;
  detail?: string;
  parts?: { from: Instant }[];
  amount?: number;
  comment?: string;
  who: string;
  verified: boolean;
  time: Instant;
  undone?: { who: string; time: Instant } | null;
  /** In a group: the gateway where it was said. */
  member?: string;
}

/** /api/v1/orders. */
export interface Orders {
  orders: Order[];
}

export interface Order {
  site?: string;
  area?: string;
  line?: string;
  machine?: string;
  state: "running" | "paused" | "planned";
  order: string;
  product?: string;
  quantity?: number;
  good?: number;
  progress?: number;
  plannedStart?: Instant;
  event: { id: number; kind: string; who: string; at: Instant } | null;
}

/** ms, least, most, last. */
export type Point = [number, number, number, number];

/** /api/v1/signals. */
export interface SignalList {
  fromMs: number;
  toMs: number;
  keptSinceMs: number;
  signals: Signal[];
  words: Words[];
  more: boolean;
}

/** What tells one series of a machine from the others. */
export interface SeriesName {
  metric: string;
  measurement: string;
  tags?: Record<string, string>;
}

export interface Signal extends SeriesName {
  points: Point[];
}

export interface Words extends SeriesName {
  changes: [number, string][]; // ms, word
}

/** /api/v1/quality. */
export interface QualityList {
  machines: MachineQuality[];
  more: boolean;
  quarantine: { reason: string; count: number; newestMs: number }[];
}

export interface MachineQuality {
  path: Path;
  levels: Levels;
  device: string | null;
  seenMs: number;
  silentSeconds: number;
  silentAfterSeconds: number | null;
  silent: boolean;
  skewSeconds: number | null;
  uncertain: number;
  bad: number;
  late: number;
  implausible: number;
  missing: number;
  missingEstimated: number;
  gapMs: number | null;
  periodSeconds: number | null;
}

/** /api/v1/quarantine. */
export interface QuarantinePage {
  entries: QuarantineItem[];
  next: number | null;
}

export interface QuarantineItem {
  id: string;
  origin: string;
  topic: string;
  received: Instant;
  faults: Fault[];
  bytes: number;
  preview: string;
  replayed: Instant | null;
}

export interface Fault {
  reason: string;
  detail: string;
  readings: number;
}

/** /api/v1/quarantine/{id}. */
export interface QuarantineEntry {
  id: string;
  topic: string;
  source: string;
  received: Instant;
  reason: string;
  detail: string;
  faults: Fault[];
  payload: { text?: string; base64?: string };
  size: number;
  truncated: boolean;
  replayed: Instant | null;
}

/** POST /api/v1/quarantine/replay. */
export interface ReplayOutcome {
  replayed: number;
  readings: number;
  stillRejected: number;
  already: number;
  cut: number;
  dropped: number;
  damaged: number;
}

export type Right = "everyone" | "view" | "metrics" | "ingest" | "operate" | "engineer" | "administer";

export type Role = "stranger" | "viewer" | "operator" | "engineer" | "admin" | "ingest" | "metrics";

/** /api/v1/session. */
export interface Session {
  login: "none" | "token" | "users";
  name: string;
  kind: "nobody" | "token" | "user" | "wall";
  role: Role;
  rights: Right[];
  csrf: string;
  /** What the button of the provider says, "" for the page's own words; null without one. */
  provider: string | null;
  /** When to ask the provider again; null for who is not known by it. */
  renewSeconds?: number | null;
  /** What a user or a wall has chosen; "" for nothing. */
  language: string;
  zone: string;
  plantZone: string;
}

/** One of /api/v1/walls. */
export interface Wall {
  id: string;
  name: string;
  since: Instant;
}

/** One of /api/v1/audit. */
export interface AuditEntry {
  id: number;
  time: Instant;
  who: string;
  role?: Role;
  address: string;
  what: string;
  status?: number;
}

/** What every route of /api/v1/past/ but the calendar answers. */
export interface PastAnswer<Answer> {
  source: string;
  fromMs: number | null;
  problem: string;
  answer: Answer;
}

/** /api/v1/past/figures. */
export interface FigureTrend {
  path: Path;
  levels: Levels;
  bucket: "hour" | "shift" | "day";
  rows: Shift[];
}

/** /api/v1/past/shifts. */
export interface ShiftPlan {
  zone: string;
  days: { date: string; startMs: number; endMs: number; shifts: { name: string; startMs: number; endMs: number }[] }[];
}

/** /api/v1/notifications. */
export interface Notifications {
  enabled: boolean;
  open: Notification[];
  more: number;
}

/** /api/v1/sites. */
export interface Sites {
  enabled: boolean;
  now: Instant;
  /** Rows of gateways beyond the bound, and of ids that are none. */
  leftOut: number;
  sites: FleetSite[];
  bundle: { from: string; version: number; state: string; fault: string } | null;
}

/** A gateway that reports to this one. */
export interface FleetSite {
  gateway: string;
  level: "silent" | "critical" | "warning" | "well";
  since: Instant;
  received: Instant;
  /** By its own clock. */
  reported: Instant;
  aheadSeconds: number | null;
  version: string;
  config: string;
  bundle: number;
  bundleState: string;
  ready: boolean;
  reason: string;
  alarms: string;
  critical: number;
  warnings: number;
  lagSeconds: number;
  lagBytes: number;
  logBytes: number;
  logMaxBytes: number;
  readings: number;
  unexplained: number;
  certificateSeconds: number | null;
  everySeconds: number;
  uptimeSeconds: number;
  url: string;
}

/** /api/v1/sites/{id}. */
export interface SiteHistory {
  gateway: string;
  changes: { from: Instant; level: FleetSite["level"]; reason: string }[];
}

/** A notification that was sent and has not ended. */
export interface Notification {
  id: string;
  /** machine-down, oee-under, uncoded-stops, or the id of an alarm. */
  kind: string;
  subject: string;
  /** Levels of the machine or line with a slash between; "" for none. */
  asset: string;
  levels: Levels;
  severity: "critical" | "warning";
  text: string;
  facts: Facts;
  since: Instant;
  flapping: boolean;
  acknowledged: { who: string; comment: string; time: Instant } | null;
}

/** What a notification says besides its kind and where; each kind has its own, and none where an older version kept it. */
export interface Facts {
  /** Why the machine is down, or the words of the part that has the alarm. */
  reason?: string;
  oee?: number;
  target?: number;
  shift?: string;
  stops?: number;
}

/** One version of what people change of the configuration. */
export interface SiteVersion {
  version: string;
  number: number;
  time: string | null;
  who: string;
  comment: string;
  isEdited: boolean;
}

export interface SiteProblem {
  file: string;
  line: number;
  key: string;
  message: string;
  suggestion: string | null;
  isHere: boolean;
  path: (string | number)[];
}

export interface Site extends SiteVersion {
  file: string;
  mainFile: string;
  text: string;
  site: Record<string, any>;
  main: Record<string, any>;
  errors: SiteProblem[];
}

export interface SiteChecked {
  text: string;
  site: Record<string, any>;
  diff: string[];
  /** Whether the text is written anew, so that comments get lost. */
  isRewritten: boolean;
  errors: SiteProblem[];
  does: { added: string[]; changed: string[]; removed: string[]; efficiency: boolean; needsRestart: string[]; pending: string[] } | null;
}

/** What was heard at a broker that no route takes. */
export interface Discovered {
  sources: string[];
  isListening: boolean;
  heard: {
    source: string; topic: string; problem: string; routed: number; messages: number; isCut: boolean; findings: Finding[];
  } | null;
}

export interface Finding {
  topic: string;
  format: string | null;
  topics: number;
  messages: number;
  retained: number;
  example: string;
  preview: string;
  isRouted: boolean;
  remarks: string[];
  route: { topic?: string; preset?: string; format?: string; source?: string } | null;
}
