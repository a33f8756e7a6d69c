// Numbers, times and lengths of time as text, in the language of the page.

import { locale, t } from "./i18n.js";

const number = (digits, least = 0) =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: least });
const [zero, one, two] = [number(0), number(1), number(2)];
const oneAlways = number(1, 1);

const minute = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const second = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const long = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });

export const NOTHING = "–";

export const whole = (n) => (n === null || n === undefined ? NOTHING : zero.format(n));
export const tenths = (n) => oneAlways.format(n);

/** Any value of a device. */
export function figure(value) {
  if (typeof value !== "number") return String(value);
  const size = Math.abs(value);
  return (size >= 1000 ? zero : size >= 100 ? one : two).format(value);
}

export const percent = (ratio) => (ratio === null || ratio === undefined ? NOTHING : `${zero.format(ratio * 100)}\u00a0%`);

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return NOTHING;
  const s = Math.max(0, seconds);
  if (s < 120) return t("for.seconds", Math.round(s));
  if (s < 7200) return t("for.minutes", Math.round(s / 60));
  if (s < 172800) return t("for.hours", Math.floor(s / 3600), Math.floor((s % 3600) / 60));
  return t("for.days", Math.round(s / 86400));
}

export const clock = (ms) => second.format(ms);
export const fullDay = (ms) => long.format(ms);

/** Hours and minutes, with the day where it is not that of `now`. */
export function at(ms, now = Date.now()) {
  const time = minute.format(ms);
  return day.format(ms) === day.format(now) ? time : `${day.format(ms).replace(" ", "\u00a0")} ${time}`;
}

/** The ticks of an axis: hours and minutes, with the day where another one begins. */
export const ticks = (seconds) => seconds.map((s, i) =>
  (i > 0 && day.format(s * 1000) === day.format(seconds[i - 1] * 1000) ? minute.format(s * 1000) : at(s * 1000)));

export function bytes(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let step = 0;
  while (n >= 1024 && step < units.length - 1) {
    n /= 1024;
    step++;
  }
  return `${(step === 0 ? zero : one).format(n)} ${units[step]}`;
}
