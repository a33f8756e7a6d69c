// Numbers, times and lengths of time as text, in the language and the zone of the page.

import { locale, t } from "./i18n.js";
import { inZone } from "./zone.js";

/** @typedef {number | null | undefined} Known a number, if there is one */

const number = (/** @type {number} */ digits, least = 0) =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: least });
const [zero, one, two] = [number(0), number(1), number(2)];
const oneAlways = number(1, 1);

/** @type {Intl.DateTimeFormatOptions} */
const HOURS_AND_MINUTES = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const minute = inZone(locale, HOURS_AND_MINUTES);
const second = inZone(locale, { ...HOURS_AND_MINUTES, second: "2-digit" });
const day = inZone(locale, { day: "numeric", month: "short" });
const long = inZone(locale, { day: "numeric", month: "long", year: "numeric" });

export const NOTHING = "–";

export const whole = (/** @type {Known} */ n) => (n === null || n === undefined ? NOTHING : zero.format(n));
export const tenths = (/** @type {number} */ n) => oneAlways.format(n);

/**
 * Any value of a device.
 *
 * @param {unknown} value
 */
export function figure(value) {
  if (typeof value !== "number") return String(value);
  const size = Math.abs(value);
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
  return t("for.days", Math.round(s / 86400));
}

export const clock = (/** @type {number} */ ms) => second.format(ms);
export const fullDay = (/** @type {number} */ ms) => long.format(ms);

/**
 * Hours and minutes, with the day where it is not that of `now`.
 *
 * @param {number} ms
 */
export function at(ms, now = Date.now()) {
  const time = minute.format(ms);
  return day.format(ms) === day.format(now) ? time : `${day.format(ms).replace(" ", "\u00a0")} ${time}`;
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
