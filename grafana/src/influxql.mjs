// The questions the dashboards ask, in InfluxQL, which InfluxDB 1, 2 and 3 answer.
// sql.mjs asks the same of QuestDB: both export the same names.

import { PLACE, SHIFTS_UP_TO, STATES_UP_TO, byBucket, lengthOfRange, tagsOf } from './schema.mjs';

export const name = 'influxdb';
export const title = 'Weir';
export const uid = (dashboard) => `weir-${dashboard}`;
/** Which of the sources of this kind is asked: chosen at the top of each dashboard. */
export const datasource = { type: 'influxdb', uid: '${datasource}' };
export const provisioned = { type: 'influxdb', uid: 'weir-influxdb', name: 'Weir InfluxDB' };

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

/**
 * Rows of figures by the length of the range. Whether "All" is chosen of the shifts is asked of the tag `bucket`, which
 * only the value of "All" fits: InfluxQL decides nothing about a text of its own.
 */
function rowsOf(rows, level, filters) {
  const byShift = filters.includes('shift');
  const choices = rows
    .filter(({ shifts }) => byShift || shifts !== 'chosen')
    .map(({ bucket, shifts, ...range }) => all(
      `"bucket" = '${bucket}'`,
      lengthOfRange(range),
      byShift && shifts === 'all' && '"bucket" =~ /^${shift:regex}$/',
      byShift && shifts === 'chosen' && '"bucket" !~ /^${shift:regex}$/'));
  return all(choices.length > 1 ? `(${choices.map((each) => `(${each})`).join(' OR ')})` : choices, `"level" = '${level}'`);
}

/** What is asked of which rows, narrowed by the variables. */
function filter({ from = 'efficiency', rows, level, where, filters }) {
  const figures = rows && rowsOf(rows, level, filters);
  return `FROM "${from}" WHERE ${all(figures, where, chosen(filters), IN_RANGE)}`;
}

/** Values of a tag, narrowed by the variables before it. */
export function variable(tag, { from = 'efficiency', level, after = [], multi }) {
  const where = all(level && `"bucket" = 'shift' AND "level" = '${level}'`, chosen(after));
  return {
    query: `SHOW TAG VALUES FROM "${from}" WITH KEY = "${tag}"${where && ` WHERE ${where}`}`,
    ...(multi && { allValue: ALL }),
  };
}

export const mean = (field) => `mean("${field}")`;

/**
 * One row for each combination of the tags `by`.
 * @param rows which rows of figures, by the length of the range; other measurements have none
 * @param filters variables that narrow it
 * @param columns label: expression over sums, the same in both languages
 * @param positive the column that must be above 0: much quicker than to ask it of every row
 */
export function table({ refId = 'A', columns, by = [], positive, ...asked }) {
  const group = by.length ? ` GROUP BY ${quoted(by)}` : '';
  const sums = `SELECT ${columnList(columns)} ${filter(asked)}${group}`;
  return target(
    refId, positive ? `SELECT ${quoted(Object.keys(columns))} FROM (${sums}) WHERE "${positive}" > 0 AND $timeFilter${group}` : sums, 'table');
}

/** Over time, one series for each value of the tag `by`, or for each column: of readings, by the panel's interval. */
export function series({ refId = 'A', columns, by, ...asked }) {
  const group = ['time($__interval)', ...(by ? [quoted([...asked.filters.filter((tag) => tag !== by && tag !== 'shift'), by])] : [])];
  return target(
    refId,
    `SELECT ${columnList(columns)} ${filter(asked)} GROUP BY ${group.join(', ')} fill(null)`,
    'time_series',
    by ? `$tag_${by}` : '$col');
}

/**
 * Sums over time of rows of figures, each at the start of its bucket. All of them begin at a quarter of an hour or, up
 * to six hours, are summed by one.
 */
export function bars({ refId = 'A', columns, by, ...asked }) {
  return target(
    refId,
    `SELECT ${columnList(columns)} ${filter(asked)} GROUP BY time(15m)${by ? `, ${quoted(PLACE.includes(by) ? tagsOf(by) : [by])}` : ''} fill(none)`,
    'time_series',
    by ? `$tag_${by}` : '$col');
}

