// The span of the past that the page shows. It stands in the address, so a link opens the same again; none is the
// present. Questions about the present are asked of the span instead.

import { asking, get } from "./api.js";
import { at, fullDate } from "./format.js";
import { t } from "./i18n.js";

/** @typedef {import("../types/api.js").ShiftPlan} ShiftPlan */
/** @typedef {"shift" | "day" | "week"} SpanKind */
/** @typedef {{ fromMs: number, toMs: number, date: string }} Stretch `date` of its first day, such as 2026-03-02 */
/** @typedef {{ kind: SpanKind, span: Stretch, vs: string, against: Stretch | null }} Chosen `vs`: how it is compared */

/** @type {readonly SpanKind[]} */
export const SPAN_KINDS = ["shift", "day", "week"];
export const COMPARISONS = /** @type {const} */ (["previous", "week", "date"]);

const KEYS = ["span", "from", "to", "day", "vs", "from2", "to2", "day2"];
const DATE = /^\d{4}-\d\d-\d\d$/;
const LATEST_MS = 8.64e15; // beyond it there are no dates
const SECONDS = 60; // what is over changes seldom

/** @type {Record<string, string>} */
const ROUTES = { "/api/v1/history": "states", "/api/v1/stops": "stops", "/api/v1/signals": "signals" };
const OF_THE_PRESENT = ["hours", "shift", "minutes", "toMs"];

/** @type {Chosen | null} */
let chosen = null;

export const chosenTime = () => chosen;

/**
 * @param {URLSearchParams} search
 * @param {string} suffix
 * @returns {Stretch | null}
 */
function stretchOf(search, suffix) {
  const fromMs = Number(search.get(`from${suffix}`));
  const toMs = Number(search.get(`to${suffix}`));
  if (!(fromMs > 0 && toMs > fromMs && toMs < LATEST_MS)) return null;
  const date = search.get(`day${suffix}`) ?? "";
  return { fromMs, toMs, date: DATE.test(date) ? date : new Date(fromMs).toISOString().slice(0, 10) };
}

/**
 * @param {URLSearchParams} search of an address
 * @returns {Chosen | null}
 */
export function chosenOf(search) {
  const span = stretchOf(search, "");
  const kind = SPAN_KINDS.find((one) => one === search.get("span"));
  return span === null || kind === undefined ? null
    : { kind, span, vs: search.get("vs") ?? "previous", against: stretchOf(search, "2") };
}

/**
 * Takes the span of an address over; the watches of all views ask for it from now on.
 *
 * @param {URLSearchParams} search
 */
export function takeChosen(search) {
  chosen = chosenOf(search);
  const time = chosen;
  asking.ask = time === null ? get : (path) => askedOf(path, time);
  asking.leastSeconds = time === null ? 0 : SECONDS;
}

/**
 * An address of the page with a span in place of the one that it has.
 *
 * @param {string} hash such as #/stops?state=down
 * @param {Chosen | null} time
 */
export function withTime(hash, time = chosen) {
  const [place, text] = hash.split("?");
  const search = new URLSearchParams(text);
  for (const key of KEYS) search.delete(key);
  if (time !== null) {
    const { kind, span, vs, against } = time;
    const all = { span: kind, from: span.fromMs, to: span.toMs, day: span.date, vs };
    const other = against === null ? {} : { from2: against.fromMs, to2: against.toMs, day2: against.date };
    for (const [key, value] of Object.entries({ ...all, ...other })) search.set(key, String(value));
  }
  const rest = search.toString();
  return rest === "" ? place : `${place}?${rest}`;
}

/**
 * The question about the past that stands for one about the present, or null where there is none.
 *
 * @param {string} path
 * @param {Chosen} time
 */
export function questionOf(path, { span }) {
  const [route, text] = path.split("?");
  if (!Object.hasOwn(ROUTES, route)) return null;
  const search = new URLSearchParams(text);
  const end = Number(search.get("toMs") ?? 0); // of a part that is looked at closely
  const minutes = Number(search.get("minutes") ?? 0);
  for (const key of OF_THE_PRESENT) search.delete(key);
  search.set("fromMs", String(end > 0 ? end - minutes * 60_000 : span.fromMs));
  search.set("toMs", String(end > 0 ? end : span.toMs));
  return `/api/v1/past/${ROUTES[route]}?${search}`;
}

/**
 * @param {string} path
 * @param {Chosen} time
 */
async function askedOf(path, time) {
  const question = questionOf(path, time);
  return question === null ? get(path) : (await get(question)).answer;
}

/** @param {Chosen} time */
export function efficiencyPath({ kind, span, against }) {
  const bucket = kind === "shift" ? "shift" : "day";
  const path = `/api/v1/past/efficiency?bucket=${bucket}&fromMs=${span.fromMs}&toMs=${span.toMs}`;
  return against === null ? path : `${path}&againstFromMs=${against.fromMs}&againstToMs=${against.toMs}`;
}

/**
 * @param {string} date such as 2026-03-02
 * @param {number} days
 */
export const dateAfter = (date, days) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/**
 * The Monday of a date's week.
 *
 * @param {string} date
 */
export const mondayOf = (date) => dateAfter(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7));

/**
 * A shift, a day or a week in the calendar; null where it has none. Of a day without the named shift, its first.
 *
 * @param {ShiftPlan} plan
 * @param {SpanKind} kind
 * @param {string} date
 * @param {string} name of the shift
 * @returns {Stretch | null}
 */
export function stretchIn({ days }, kind, date, name) {
  const first = kind === "week" ? mondayOf(date) : date;
  const day = days.find((one) => one.date === first);
  if (day === undefined) return null;
  if (kind === "day") return { fromMs: day.startMs, toMs: day.endMs, date: first };
  if (kind === "week") {
    const last = days.find((one) => one.date === dateAfter(first, 6));
    return last === undefined ? null : { fromMs: day.startMs, toMs: last.endMs, date: first };
  }
  const shift = day.shifts.find((one) => one.name === name) ?? day.shifts.at(0);
  return shift === undefined ? null : { fromMs: shift.startMs, toMs: shift.endMs, date };
}

/**
 * The shift that begins before or after an instant.
 *
 * @param {ShiftPlan} plan
 * @param {number} ms
 * @param {-1 | 1} step
 * @returns {Stretch | null}
 */
export function shiftBeside({ days }, ms, step) {
  const all = days.flatMap(({ date, shifts }) =>
    shifts.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs, date })));
  const beside = all.filter(({ fromMs }) => (step < 0 ? fromMs < ms : fromMs > ms));
  return beside.at(step < 0 ? -1 : 0) ?? null;
}

/**
 * @param {SpanKind} kind
 * @param {Stretch} stretch
 */
export function nameOfStretch(kind, { fromMs, toMs, date }) {
  if (kind === "shift") return `${at(fromMs)}–${at(toMs, fromMs)}`;
  return kind === "day" ? fullDate(date) : t("past.weekOf", fullDate(date));
}

/** The heading of figures beside each other. */
export const comparisonTitle = () => t(chosen === null ? "figure.table" : "past.compared");

/** What stands above two columns of figures: this shift and the last, or the spans that are chosen. */
export function columnTitles() {
  if (chosen === null) return [t("shift.this"), t("shift.last")];
  const { kind, span, against } = chosen;
  return [nameOfStretch(kind, span), against === null ? t("past.against") : nameOfStretch(kind, against)];
}
