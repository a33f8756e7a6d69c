// The questions the dashboards ask, in SQL, for InfluxDB 3 (DataFusion).
// influxql.mjs asks the same of InfluxDB 1 and 2: both export the same names.

import { SHIFTS_UP_TO, STATES_UP_TO, byBucket, lengthOfRange, tagsOf } from './schema.mjs';
import { all, chosen, questions } from './sqlquestions.mjs';

export const name = 'influxdb3';
export const title = 'Weir (InfluxDB 3)';
export const uid = (dashboard) => `weir-influxdb3-${dashboard}`;
export const datasource = { type: 'influxdb', uid: '${datasource}' };
export const provisioned = { type: 'influxdb', uid: 'weir-influxdb3', name: 'Weir InfluxDB 3' };

/** Over the chosen range. */
const IN_RANGE = '$__timeFilter(time)';

/** What is shown as of now, whatever range is chosen: a day of 25 hours, for a shift of a whole day. */
export const LAST_DAY = "time BETWEEN now() - interval '25 hours' AND now()";

/** Without rows there is nothing to divide by; as elsewhere, that is no number. */
const safe = (expression) => expression.replace(/\/ (\w+\(\w+\)|\([^/]*\)|\w+)/g, '/ nullif($1, 0)');

const { columnList, target, filter, variable, table } =
  questions({ datasource, inRange: IN_RANGE, expression: safe, subquery: ' AS sums' });
export { variable, table };

export const mean = (field) => `avg(${field})`;

/** Rows over time: at an instant, of a series; both are grouped by. */
const overTime = (refId, at, by, columns, asked) => {
  const named = by ? [`${by} AS metric`] : [];
  const group = by ? '1, 2' : '1';
  return target(
    refId, `SELECT ${[`${at} AS time`, ...named, ...columnList(columns)].join(', ')} ${filter(asked)} GROUP BY ${group} ORDER BY 1`, 'time_series');
};

/** Over time, one series for each value of the column `by`, or for each column: of readings, by the panel's interval. */
export const series = ({ refId = 'A', columns, by, ...asked }) => overTime(refId, '$__dateBin(time)', by, columns, asked);

/** Sums over time of rows of figures, each at the start of its bucket; minutes by a quarter of an hour. */
export const bars = ({ refId = 'A', columns, by, ...asked }) => overTime(refId, "date_bin(interval '15 minutes', time)", by, columns, asked);

/**
 * A ratio of sums over time, one series for each asset of a level: of minutes by ten of them, of others each row.
 * @param rows by the length of the range; each bucket is a query of its own
 * @param refIds one for each bucket
 * @param sums short names of the fields that are summed; `having` and `ratio` are over these
 * @param factor what the ratio is multiplied by
 * @param suffix behind the name of each series
 */
export function ratio({ refIds, rows, level, where, sums, having, ratio: [above, below], factor, label, suffix, filters }) {
  return byBucket(rows).map(([bucket, choices], index) => {
    const minute = bucket === 'minute';
    const inner = Object.entries(sums).map(([short, field]) => `${minute ? `sum(${field})` : field} AS ${short}`).join(', ');
    const at = minute ? "date_bin(interval '10 minutes', time)" : 'time';
    return target(
      refIds[index],
      `SELECT at AS time, ${suffix ? `concat(metric, '${suffix}') AS metric` : 'metric'}, CASE WHEN ${having} THEN ${above} / ${below}${factor ? ` * ${factor}` : ''} END AS "${label}" FROM (`
        + `SELECT ${at} AS at, ${level} AS metric, ${inner} ${filter({ rows: choices, level, where, filters })}`
        + `${minute ? ' GROUP BY 1, 2' : ''}) AS sums ORDER BY 1`,
      'time_series');
  });
}

/** The newest row of each combination of the tags. */
const newest = (columns, tags, from, where) =>
  `(SELECT * FROM (SELECT ${columns}, row_number() OVER (PARTITION BY ${tags} ORDER BY time DESC) AS age FROM ${from} WHERE ${where}) AS rows WHERE age = 1) AS newest`;

