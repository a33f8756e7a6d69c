// The zone of every time that the page shows: what the user or this browser chose, else that of the plant.

/** @type {string | undefined} undefined is that of the browser */
let zone;

/** @type {string | undefined} of the calendar; undefined is that of the browser */
let plantZone;

/** @param {string} name */
function isZone(name) {
  try {
    return name !== "" && new Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch {
    return false; // a browser knows fewer than a gateway, or more
  }
}

export const browserZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

export const zoneName = () => zone ?? browserZone();

/**
 * Takes the first of some zones that this browser knows.
 *
 * @param {string[]} names "" for none
 */
export function setZone(...names) {
  zone = names.find(isZone);
}

/** @param {string} name of the zone in which the plant's days begin, "" for none */
export function setPlantZone(name) {
  plantZone = isZone(name) ? name : undefined;
}

/** All zones that can be chosen. */
export const allZones = () => ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];

/**
 * A format of instants that follows the zone.
 *
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions} options
 */
export const inZone = (locale, options) => following(locale, options, () => zone);

/**
 * The same of the zone of the plant.
 *
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions} options
 */
export const inPlantZone = (locale, options) => following(locale, options, () => plantZone);

/**
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions} options
 * @param {() => string | undefined} ofNow
 */
function following(locale, options, ofNow) {
  /** @type {Intl.DateTimeFormat | undefined} */
  let made;
  /** @type {string | undefined} */
  let of;
  const now = () => {
    const timeZone = ofNow();
    if (made === undefined || of !== timeZone) made = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    of = timeZone;
    return made;
  };
  return {
    format: (/** @type {number} */ ms) => now().format(ms),
    formatToParts: (/** @type {number} */ ms) => now().formatToParts(ms),
  };
}

const wall = inZone("en-GB", {
  year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  hourCycle: "h23",
});

/**
 * How far the clocks of the zone are ahead of UTC at an instant, in milliseconds.
 *
 * @param {number} ms
 */
export function offsetMs(ms) {
  const part = Object.fromEntries(wall.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const whole = Math.floor(ms / 1000) * 1000;
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - whole;
}

/**
 * Date and time as the clocks of the zone show them, such as 2026-03-02T08:05.
 *
 * @param {number} ms
 */
export const localTime = (ms) => new Date(ms + offsetMs(ms)).toISOString().slice(0, 16);

/**
 * The instant at which the clocks of the zone show a date and time.
 *
 * @param {string} text such as 2026-03-02T08:05
 */
export function instantOf(text) {
  const shown = Date.parse(`${text}Z`);
  return shown - offsetMs(shown - offsetMs(shown));
}
