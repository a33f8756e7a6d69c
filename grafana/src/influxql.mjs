// The questions the dashboards ask, in InfluxQL, which InfluxDB 1, 2 and 3 answer.
// sql.mjs asks the same of QuestDB: both export the same names.

import { tagsOf } from './schema.mjs';

export const name = 'influxdb';
export const title = 'Weir';
export const uid = (dashboard) => `weir-${dashboard}`;
export const datasource = { type: 'influxdb', uid: 'weir-influxdb' };

/** The value of "All": also matches what lacks the tag. */
const ALL = '.*';

/** Over the chosen range. */
const IN_RANGE = '$timeFilter';

/** What is shown as of now, whatever range is chosen: a day of 25 hours, for a shift of a whole day. */
export const LAST_DAY = 'time > now() - 25h AND time <= now()';

const quoted = (tags) => tags.map((tag) => `"${tag}"`).join(', ');
const chosen = (tags) => tags.map((tag) => `"${tag}" =~ /^\${${tag}:regex}$/`);
const all = (...conditions) => conditions.flat().filter(Boolean).join(' AND ');
const columnList = (columns) =>
  Object.entries(columns).map(([label, expression]) => `${expression} AS "${label}"`).join(', ');

function target(refId, query, resultFormat, alias) {
  return { refId, datasource, rawQuery: true, query, resultFormat, ...(alias && { alias }) };
}

/** Values of a tag, narrowed by the variables before it. */
export function variable(tag, { level, after, multi }) {
  const where = all(`"bucket" = 'shift' AND "level" = '${level}'`, chosen(after));
  return {
    query: `SHOW TAG VALUES FROM "efficiency" WITH KEY = "${tag}" WHERE ${where}`,
    ...(multi && { allValue: ALL }),
  };
}

export const mean = (field) => `mean("${field}")`;

/**
 * One row for each combination of the tags `by`.
 * @param filters variables that narrow it
 * @param columns label: expression over sums, the same in both languages
 */
export function table({ refId = 'A', from, columns, where, filters, by = [] }) {
  const group = by.length ? ` GROUP BY ${quoted(by)}` : '';
  return target(
    refId,
    `SELECT ${columnList(columns)} FROM "${from}" WHERE ${all(where, chosen(filters), IN_RANGE)}${group}`,
    'table');
}

/** Over time, one series for each value of the tag `by`, or for each column. */
export function series({ refId = 'A', from, columns, where, filters, by }) {
  const group = ['time($__interval)', ...(by ? [quoted([...filters.filter((tag) => tag !== by && tag !== 'shift'), by])] : [])];
  return target(
    refId,
    `SELECT ${columnList(columns)} FROM "${from}" WHERE ${all(where, chosen(filters), IN_RANGE)}`
      + ` GROUP BY ${group.join(', ')} fill(null)`,
    'time_series',
    by ? `$tag_${by}` : '$col');
}

/**
 * A ratio of sums over time, one series for each asset of a level.
 * @param bucket minute: summed by the panel's interval; day: the rows as they are
 * @param sums short names of the fields that are summed; `having` and `ratio` are over these
 * @param suffix behind the name of each series
 */
export function ratio({ refId = 'A', bucket, level, where, sums, having, ratio: [above, below], label, suffix = '', filters }) {
  const minute = bucket === 'minute';
  const sum = (field) => (minute ? `sum("${field}")` : `"${field}"`);
  const group = `GROUP BY ${minute ? 'time($__interval), ' : ''}${quoted(tagsOf(level))}`;
  const rows = all(`"bucket" = '${bucket}' AND "level" = '${level}'`, where, chosen(filters), IN_RANGE);
  const inner = Object.entries(sums).map(([short, field]) => `${sum(field)} AS "${short}"`).join(', ');
  return target(
    refId,
    `SELECT ${sum(above)} / ${sum(below)} AS "${label}" FROM (SELECT ${inner} FROM "efficiency" WHERE ${rows} ${group})`
      + ` WHERE ${having} AND $timeFilter ${group}${minute ? ' fill(null)' : ''}`,
    'time_series',
    `$tag_${level}${suffix}`);
}

/** The newest shift of each asset of a level: its ratios, and what they rest on. */
export function currentShift({ level, filters }) {
  const tags = quoted(tagsOf(level));
  const newest = (fields) =>
    `FROM (SELECT ${fields} FROM "efficiency" WHERE `
    + all(`"bucket" = 'shift' AND "level" = '${level}'`, chosen(filters), LAST_DAY)
    + ` GROUP BY ${tags})`;
  return [
    target(
      'A',
      'SELECT "g" / "k" AS "OEE", "aim" / "k" AS "Target", "g" / "aim" AS "Of target", "a" AS "Availability", "e" AS "Effectiveness", "g" / "t" AS "Quality" '
        + newest('last("known_s") AS "k", "planned_busy_s" AS "p", "ideal_good_s" AS "g",'
          + ' "ideal_total_s" AS "t", "target_ideal_s" AS "aim", "availability" AS "a", "effectiveness" AS "e"')
        + ` WHERE "k" > 0 AND "k" >= 0.5 * "p" GROUP BY ${tags}`,
      'table'),
    target(
      'B',
      'SELECT "k" / "p" AS "Coverage", "good" AS "Good", "scrap" AS "Scrap" '
        + newest('last("known_s") AS "k", "planned_busy_s" AS "p", "good" AS "good", "scrap" AS "scrap"')
        + ` WHERE "p" > 0 GROUP BY ${tags}`,
      'table'),
  ];
}

/** Codes of the states of machines, as they were written. */
export function states({ filters }) {
  return target(
    'A',
    `SELECT "code" AS "State" FROM "machine_state" WHERE ${all(chosen(filters), IN_RANGE)}`
      + ` GROUP BY ${quoted(tagsOf('machine'))}`,
    'time_series',
    '$tag_machine');
}

/** The newest state of each machine; with `where`, the newest that fits. */
export function newestStates({ filters, where, time = IN_RANGE }) {
  return target(
    'A',
    `SELECT last("code") AS "State" FROM "machine_state" WHERE ${all(where, chosen(filters), time)}`
      + ` GROUP BY ${quoted(tagsOf('machine'))}`,
    'table');
}

/** Single stops, newest first. */
export function stops({ filters, limit }) {
  return target(
    'A',
    'SELECT "machine", "category", "reason", "shift", "duration_s" AS "Duration" FROM "stops" WHERE '
      + `${all('"duration_s" > 0', chosen(filters), IN_RANGE)} ORDER BY time DESC LIMIT ${limit}`,
    'table');
}
