// Numbers, times and lengths of time as text, in the language and the zone of the page.

import { locale, t } from "./i18n.js";
import { gatewayNow } from "./now.js";
import { inPlantZone, inZone } from "./zone.js";

/** @typedef {number | null | undefined} Known a number, if there is one */

const NEGATIVE_ZERO = /^-(?=0([.,]0+)?$)/;

/**
 * @param {number} digits behind the point at most
 * @param {number} least
 */
function number(digits, least = 0) {
  const made = new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: least });
  return { format: (/** @type {number} */ n) => made.format(n).replace(NEGATIVE_ZERO, "") };
}

const [zero, one, two] = [number(0), number(1), number(2)];
const oneAlways = number(1, 1);
const small = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
const byPower = new Intl.NumberFormat(locale, { notation: "scientific", maximumSignificantDigits: 3 });

/** @type {Intl.DateTimeFormatOptions} */
const HOURS_AND_MINUTES = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const minute = inZone(locale, HOURS_AND_MINUTES);
const second = inZone(locale, { ...HOURS_AND_MINUTES, second: "2-digit" });
const year = inZone(locale, { year: "numeric" });
const day = inZone(locale, { day: "numeric", month: "short" });
const dayAndYear = inZone(locale, { day: "numeric", month: "short", year: "numeric" });

/** @type {Intl.DateTimeFormatOptions} */
const LONG_DAY = { day: "numeric", month: "long", year: "numeric" };
const long = inZone(locale, LONG_DAY);
const longOfPlant = inPlantZone(locale, LONG_DAY);
const longOfDate = new Intl.DateTimeFormat(locale, { ...LONG_DAY, timeZone: "UTC" });

export const NOTHING = "–";

export const whole = (/** @type {Known} */ n) => (n === null || n === undefined ? NOTHING : zero.format(n));
export const tenths = (/** @type {number} */ n) => oneAlways.format(n);

const LEAST = 1e-6; // below it, and from MOST on, the power of ten tells more than a row of digits
const MOST = 1e15;

/**
 * Any value of a device.
 *
 * @param {unknown} value
 */
export function figure(value) {
  if (typeof value !== "number") return String(value);
  const size = Math.abs(value);
  if (size > 0 && (size < LEAST || size >= MOST)) return byPower.format(value);
  if (size > 0 && size < 0.1) return small.format(value);
  return (size >= 1000 ? zero : size >= 100 ? one : two).format(value);
}

/** @param {Known} ratio */
export function percent(ratio) {
  return ratio === null || ratio === undefined ? NOTHING : `${zero.format(ratio * 100)}\u00a0%`;
}

/**
 * With a tenth: for figures that are read one by one.
 *
 * @param {Known} ratio
 */
export function percentExactly(ratio) {
  return ratio === null || ratio === undefined ? NOTHING : `${one.format(ratio * 100)}\u00a0%`;
}

/**
 * @param {Known} energy
 * @param {number} digits behind the point at most
 */
export function kilowattHours(energy, digits) {
  return energy === null || energy === undefined ? NOTHING : `${number(digits).format(energy)}\u00a0kWh`;
}

/** @param {Known} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return NOTHING;
  const s = Math.max(0, seconds);
  if (s < 120) return t("for.seconds", Math.round(s));
  if (s < 7200) return t("for.minutes", Math.round(s / 60));
  if (s < 172800) return t("for.hours", Math.floor(s / 3600), Math.floor((s % 3600) / 60));
  return t("for.days", one.format(s / 86400));
}

export const clock = (/** @type {number} */ ms) => second.format(ms);
export const fullDay = (/** @type {number} */ ms) => long.format(ms);

/** The date on which a day of the plant begins: that of its own zone, not of the page's. */
export const dayOfPlant = (/** @type {number} */ ms) => longOfPlant.format(ms);

/** A date such as 2026-03-02, which is the same in every zone. */
export const fullDate = (/** @type {string} */ date) => longOfDate.format(Date.parse(date));

/**
 * Hours and minutes, with the day where it is not that of `now`, and its year where that is another one.
 *
 * @param {number} ms
 */
export function at(ms, now = gatewayNow()) {
  const time = minute.format(ms);
  const isThisYear = year.format(ms) === year.format(now);
  if (isThisYear && day.format(ms) === day.format(now)) return time;
  return `${(isThisYear ? day : dayAndYear).format(ms).replaceAll(" ", "\u00a0")} ${time}`;
}

/**
 * The ticks of an axis: hours and minutes, with the day where another one begins.
 *
 * @param {number[]} seconds
 */
export const ticks = (seconds) => seconds.map((s, i) =>
  (i > 0 && day.format(s * 1000) === day.format(seconds[i - 1] * 1000) ? minute.format(s * 1000) : at(s * 1000)));

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** @param {number} n */
export function bytes(n) {
  let size = n;
  let step = 0;
  while (size >= 1024 && step < UNITS.length - 1) {
    size /= 1024;
    step++;
  }
  return `${(step === 0 ? zero : one).format(size)} ${UNITS[step]}`;
}