/** The newest shift of each asset of a level: its ratios, and what they rest on. */
export function currentShift({ level, filters }) {
  const tags = tagsOf(level).join(', ');
  const known = (expression, label) => `CASE WHEN k > 0 AND k >= 0.5 * p THEN ${safe(expression)} END AS "${label}"`;
  const columns = `time, ${tags}, known_s AS k, planned_busy_s AS p, ideal_good_s AS g, ideal_total_s AS t, target_ideal_s AS aim,`
    + ' availability AS a, effectiveness AS e, good, scrap';
  return [
    target(
      'A',
      `SELECT ${tags}, ${known('g / k', 'OEE')}, ${known('aim / k', 'Target')}, ${known('g / aim', 'Of target')}, ${known('a', 'Availability')},`
        + ` ${known('e', 'Effectiveness')}, ${known('g / t', 'Quality')}, k / p AS "Coverage", good AS "Good", scrap AS "Scrap" FROM `
        + newest(columns, tags, 'efficiency', all(`bucket = 'shift' AND level = '${level}'`, chosen(filters), LAST_DAY))
        + ` WHERE p > 0 ORDER BY ${tags}`,
      'table'),
  ];
}

/** Codes of the states of machines, as they were written; none of a longer range. */
export function states({ filters }) {
  return target(
    'A',
    'SELECT time, machine AS metric, code AS "State"'
      + ` ${filter({ from: 'machine_state', where: lengthOfRange({ to: STATES_UP_TO }).join(), filters })} ORDER BY time`,
    'time_series');
}

/** The newest state of each machine; with `where`, the newest that fits. */
export function newestStates({ filters, where, time = IN_RANGE }) {
  const tags = tagsOf('machine').join(', ');
  return target(
    'A',
    `SELECT time AS "Time", ${tags}, code AS "State" FROM `
      + `${newest(`time, ${tags}, code`, tags, 'machine_state', all(where, chosen(filters), time))} ORDER BY ${tags}`,
    'table');
}

/** Rows as they are, newest first: texts by name, numbers and texts with a label. */
export function rows({ from, tags, fields, where, filters, limit }) {
  return target(
    'A',
    `SELECT ${['time AS "Time"', ...tags, ...columnList(fields)].join(', ')} ${filter({ from, where, filters })} ORDER BY time DESC LIMIT ${limit}`,
    'table');
}

/** Numbers of rows as they are, over time, one series for each column. */
export function values({ from, columns, filters }) {
  return target('A', `SELECT ${['time', ...columnList(columns)].join(', ')} ${filter({ from, filters })} ORDER BY time`, 'time_series');
}

/**
 * Ratios of sums over the range, one row for each combination of the tags `by`.
 * @param sums short names of the fields that are summed; `having` and `columns` are over these
 */
export function ratios({ refId = 'A', sums, having, columns, by, ...asked }) {
  const inner = Object.entries(sums).map(([short, field]) => `sum(${field}) AS ${short}`);
  const known = Object.entries(columns).map(([label, expression]) => `CASE WHEN ${having} THEN ${safe(expression)} END AS "${label}"`);
  return target(
    refId,
    `SELECT ${[...by, ...known].join(', ')} FROM (SELECT ${[...by, ...inner].join(', ')} ${filter(asked)} GROUP BY ${by.join(', ')}) AS sums`
      + ` ORDER BY ${by.join(', ')}`,
    'table');
}

/** A mark in the charts at the instant of each row. */
const annotation = (name, iconColor, rawSql) => ({
  name, datasource, enable: true, hide: false, iconColor, target: { refId: 'Anno', editorMode: 'code', rawQuery: true, rawSql, format: 'table' },
});

/** Where shifts begin. */
export const shiftBegins = (level) => annotation(
  'Shifts', 'rgba(142, 142, 142, 0.6)',
  'SELECT time, shift AS text FROM efficiency WHERE '
    + all(`bucket = 'shift' AND level = '${level}'`, lengthOfRange({ to: SHIFTS_UP_TO }), chosen(tagsOf(level)), IN_RANGE));

/** Where orders begin. */
export const orderBegins = (level) => annotation(
  'Orders', '#3274d9',
  `SELECT time, "order" AS text FROM efficiency_order WHERE ${all(`level = '${level}'`, chosen(tagsOf(level)), IN_RANGE)}`);

/** What people noted of what is chosen, of its parts and of the wholes that it belongs to. */
export const notes = (tags) => annotation(
  'Notes', '#ff9830',
  'SELECT time, text, who AS tags FROM annotations WHERE '
    + all('count > 0', chosen(tags).map((each, index) => `(${tags[index]} IS NULL OR ${each})`), IN_RANGE));
