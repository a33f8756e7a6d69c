// What the stores hold, as far as the dashboards must know it.

/** The tags that name an asset, from the whole to the part. */
export const PLACE = ['site', 'area', 'line', 'machine'];

/** The tags of an asset of a level: its own and those above. */
export const tagsOf = (level) => PLACE.slice(0, PLACE.indexOf(level) + 1);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Which rows of figures are asked for, by the length of the range (more than `from`, up to `to`, in ms) and by what is
 * chosen of the shifts: rows of hours and days are of all shifts together, so they can answer only for all of them.
 */
const choice = (bucket, from, to, shifts) => ({ bucket, from, to, shifts });

/** For curves: few points, and none that is only a detail. */
export const POINTS = [
  choice('minute', 0, 6 * HOUR),
  choice('hour', 6 * HOUR, 3 * DAY, 'all'),
  choice('shift', 3 * DAY, 31 * DAY, 'all'),
  choice('shift', 6 * HOUR, undefined, 'chosen'),
  choice('day', 31 * DAY, undefined, 'all'),
];

/** For sums over the range. Minutes lack the silence beyond its first hour, which hours have. */
export const SUMS = [
  choice('minute', 0, 2 * HOUR),
  choice('hour', 2 * HOUR, 31 * DAY, 'all'),
  choice('shift', 2 * HOUR, undefined, 'chosen'),
  choice('day', 31 * DAY, undefined, 'all'),
];

/** For what minutes do not have, as curves. */
export const HOURS = [
  choice('hour', 0, 3 * DAY, 'all'),
  choice('shift', 3 * DAY, 31 * DAY, 'all'),
  choice('day', 31 * DAY, undefined, 'all'),
];

/** For sums over the range of what hours do not have, such as products. */
export const SHIFT_SUMS = [
  choice('shift', 0, 31 * DAY, 'all'),
  choice('shift', 0, undefined, 'chosen'),
  choice('day', 31 * DAY, undefined, 'all'),
];

/** For what only whole shifts have. */
export const SHIFTS = [choice('shift', 0, undefined)];

/** States as they were told are noise over a longer range. */
export const STATES_UP_TO = 7 * DAY;

/** Where shifts begin is a hatching over a longer range. */
export const SHIFTS_UP_TO = 31 * DAY;

/** The buckets of such a list, and of each the choices that name it. */
export const byBucket = (rows) =>
  [...new Set(rows.map(({ bucket }) => bucket))].map((bucket) => [bucket, rows.filter((each) => each.bucket === bucket)]);

/** Conditions on the length of the range, which both languages decide before they read a row. */
export const lengthOfRange = ({ from, to }) => [
  ...(from ? [`\${__to} - \${__from} > ${from}`] : []),
  ...(to ? [`\${__to} - \${__from} <= ${to}`] : []),
];
