import "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceText } from "../src/lookback.js";
import {
  chosenOf, dateAfter, mondayOf, nameOfStretch, questionOf, shiftBeside, stretchIn, takeChosen, withTime,
} from "../src/pasttime.js";
import { rowsOf, valueOf } from "../src/trendrows.js";
import { setZone } from "../src/zone.js";

const HOUR = 3_600_000;
const day = (/** @type {string} */ date, /** @type {number} */ startMs) => ({
  date, startMs, endMs: startMs + 24 * HOUR,
  shifts: [{ name: "early", startMs, endMs: startMs + 8 * HOUR },
    { name: "late", startMs: startMs + 8 * HOUR, endMs: startMs + 16 * HOUR }],
});
const MONDAY = Date.parse("2026-03-02T05:00:00Z");
const plan = {
  zone: "Europe/Berlin",
  days: [0, 1, 2, 3, 4, 5, 6].map((n) => day(dateAfter("2026-03-02", n), MONDAY + n * 24 * HOUR)),
};
const address = "span=shift&from=1000&to=2000&day=2026-03-03&vs=week&from2=10&to2=20&day2=2026-02-24";

test("an address names a span and what it is compared with, and a link keeps both", () => {
  const time = chosenOf(new URLSearchParams(address));
  assert.deepEqual(time, {
    kind: "shift", vs: "week", span: { fromMs: 1000, toMs: 2000, date: "2026-03-03" },
    against: { fromMs: 10, toMs: 20, date: "2026-02-24" },
  });
  assert.equal(withTime("#/stops?state=down&from=5", time), `#/stops?state=down&${address}`);
  assert.equal(withTime(`#/stops?state=down&${address}`, null), "#/stops?state=down");
  assert.equal(withTime(`#/?${address}`, null), "#/");
});

test("an address without a whole span is of the present", () => {
  for (const text of ["", "span=shift", "span=hour&from=1&to=2", "span=day&from=2&to=1", "span=day&from=x&to=1"]) {
    assert.equal(chosenOf(new URLSearchParams(text)), null, text);
  }
});

test("a date that is none is that of the begin", () => {
  const time = chosenOf(new URLSearchParams("span=day&from=86400000&to=172800000&day=x"));
  assert.equal(time?.span.date, "1970-01-02");
});

test("questions about the present are asked of the span", () => {
  takeChosen(new URLSearchParams(address));
  const time = chosenOf(new URLSearchParams(address));
  assert.ok(time);
  assert.equal(questionOf("/api/v1/history?hours=8&line=l", time), "/api/v1/past/states?line=l&fromMs=1000&toMs=2000");
  assert.equal(questionOf("/api/v1/stops?shift=last&limit=1", time),
    "/api/v1/past/stops?limit=1&fromMs=1000&toMs=2000");
  assert.equal(questionOf("/api/v1/signals?minutes=2&toMs=240000&points=600", time),
    "/api/v1/past/signals?points=600&fromMs=120000&toMs=240000");
  assert.equal(questionOf("/api/v1/reasons?machine=m", time), null);
  takeChosen(new URLSearchParams());
});

test("a day and a week have the date of the plant in whatever zone the page is", () => {
  const [fromMs, toMs] = ["2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z"].map(Date.parse);
  const span = { fromMs, toMs, date: "2026-03-02" };
  for (const zone of ["America/New_York", "Asia/Tokyo"]) {
    setZone(zone);
    assert.equal(nameOfStretch("day", span), "2 March 2026");
    assert.equal(nameOfStretch("week", span), "Week from 2 March 2026");
  }
  setZone();
});

test("the calendar gives shifts, days and weeks", () => {
  assert.deepEqual(stretchIn(plan, "shift", "2026-03-03", "late"),
    { fromMs: MONDAY + 32 * HOUR, toMs: MONDAY + 40 * HOUR, date: "2026-03-03" });
  assert.equal(stretchIn(plan, "shift", "2026-03-03", "gone")?.fromMs, MONDAY + 24 * HOUR);
  assert.equal(stretchIn(plan, "day", "2026-03-04", "")?.toMs, MONDAY + 72 * HOUR);
  assert.deepEqual(stretchIn(plan, "week", "2026-03-05", ""),
    { fromMs: MONDAY, toMs: MONDAY + 168 * HOUR, date: "2026-03-02" });
  assert.equal(stretchIn(plan, "day", "2026-04-01", ""), null);
  assert.equal(mondayOf("2026-03-08"), "2026-03-02");
  assert.equal(shiftBeside(plan, MONDAY + 8 * HOUR, -1)?.fromMs, MONDAY);
  assert.equal(shiftBeside(plan, MONDAY + 8 * HOUR, 1)?.fromMs, MONDAY + 24 * HOUR);
  assert.equal(shiftBeside(plan, MONDAY, -1), null);
});

test("it is said where an answer comes from, and what is not there", () => {
  const answer = { source: "history", fromMs: /** @type {number | null} */ (MONDAY), problem: "", answer: null };
  assert.equal(sourceText(answer, MONDAY), "From store history");
  assert.match(sourceText(answer, MONDAY - 48 * HOUR), /^From store history · No data before /);
  assert.match(sourceText({ ...answer, source: "gateway", problem: "store history: refused" }, MONDAY),
    /^From the gateway · store history: refused$/);
  assert.match(sourceText({ ...answer, fromMs: null }, MONDAY), /^Nothing is known/);
});

test("rows of two assets stand beside each other, and too little known time has no ratio", () => {
  const shift = (/** @type {string} */ start, /** @type {number} */ coverage) =>
    /** @type {import("../types/api.js").Shift} */ (/** @type {unknown} */ (
      { name: "early", start, oee: 0.5, coverage }));
  const rows = rowsOf([shift("2026-03-02T05:00:00Z", 1), shift("2026-03-03T05:00:00Z", 0.3)],
    [shift("2026-03-01T05:00:00Z", 1), shift("2026-03-03T05:00:00Z", 1)]);
  assert.deepEqual(rows.map((row) => [valueOf("oee", row.one), valueOf("oee", row.other)]),
    [[null, 0.5], [0.5, null], [null, 0.5]]);
  assert.equal(valueOf("coverage", rows[2].one), 0.3);
});
