// The questions the dashboards ask, in SQL, for the QuestDB inside the gateway (PostgreSQL wire).
// influxql.mjs asks the same of InfluxDB: both export the same names.

import { SHIFTS_UP_TO, STATES_UP_TO, byBucket, lengthOfRange, tagsOf } from './schema.mjs';
import { all, chosen, questions } from './sqlquestions.mjs';

export const name = 'questdb';
export const title = 'Weir (embedded store)';
export const uid = (dashboard) => `weir-questdb-${dashboard}`;
export const datasource = { type: 'grafana-postgresql-datasource', uid: '${datasource}' };
export const provisioned = { type: 'grafana-postgresql-datasource', uid: 'weir-questdb', name: 'Weir embedded store' };

/** Over the chosen range. */
const IN_RANGE = '$__timeFilter(timestamp)';

/** What is shown as of now, whatever range is chosen: a day of 25 hours, for a shift of a whole day. */
export const LAST_DAY = "timestamp BETWEEN dateadd('h', -25, now()) AND now()";

const { columnList, target, filter, variable, table } = questions({ datasource, inRange: IN_RANGE });
export { variable, table };

export const mean = (field) => `avg(${field})`;

/** Over time, one series for each value of the column `by`, or for each column: of readings, by the panel's interval. */
export function series({ refId = 'A', columns, by, ...asked }) {
  const named = by ? [`${by} AS metric`] : [];
  return target(
    refId,
    `SELECT ${['timestamp AS "time"', ...named, ...columnList(columns)].join(', ')} ${filter(asked)}`
      + ' SAMPLE BY $__interval FILL(NULL) ORDER BY "time"',
    'time_series');
}

/** Sums over time of rows of figures, each at the start of its bucket; minutes by a quarter of an hour. */
export function bars({ refId = 'A', columns, by, ...asked }) {
  const named = by ? [`${by} AS metric`] : [];
  const at = "timestamp_floor('15m', timestamp)";
  return target(
    refId,
    `SELECT ${[`${at} AS "time"`, ...named, ...columnList(columns)].join(', ')} ${filter(asked)}`
      + ` GROUP BY ${['"time"', ...(by ? ['metric'] : [])].join(', ')} ORDER BY "time"`,
    'time_series');
}

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
    return target(
      refIds[index],
      `SELECT "time", ${suffix ? `concat(metric, '${suffix}') AS metric` : 'metric'}, CASE WHEN ${having} THEN ${above} / ${below}${factor ? ` * ${factor}` : ''} END AS "${label}" FROM (`
        + `SELECT timestamp AS "time", ${level} AS metric, ${inner} ${filter({ rows: choices, level, where, filters })}`
        + `${minute ? ' SAMPLE BY 10m FILL(NULL)' : ''}) ORDER BY "time"`,
      'time_series');
  });
}

/** The newest shift of each asset of a level: its ratios, and what they rest on. */
export function currentShift({ level, filters }) {
  const tags = tagsOf(level).join(', ');
  const known = (expression, label) => `CASE WHEN k > 0 AND k >= 0.5 * p THEN ${expression} END AS "${label}"`;
  return [
    target(
      'A',
      `SELECT ${tags}, ${known('g / k', 'OEE')}, ${known('aim / k', 'Target')}, ${known('g / aim', 'Of target')}, ${known('a', 'Availability')},`
        + ` ${known('e', 'Effectiveness')}, ${known('g / t', 'Quality')},`
        + ' k / p AS "Coverage", good AS "Good", scrap AS "Scrap" FROM ('
        + `SELECT ${tags}, known_s AS k, planned_busy_s AS p, ideal_good_s AS g, ideal_total_s AS t, target_ideal_s AS aim,`
        + ' availability AS a, effectiveness AS e, good, scrap FROM efficiency'
        + ` WHERE ${all(`bucket = 'shift' AND level = '${level}'`, chosen(filters), LAST_DAY)}`
        + ` LATEST ON timestamp PARTITION BY ${tags}) WHERE p > 0 ORDER BY ${tags}`,
      'table'),
  ];
}

/** Codes of the states of machines, as they were written; none of a longer range. */
export function states({ filters }) {
  return target(
    'A',
    `SELECT timestamp AS "time", machine AS metric, code AS "State"`
      + ` ${filter({ from: 'machine_state', where: lengthOfRange({ to: STATES_UP_TO }).join(), filters })} ORDER BY timestamp`,
    'time_series');
}

/** The newest state of each machine; with `where`, the newest that fits. */
export function newestStates({ filters, where, time = IN_RANGE }) {
  const tags = tagsOf('machine').join(', ');
  return target(
    'A',
    `SELECT timestamp AS "Time", ${tags}, code AS "State" FROM machine_state`
      + ` WHERE ${all(where, chosen(filters), time)} LATEST ON timestamp PARTITION BY ${tags} ORDER BY ${tags}`,
    'table');
}

/** Rows as they are, newest first: texts by name, numbers and texts with a label. */
export function rows({ from, tags, fields, where, filters, limit }) {
  return target(
    'A',
    `SELECT ${['timestamp AS "Time"', ...tags, ...columnList(fields)].join(', ')} ${filter({ from, where, filters })}`
      + ` ORDER BY timestamp DESC LIMIT ${limit}`,
    'table');
}

/** Numbers of rows as they are, over time, one series for each column. */
export function values({ from, columns, filters }) {
  return target(
    'A',
    `SELECT ${['timestamp AS "time"', ...columnList(columns)].join(', ')} ${filter({ from, filters })} ORDER BY timestamp`,
    'time_series');
}

/**
 * Ratios of sums over the range, one row for each combination of the tags `by`.
 * @param sums short names of the fields that are summed; `having` and `columns` are over these
 */
export function ratios({ refId = 'A', sums, having, columns, by, ...asked }) {
  const inner = Object.entries(sums).map(([short, field]) => `sum(${field}) AS ${short}`);
  const known = Object.entries(columns).map(([label, expression]) => `CASE WHEN ${having} THEN ${expression} END AS "${label}"`);
  return target(
    refId,
    `SELECT ${[...by, ...known].join(', ')} FROM (SELECT ${[...by, ...inner].join(', ')} ${filter(asked)} GROUP BY ${by.join(', ')})`
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
  'SELECT timestamp AS "time", shift AS text FROM efficiency WHERE '
    + all(`bucket = 'shift' AND level = '${level}'`, lengthOfRange({ to: SHIFTS_UP_TO }), chosen(tagsOf(level)), IN_RANGE));

/** Where orders begin. */
export const orderBegins = (level) => annotation(
  'Orders', '#3274d9',
  `SELECT timestamp AS "time", "order" AS text FROM efficiency_order WHERE ${all(`level = '${level}'`, chosen(tagsOf(level)), IN_RANGE)}`);

/** What people noted of what is chosen, of its parts and of the wholes that it belongs to. */
export const notes = (tags) => annotation(
  'Notes', '#ff9830',
  'SELECT timestamp AS "time", until_ms AS timeend, text, who AS tags FROM annotations WHERE '
    + all('count > 0', chosen(tags).map((each, index) => `(${tags[index]} IS NULL OR ${each})`), IN_RANGE));
