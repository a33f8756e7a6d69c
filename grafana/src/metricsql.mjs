// The questions the dashboards ask, in MetricsQL, for VictoriaMetrics, which Grafana asks as a Prometheus.
// influxql.mjs asks the same of InfluxDB: both export the same names. A store without texts has no single rows: where
// there is no answer, there is no panel.

import { PLACE, tagsOf } from './schema.mjs';

export const name = 'victoriametrics';
export const title = 'Weir (VictoriaMetrics)';
export const uid = (dashboard) => `weir-victoriametrics-${dashboard}`;
export const datasource = { type: 'prometheus', uid: '${datasource}' };
export const provisioned = { type: 'prometheus', uid: 'weir-victoriametrics', name: 'Weir VictoriaMetrics' };

/** The value of "All": also matches what lacks the label. */
const ALL = '.*';

/** A day of 25 hours, for a shift of a whole day. */
export const LAST_DAY = '25h';
const RANGE = '$__range';
const STEP = '$__interval';

/** In backticks a backslash and a quote are themselves. */
const matches = (label, tag, operator = '=~') => `${label}${operator}\`(\${${tag}:regex})\``;
const chosen = (tags) => tags.map((tag) => matches(tag, tag));

/** The series of a field; where there are several sets of labels, only one of them finds anything. */
const selectors = (from, field, sets) => sets.map((labels) => `${from}_${field}{${labels.join(', ')}}`);

/** Conditions on labels; those on fields are for stores that have rows. */
const labelsOf = (condition = '') => condition.split(' AND ').flatMap((each) => {
  const [label] = each.match(/\w+/) ?? [];
  const values = [...each.matchAll(/'(\w+)'/g)].map(([, value]) => value);
  if (!values.length) return [];
  const operator = each.includes('!=') ? '!=' : values.length > 1 ? '=~' : '=';
  return [`${label}${operator}"${values.join('|')}"`];
});

/** Rows of hours; of shifts where some of the shifts are chosen; where there are none of hours, of the first bucket. */
function sets({ from, rows, level, where, filters }) {
  if (!rows) return [[...labelsOf(where), ...chosen(filters)]];
  const place = [`level="${level}"`, ...chosen(filters.filter((tag) => tag !== 'shift'))];
  const buckets = rows.map(({ bucket }) => bucket);
  if (!buckets.includes('hour')) return [[`bucket="${buckets[0]}"`, ...place, ...chosen(filters.filter((tag) => tag === 'shift'))]];
  if (!filters.includes('shift')) return [['bucket="hour"', ...place]];
  return [
    ['bucket="hour"', matches('bucket', 'shift'), ...place],
    ['bucket="shift"', matches('bucket', 'shift', '!~'), matches('shift', 'shift'), ...place],
  ];
}

/** The sum of a field in a window. */
function sumOf(field, window, by, { from = 'efficiency', ...asked }) {
  const parts = selectors(from, field, sets({ from, ...asked })).map((series) => `sum_over_time(${series}[${window}])`);
  return `sum${by.length ? ` by (${by.join(', ')})` : ''} (${parts.join(' or ')})`;
}

/** A ratio without those of which the divisor is 0, which would be infinite here; the other stores give none. */
function defined(expression) {
  const [above, below] = expression.split(' / ');
  if (!below) return expression;
  const [divisor, ...factors] = below.split(' * ');
  return [`${above} / (${divisor} > 0)`, ...factors].join(' * ');
}

/** An expression over sums of fields. */
const sums = (expression, window, by, asked) => defined(expression).replace(/sum\((\w+)\)/g, (_, field) => sumOf(field, window, by, asked));

/** An expression over short names, where a condition over them holds. */
function where(having, expression, part) {
  const put = (text) => text.replace(/\b[a-z]+\b/g, (word) => (word in part ? part[word] : word));
  return [`(${put(defined(expression))})`, ...having.split(' AND ').map((condition) => `(${put(condition)})`)].join(' and ');
}

const target = (refId, expr, legendFormat, more) =>
  ({ refId, datasource, expr, legendFormat, editorMode: 'code', range: true, instant: false, ...more });

/** A column of a table, or the only number of a series of that name. */
const now = (refId, expr, column, by) => (by.length
  ? { ...target(refId, expr, '', { range: false, instant: true, format: 'table' }), column }
  : target(refId, expr, column, { range: false, instant: true }));

/** Values of a label, narrowed by the variables before it. */
export function variable(tag, { from = 'efficiency', level, after = [], multi }) {
  const field = { efficiency: 'known_s', stops: 'duration_s', signal_quality: 'n' }[from];
  const labels = [...(level ? ['bucket="shift"', `level="${level}"`] : []), `${tag}!=""`, ...chosen(after)];
  return {
    query: { query: `label_values(${from}_${field}{${labels.join(', ')}}, ${tag})`, refId: tag },
    ...(multi && { allValue: ALL }),
  };
}

export const mean = (field) => field;

/** One row for each combination of the labels `by`. */
export function table({ refId = 'A', columns, by = [], positive: _, ...asked }) {
  return Object.entries(columns).map(([label, expression], index) =>
    now(`${refId}${index}`, sums(expression, RANGE, by, asked), label, by));
}

