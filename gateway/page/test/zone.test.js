import "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, clock } from "../src/format.js";
import { instant } from "../src/csv.js";
import { instantOf, localTime, offsetMs, setZone, zoneName } from "../src/zone.js";

const NOON = Date.parse("2026-07-01T12:00:00Z");
const HOUR = 3_600_000;

test("times are those of the zone, and follow it", () => {
  setZone("Asia/Shanghai");
  assert.equal(clock(NOON), "20:00:00");
  assert.equal(instant(NOON), "2026-07-01T20:00:00.000+08:00");
  setZone("America/St_Johns");
  assert.equal(at(NOON, NOON), "09:30");
  assert.equal(instant(NOON), "2026-07-01T09:30:00.000-02:30");
});

test("the first zone that the browser knows counts, and without one its own", () => {
  setZone("", "Mars/Olympus", "Europe/Berlin", "UTC");
  assert.equal(zoneName(), "Europe/Berlin");
  setZone("", "nonsense");
  assert.equal(zoneName(), "UTC");
});

test("a date and time of the zone is an instant, also beside a change of the clocks", () => {
  setZone("Europe/Berlin");
  assert.equal(offsetMs(NOON), 2 * HOUR);
  const all = ["2026-07-01T14:00", "2026-03-29T01:59", "2026-03-29T03:00", "2026-10-25T03:00", "2026-12-31T23:59"];
  for (const text of all) {
    assert.equal(localTime(instantOf(text)), text);
  }
  setZone();
});
