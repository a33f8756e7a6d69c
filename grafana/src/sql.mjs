// The questions the dashboards ask, in SQL, for the QuestDB inside the gateway (PostgreSQL wire).
// influxql.mjs asks the same of InfluxDB: both export the same names.

import { tagsOf } from './schema.mjs';

export const name = 'questdb';
export const title = 'Weir (embedded store)';
export const uid = (dashboard) => `weir-questdb-${dashboard}`;
export const datasource = { type: 'grafana-postgresql-datasource', uid: 'weir-questdb' };

/** The value of "All": also matches what lacks the tag. */
const ALL = "'*'";

/** What lacks a level is chosen by an empty value, which Grafana takes where there is none to choose. */
const chosen = (tags) =>
  tags.map((tag) => `('*' IN (\${${tag}:sqlstring}) OR coalesce(${tag}, '') IN (\${${tag}:sqlstring}))`);
const all = (...conditions) => conditions.flat().filter(Boolean).join(' AND ');

/** Over the chosen range. */
const IN_RANGE = '$__timeFilter(timestamp)';

/** What is shown as of now, whatever range is chosen: a day of 25 hours, for a shift of a whole day. */
export const LAST_DAY = "timestamp BETWEEN dateadd('h', -25, now()) AND now()";

const filter = (...conditions) => `WHERE ${all(...conditions, IN_RANGE)}`;
const columnList = (columns) =>
  Object.entries(columns).map(([label, expression]) => `${expression} AS "${label}"`);

function target(refId, rawSql, format) {
  return { refId, datasource, editorMode: 'code', rawQuery: true, rawSql, format };
}

/** Values of a tag, narrowed by the variables before it. */
export function variable(tag, { level, after, multi }) {
  const where = all(`bucket = 'shift' AND level = '${level}'`, `${tag} IS NOT NULL`, chosen(after));
  return {
    query: `SELECT DISTINCT ${tag} FROM efficiency WHERE ${where} ORDER BY ${tag}`,
    ...(multi && { allValue: ALL }),
  };
}

export const mean = (field) => `avg(${field})`;

/** One row for each combination of the columns `by`. */
export function table({ refId = 'A', from, columns, where, filters, by = [] }) {
  const group = by.length ? ` GROUP BY ${by.join(', ')}` : '';
  return target(
    refId,
    `SELECT ${[...by, ...columnList(columns)].join(', ')} FROM ${from} ${filter(where, chosen(filters))}${group}`,
    'table');
}

/** Over time, one series for each value of the column `by`, or for each column. */
export function series({ refId = 'A', from, columns, where, filters, by }) {
  const named = by ? [`${by} AS metric`] : [];
  return target(
    refId,
    `SELECT ${['timestamp AS "time"', ...named, ...columnList(columns)].join(', ')} FROM ${from}`
      + ` ${filter(where, chosen(filters))} SAMPLE BY $__interval ORDER BY "time"`,
    'time_series');
}

/**
 * A ratio of sums over time, one series for each asset of a level.
 * @param bucket minute: summed by the panel's interval; day: the rows as they are
 * @param sums short names of the fields that are summed; `having` and `ratio` are over these
 * @param suffix behind the name of each series
 */
export function ratio({ refId = 'A', bucket, level, where, sums, having, ratio: [above, below], label, suffix, filters }) {
  const minute = bucket === 'minute';
  const inner = Object.entries(sums).map(([short, field]) => `${minute ? `sum(${field})` : field} AS ${short}`).join(', ');
  return target(
    refId,
    `SELECT "time", ${suffix ? `concat(metric, '${suffix}') AS metric` : 'metric'}, CASE WHEN ${having} THEN ${above} / ${below} END AS "${label}" FROM (`
      + `SELECT timestamp AS "time", ${level} AS metric, ${inner} FROM efficiency`
      + ` ${filter(`bucket = '${bucket}' AND level = '${level}'`, where, chosen(filters))}`
      + `${minute ? ' SAMPLE BY $__interval' : ''}) ORDER BY "time"`,
    'time_series');
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
        + ` LATEST ON timestamp PARTITION BY ${tags}) WHERE p > 0`,
      'table'),
  ];
}

/** Codes of the states of machines, as they were written. */
export function states({ filters }) {
  return target(
    'A',
    `SELECT timestamp AS "time", machine AS metric, code AS "State" FROM machine_state`
      + ` ${filter(chosen(filters))} ORDER BY timestamp`,
    'time_series');
}

/** The newest state of each machine; with `where`, the newest that fits. */
export function newestStates({ filters, where, time = IN_RANGE }) {
  const tags = tagsOf('machine').join(', ');
  return target(
    'A',
    `SELECT timestamp AS "Time", ${tags}, code AS "State" FROM machine_state`
      + ` WHERE ${all(where, chosen(filters), time)} LATEST ON timestamp PARTITION BY ${tags}`,
    'table');
}

/** Single stops, newest first. */
export function stops({ filters, limit }) {
  return target(
    'A',
    'SELECT timestamp AS "Time", machine, category, reason, shift, duration_s AS "Duration" FROM stops'
      + ` ${filter('duration_s > 0', chosen(filters))} ORDER BY timestamp DESC LIMIT ${limit}`,
    'table');
}