/** Means of readings over time. */
export function series({ refId = 'A', from, columns, filters, by }) {
  return Object.entries(columns).map(([label, field], index) =>
    target(`${refId}${index}`, `avg_over_time(${from}_${field}{${chosen(filters).join(', ')}}[${STEP}])`, by ? `{{${by}}}` : label));
}

/** Sums over time; a point has what began in the interval before it. */
export function bars({ refId = 'A', columns, by, ...asked }) {
  return Object.entries(columns).map(([label, expression], index) =>
    target(`${refId}${index}`, sums(expression, STEP, by ? [by] : [], asked), by ? `{{${by}}}` : label, { interval: '1h' }));
}

/** A ratio of sums over time, one series for each asset of a level. */
export function ratio({ refIds, rows, level, sums: fields, having, ratio: [above, below], factor, suffix = '', filters }) {
  const asked = { rows, level, filters };
  const part = Object.fromEntries(Object.entries(fields).map(([short, field]) => [short, sumOf(field, STEP, tagsOf(level), asked)]));
  const byDay = rows.every(({ bucket }) => bucket === 'day');
  return [target(
    refIds[0],
    where(having, `${above} / ${below}${factor ? ` * ${factor}` : ''}`, part),
    `{{${level}}}${suffix}`,
    { interval: byDay ? '1d' : '1h' })];
}

/** Ratios of sums over the range, one row for each combination of the labels `by`. */
export function ratios({ refId = 'A', sums: fields, having, columns, by, ...asked }) {
  const part = Object.fromEntries(Object.entries(fields).map(([short, field]) => [short, sumOf(field, RANGE, by, asked)]));
  return Object.entries(columns).map(([label, expression], index) => now(`${refId}${index}`, where(having, expression, part), label, by));
}

/** The newest shift of each asset of a level: its ratios, and what they rest on. */
export function currentShift({ level, filters }) {
  const tags = tagsOf(level);
  const of = (field) => `efficiency_${field}{bucket="shift", level="${level}", ${chosen(filters).join(', ')}}[${LAST_DAY}]`;
  const newest = `topk by (${tags.join(', ')}) (1, tlast_over_time(${of('known_s')}))`;
  const last = (field) => `sum by (${tags.join(', ')}) (last_over_time(${of(field)}) and on (${[...tags, 'shift'].join(', ')}) ${newest})`;
  const part = {
    k: last('known_s'), p: last('planned_busy_s'), g: last('ideal_good_s'), t: last('ideal_total_s'), r: last('run_s'), aim: last('target_ideal_s'),
  };
  const known = 'k > 0 AND k >= 0.5 * p';
  const columns = {
    OEE: 'g / k', Target: 'aim / k', 'Of target': 'g / aim', Availability: 'r / k', Effectiveness: 't / r', Quality: 'g / t',
  };
  return [
    ...Object.entries(columns).map(([label, expression], index) => now(`A${index}`, where(known, expression, part), label, tags)),
    now('B', where('p > 0', 'k / p', part), 'Coverage', tags),
    now('C', last('good'), 'Good', tags),
    now('D', last('scrap'), 'Scrap', tags),
  ];
}

const code = (filters) => `machine_state_code{${chosen(filters).join(', ')}}`;

/** Codes of the states of machines, as they were written. */
export const states = ({ filters }) => [target('A', `last_over_time(${code(filters)}[150s])`, '{{machine}}', { interval: '1m' })];

/** The newest state of each machine. When it was told, only a store with rows can say. */
export function newestStates({ filters, where: condition, time = RANGE }) {
  const tags = tagsOf('machine');
  return condition ? undefined : [now('A', `max by (${tags.join(', ')}) (last_over_time(${code(filters)}[${time}]))`, 'State', tags)];
}

/** Rows as they are: none. */
export const rows = () => undefined;

/** Numbers of rows as they are, over time, one series for each column. */
export const values = ({ from, columns, filters }) => Object.entries(columns).map(([label, expression], index) => target(
  `A${index}`,
  expression.replace(/\b[a-z]\w*\b/g, (field) => `last_over_time(${from}_${field}{${chosen(filters).join(', ')}}[${STEP}])`),
  label,
  { interval: '15m' }));

/** A mark in the charts wherever the expression is 1. */
const annotation = (name, iconColor, expr, titleFormat, tagKeys) => {
  const step = '60s';
  return {
    name, datasource, enable: true, hide: false, iconColor, target: { refId: 'Anno', expr, interval: step }, expr, step, titleFormat, tagKeys,
  };
};

/** Where shifts begin. */
export const shiftBegins = (level) => annotation(
  'Shifts', 'rgba(142, 142, 142, 0.6)',
  `count by (shift) (count_over_time(efficiency_planned_busy_s{bucket="shift", level="${level}", ${chosen(tagsOf(level)).join(', ')}}[${STEP}])) >= bool 1`,
  '{{shift}}', '');

/** Where orders begin: their names are words. */
export const orderBegins = () => undefined;

/** Where people noted something, of what is chosen, of its parts and of the wholes; what, only a store with texts knows. */
export const notes = (tags) => annotation(
  'Notes', '#ff9830',
  `sum by (${PLACE.join(', ')}) (last_over_time(annotations_count{${tags.map((tag) => `${tag}=~\`(\${${tag}:regex}|)\``).join(', ')}}[${STEP}])) >= bool 1`,
  'Note', PLACE.join(','));