/**
 * A ratio of sums over time, one series for each asset of a level: of minutes by ten of them, of others each row.
 * @param rows by the length of the range; each bucket is a query of its own
 * @param refIds one for each bucket
 * @param sums short names of the fields that are summed; `having` and `ratio` are over these
 * @param factor what the ratio is multiplied by
 * @param suffix behind the name of each series
 */
export function ratio({ refIds, rows, level, where, sums, having, ratio: [above, below], factor, label, suffix = '', filters }) {
  return byBucket(rows).map(([bucket, choices], index) => {
    const minute = bucket === 'minute';
    const sum = (field) => (minute ? `sum("${field}")` : `"${field}"`);
    const group = `GROUP BY ${minute ? 'time(10m), ' : ''}${quoted(tagsOf(level))}`;
    const inner = Object.entries(sums).map(([short, field]) => `${sum(field)} AS "${short}"`).join(', ');
    return target(
      refIds[index],
      `SELECT ${sum(above)} / ${sum(below)}${factor ? ` * ${factor}` : ''} AS "${label}" FROM (SELECT ${inner} ${filter({ rows: choices, level, where, filters })} ${group})`
        + ` WHERE ${having} AND $timeFilter ${group}${minute ? ' fill(null)' : ''}`,
      'time_series',
      `$tag_${level}${suffix}`);
  });
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

/** Codes of the states of machines, as they were written; none of a longer range. */
export function states({ filters }) {
  return target(
    'A',
    `SELECT "code" AS "State" FROM "machine_state" WHERE ${all(lengthOfRange({ to: STATES_UP_TO }), chosen(filters), IN_RANGE)}`
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

/** Rows as they are, newest first: texts by name, numbers and texts with a label. */
export function rows({ from, tags, fields, where, filters, limit }) {
  return target(
    'A',
    `SELECT ${quoted(tags)}, ${columnList(fields)} ${filter({ from, where, filters })} ORDER BY time DESC LIMIT ${limit}`,
    'table');
}

/** Numbers of rows as they are, over time, one series for each column. */
export function values({ from, columns, filters }) {
  return target('A', `SELECT ${columnList(columns)} ${filter({ from, filters })}`, 'time_series', '$col');
}

/**
 * Ratios of sums over the range, one row for each combination of the tags `by`.
 * @param sums short names of the fields that are summed; `having` and `columns` are over these
 */
export function ratios({ refId = 'A', sums, having, columns, by, ...asked }) {
  const inner = Object.entries(sums).map(([short, field]) => `sum("${field}") AS "${short}"`).join(', ');
  const group = `GROUP BY ${quoted(by)}`;
  return target(
    refId,
    `SELECT ${columnList(columns)} FROM (SELECT ${inner} ${filter(asked)} ${group}) WHERE ${having} AND $timeFilter ${group}`,
    'table');
}

/** A mark in the charts at the instant of each row; with an end, over a span. */
const annotation = (name, iconColor, query, columns) => ({
  name, datasource, enable: true, hide: false, iconColor,
  target: { refId: 'Anno', rawQuery: true, query, resultFormat: 'table', ...columns }, query, ...columns,
});

/** Where shifts begin. */
export const shiftBegins = (level) => annotation(
  'Shifts', 'rgba(142, 142, 142, 0.6)',
  'SELECT "shift", "planned_busy_s" FROM "efficiency" WHERE '
    + all(`"bucket" = 'shift' AND "level" = '${level}'`, lengthOfRange({ to: SHIFTS_UP_TO }), chosen(tagsOf(level)), IN_RANGE),
  { textColumn: 'shift' });

/** Where orders begin. */
export const orderBegins = (level) => annotation(
  'Orders', '#3274d9',
  `SELECT "order", "total" FROM "efficiency_order" WHERE ${all(`"level" = '${level}'`, chosen(tagsOf(level)), IN_RANGE)}`,
  { textColumn: 'order' });

/** What people noted of what is chosen, of its parts and of the wholes that it belongs to. */
export const notes = (tags) => annotation(
  'Notes', '#ff9830',
  'SELECT "text", "who", "until_ms" FROM "annotations" WHERE '
    + all('"count" > 0', chosen(tags).map((each, index) => `(${each} OR "${tags[index]}" = '')`), IN_RANGE),
  { textColumn: 'text', tagsColumn: 'who', timeEndColumn: 'until_ms' });
