// Overview, line, machine: how the plant runs, from the whole to the part.

import { menu } from './menu.mjs';
import {
  COLOURED, COVERAGE, DASH, DASH_AT_ZERO, INSTANT, KWH, MERGE, OEE, OF_TARGET, PERCENT, PIECES, RATIO_AXIS, SECONDS, STATE,
  bargauge, column, dashboard, endWhereRowsAreMissing, inStateColours, linkTo, named, queryVariable, sourceVariable, stat,
  table, timeline, timeseries,
} from './panels.mjs';
import { PLACE, POINTS, SUMS, byBucket, tagsOf } from './schema.mjs';

export const LABELS = { site: 'Site', area: 'Area', line: 'Line', machine: 'Machine', shift: 'Shift' };

/**
 * Variables, each narrowed by those before it.
 * @param single the tags of which one value is chosen, not several
 */
export function variables(store, tags, single = []) {
  const places = tags.map((tag, index) => queryVariable({
    name: tag,
    label: LABELS[tag],
    datasource: store.datasource,
    multi: !single.includes(tag),
    ...store.variable(tag, { level: tag, after: tags.slice(0, index), multi: !single.includes(tag) }),
  }));
  const shift = queryVariable({
    name: 'shift', label: LABELS.shift, datasource: store.datasource, multi: true,
    ...store.variable('shift', { level: 'machine', after: [], multi: true }),
  });
  return [sourceVariable(store.provisioned), ...places, shift];
}

/**
 * What is marked in the charts of a dashboard with these variables: where shifts begin, and what people noted.
 * @param level whose shifts: those of a site are those of all of its lines
 */
export const marks = (store, tags, level = 'site') => [store.shiftBegins(level), store.notes(tags)];

/** The times that planned time is divided into: column, field, word of the state. */
const STATES_IN_TIME = [
  ['Running', 'run_s', 'running'],
  ['Setup', 'setup_s', 'setup'],
  ['Micro stops', 'micro_stop_s', 'micro stop'],
  ['Starved', 'starved_s', 'starved'],
  ['Blocked', 'blocked_s', 'blocked'],
  ['Down', 'down_s', 'down'],
  ['Idle', 'idle_s', 'idle'],
  ['Unknown', 'unknown_s', 'unknown'],
];
/** Sums of these times but those left out, and their colours. */
export const timesBut = (...without) => {
  const kept = STATES_IN_TIME.filter(([, , word]) => !without.includes(word));
  return {
    columns: Object.fromEntries(kept.map(([name, field]) => [name, `sum(${field})`])),
    overrides: inStateColours(Object.fromEntries(kept.map(([name, , word]) => [name, word]))),
  };
};

export const losses = (store, level, filters, size) => {
  const { columns, overrides } = timesBut('running');
  return bargauge('Time lost, by kind', size, {
    description: 'Planned busy time in which nothing was made, over the chosen range and shifts. A line has the times of its bottleneck.',
    targets: store.table({ rows: SUMS, level, columns, filters }),
    defaults: SECONDS,
    overrides,
  });
};

export const shares = (store, level, filters, size) => {
  const { columns, overrides } = timesBut();
  return timeseries('Share of each state in planned time (%)', size, {
    bars: 'percent',
    interval: '15m',
    description: 'Of all that is chosen together. Beyond six hours a bar is an hour, beyond three days a shift, beyond 31 days a day.',
    targets: store.bars({ rows: POINTS, level, columns, filters }),
    defaults: SECONDS,
    overrides,
  });
};

export const RATIOS = 'OEE = availability x effectiveness x quality, after ISO 22400-2, of the current shift (or the newest one). A dash: less than half of the planned time is known. Coverage is the known part. The target is the one in force, by the products that were made; OEE / target is green from 100 % on.';

export const ratios = (store, level, filters, size) => stat('Current shift: OEE, its factors, coverage (%)', size, {
  description: RATIOS,
  targets: store.currentShift({ level, filters }),
  defaults: OEE,
  overrides: [
    column('Coverage', { config: { ...COVERAGE, color: { mode: 'thresholds' } } }),
    column('Of target', { label: 'OEE / target', config: OF_TARGET }),
    ...['Good', 'Scrap'].map((name) => column(name, { config: { ...PIECES, color: { mode: 'fixed', fixedColor: 'gray' } } })),
  ],
});

const PERCENT_COLUMNS = ['Availability', 'Effectiveness', 'Quality'];

/** The assets of a level in the current shift, each a row that links to its dashboard. */
export const currentRows = (store, level, filters, size) => table(`${LABELS[level]}s, current shift`, size, {
  description: RATIOS,
  targets: store.currentShift({ level, filters }),
  transformations: [MERGE],
  overrides: [
    ...tagsOf(level).map((tag) => column(tag, {
      label: LABELS[tag],
      links: tag === level ? linkTo(store, level, tagsOf(level)) : undefined,
    })),
    column('OEE', { label: 'OEE (%)', config: OEE }),
    column('Target', { label: 'Target (%)', config: { ...PERCENT, mappings: DASH } }),
    column('Of target', { label: 'OEE / target (%)', config: OF_TARGET, cell: COLOURED }),
    ...PERCENT_COLUMNS.map((name) => column(name, { label: `${name} (%)`, config: { ...PERCENT, mappings: DASH } })),
    column('Coverage', { label: 'Coverage (%)', config: COVERAGE, cell: COLOURED }),
    column('Good', { label: 'Good (pieces)', config: PIECES }),
    column('Scrap', { label: 'Scrap (pieces)', config: PIECES }),
  ],
});

/**
 * OEE is ideal time of good pieces by known time; not shown where less than half of the planned time is known. A line
 * makes pieces also while its bottleneck stands still, so it needs known time in a tenth of the time in shifts.
 */
export const oee = (store, rows, level, filters) => store.ratio({
  refIds: 'ACEG', rows, level, filters,
  // a row without this field has no OEE: no ideal cycle was known in all of it
  where: 'ideal_good_s >= 0',
  sums: { g: 'ideal_good_s', k: 'known_s', p: 'planned_busy_s', ...(level === 'machine' ? {} : { s: 'planned_stop_s' }) },
  having: `k > 0 AND k >= 0.5 * p${level === 'machine' ? '' : ' AND k >= 0.1 * (p + s)'}`,
  ratio: ['g', 'k'],
  label: 'OEE',
});

/** What is aimed at, beside the OEE: ideal time of the good pieces that the targets in force ask for. */
const target = (store, level, filters) => store.ratio({
  refIds: 'BDFH', rows: POINTS, level, filters,
  sums: { t: 'target_ideal_s', k: 'known_s' },
  having: 'k > 0',
  ratio: ['t', 'k'],
  label: 'Target',
  suffix: ': target',
});

export const trend = (store, level, filters, size) => timeseries(`OEE of the ${level}s over time (%)`, size, {
  description: 'A point is ten minutes, beyond six hours an hour, beyond three days a shift, beyond 31 days a day. No line: less than half of the planned time is known. Dashed: the target in force.',
  targets: [...oee(store, POINTS, level, filters), ...target(store, level, filters)],
  interval: '10m',
  defaults: { ...OEE, ...RATIO_AXIS, color: { mode: 'palette-classic' } },
  overrides: [
    ...['ACEG', 'BDFH'].flatMap((refIds) => endWhereRowsAreMissing(byBucket(POINTS), refIds)),
    named('/: target$/', { color: { mode: 'fixed', fixedColor: 'gray' }, 'custom.lineStyle': { fill: 'dash', dash: [10, 10] }, 'custom.lineWidth': 1 }),
  ],
});

export const pieces = (store, level, filters, size) => timeseries('Good pieces and scrap (pieces)', size, {
  bars: 'normal',
  interval: '15m',
  targets: store.bars({ rows: POINTS, level, columns: { Good: 'sum(good)', Scrap: 'sum(scrap)' }, filters }),
  defaults: PIECES,
  overrides: [['Good', 'green'], ['Scrap', 'red']].map(([name, fixedColor]) =>
    column(name, { config: { color: { mode: 'fixed', fixedColor } } })),
});

const DASHED = { ...PERCENT, mappings: DASH_AT_ZERO };

/** What ISO 22400-2 has beside the OEE, over the chosen range; sums divided by sums. */
export const furtherRatios = (store, level, filters, size) => table(`${LABELS[level]}s: more ratios of ISO 22400-2, over the range`, size, {
  description: 'Known time is planned time of which the state is known; busy time is known time without idle. Allocation: busy / known. Utilization: running / busy. Technical: running / (busy without setup). Setup: setup / (running + setup). Load: ideal time of all pieces / known. Scrap, rework, loss: pieces / all pieces; lost are those neither good nor reworked. Micro-stops count as stops, also with loss: performance. A dash: 0, or not defined. See docs/reference/figures.md.',
  targets: store.table({
    rows: SUMS,
    level,
    columns: {
      Allocation: '(sum(known_s) - sum(idle_s)) / sum(known_s)',
      Utilization: 'sum(run_s) / (sum(known_s) - sum(idle_s))',
      Technical: 'sum(run_s) / (sum(known_s) - sum(idle_s) - sum(setup_s))',
      'Setup ratio': 'sum(setup_s) / (sum(run_s) + sum(setup_s))',
      Load: 'sum(ideal_total_s) / sum(known_s)',
      'Scrap ratio': 'sum(scrap) / sum(total)',
      'Rework ratio': 'sum(rework) / sum(total)',
      'Loss ratio': '(sum(total) - sum(good) - sum(rework)) / sum(total)',
    },
    filters,
    by: tagsOf(level),
  }),
  hide: ['Time', 'site', 'area', ...(level === 'machine' ? ['line'] : [])],
  overrides: [
    column(level, { label: LABELS[level] }),
    ...['Allocation', 'Utilization', 'Technical', 'Setup ratio', 'Load', 'Scrap ratio', 'Rework ratio', 'Loss ratio'].map((name) =>
      column(name, { label: `${name} (%)`, config: DASHED })),
  ],
});

/** Single stops, newest first. */
export const stops = (store, filters, limit, where = 'duration_s > 0') => store.rows({
  from: 'stops', tags: ['machine', 'category', 'reason', 'shift'], fields: { Duration: 'duration_s' }, where, filters, limit,
});

/** A tile for each machine; a click leads to it. */
export const newestStates = (store, filters, size) => stat('Machines now', size, {
  description: 'The newest state of each machine. A machine that sends nothing is unknown, not down.',
  rows: true,
  targets: store.newestStates({ filters, time: store.LAST_DAY }),
  defaults: { ...STATE, displayName: '${__data.fields.machine}', links: linkTo(store, 'machine', tagsOf('machine')) },
});

export function overview(store) {
  const place = tagsOf('line');
  return dashboard({
    uid: store.uid('overview'),
    title: `${store.title}: plant overview`,
    description: 'How the plant runs now, which line limits it, where the time goes.',
    tags: [`weir-${store.name}`, 'oee'],
    links: menu(store, 'overview'),
    variables: variables(store, place),
    annotations: marks(store, place),
    panels: [
      ...[['OEE of the site', 'OEE', OEE], ['OEE of the site / target', 'Of target', OF_TARGET]].map(([title, rows, defaults]) =>
        stat(`${title}, current shift (%)`, { w: 4, h: 5 }, {
          description: RATIOS,
          rows,
          targets: store.currentShift({ level: 'site', filters: ['site', 'shift'] }),
          transformations: [MERGE],
          defaults,
        })),
      stat('Coverage of the site, current shift (%)', { w: 4, h: 5 }, {
        description: 'The part of the planned time that is known. Below 90 % figures are less reliable.',
        rows: 'Coverage',
        targets: store.currentShift({ level: 'site', filters: ['site', 'shift'] }),
        transformations: [MERGE],
        defaults: COVERAGE,
      }),
      newestStates(store, place, { w: 12, h: 5 }),
      currentRows(store, 'line', [...place, 'shift'], { w: 24, h: 7 }),
      trend(store, 'line', [...place, 'shift'], { w: 16, h: 9 }),
      losses(store, 'line', [...place, 'shift'], { w: 8, h: 9 }),
      shares(store, 'line', [...place, 'shift'], { w: 24, h: 8 }),
      furtherRatios(store, 'line', [...place, 'shift'], { w: 24, h: 7 }),
      timeseries('OEE of the sites by day, 30 days (%)', { w: 24, h: 7 }, {
        bars: 'none',
        timeFrom: '30d',
        targets: oee(store, [{ bucket: 'day' }], 'site', ['site']),
        defaults: { ...OEE, ...RATIO_AXIS, color: { mode: 'palette-classic' } },
      }),
    ],
  });
}

export function line(store) {
  const place = tagsOf('line');
  return dashboard({
    uid: store.uid('line'),
    title: `${store.title}: line`,
    description: 'One line: its figures, and which of its machines limits it.',
    tags: [`weir-${store.name}`, 'oee'],
    links: menu(store, 'line'),
    variables: variables(store, place, place),
    annotations: marks(store, place, 'line'),
    panels: [
      ratios(store, 'line', [...place, 'shift'], { w: 24, h: 5 }),
      timeline('Machine states over time, up to 7 days', { w: 24, h: 8 }, { targets: store.states({ filters: place }) }),
      shares(store, 'machine', [...place, 'shift'], { w: 24, h: 8 }),
      currentRows(store, 'machine', [...place, 'shift'], { w: 24, h: 7 }),
      trend(store, 'line', [...place, 'shift'], { w: 12, h: 8 }),
      trend(store, 'machine', [...place, 'shift'], { w: 12, h: 8 }),
      pieces(store, 'line', [...place, 'shift'], { w: 16, h: 8 }),
      losses(store, 'line', [...place, 'shift'], { w: 8, h: 8 }),
      furtherRatios(store, 'machine', [...place, 'shift'], { w: 24, h: 7 }),
    ],
  });
}

export function machine(store) {
  const place = PLACE;
  const reading = (title, field, unit, size) => timeseries(title, size, {
    targets: store.series({ from: 'telemetry', columns: { [field]: store.mean(field) }, filters: place }),
    interval: '10s',
    defaults: { unit },
    description: `The readings named ${field}. Other names: rename them in the route, or change the query.`,
  });
  return dashboard({
    uid: store.uid('machine'),
    title: `${store.title}: machine`,
    description: 'One machine: states, counters, speed, temperature, energy, its last stops.',
    tags: [`weir-${store.name}`, 'oee'],
    links: menu(store, 'machine'),
    variables: variables(store, place, place),
    annotations: marks(store, place, 'machine'),
    from: 'now-12h',
    panels: [
      stat('State now', { w: 4, h: 5 }, {
        rows: true,
        targets: store.newestStates({ filters: place, time: store.LAST_DAY }),
        defaults: { ...STATE, displayName: '${__data.fields.machine}' },
      }),
      ratios(store, 'machine', [...place, 'shift'], { w: 20, h: 5 }),
      timeline('States over time, up to 7 days', { w: 24, h: 5 }, { targets: store.states({ filters: place }) }),
      shares(store, 'machine', [...place, 'shift'], { w: 24, h: 7 }),
      trend(store, 'machine', [...place, 'shift'], { w: 12, h: 8 }),
      pieces(store, 'machine', [...place, 'shift'], { w: 12, h: 8 }),
      reading('Speed (pieces/min)', 'speed', 'short', { w: 6, h: 7 }),
      reading('Temperature (°C)', 'temperature', 'celsius', { w: 6, h: 7 }),
      reading('Power (kW)', 'power_kw', 'kwatt', { w: 6, h: 7 }),
      timeseries('Energy (kWh each bar)', { w: 6, h: 7 }, {
        bars: 'normal',
        interval: '15m',
        targets: store.bars({ rows: POINTS, level: 'machine', columns: { Energy: 'sum(energy_kwh)' }, filters: [...place, 'shift'] }),
        defaults: KWH,
      }),
      losses(store, 'machine', [...place, 'shift'], { w: 8, h: 9 }),
      table('Last stops', { w: 16, h: 9 }, {
        hide: ['machine'],
        targets: stops(store, [...place, 'shift'], 100),
        overrides: [
          column('Time', { label: 'Began', config: INSTANT }),
          column('category', { label: 'Kind' }),
          column('reason', { label: 'Reason' }),
          column('shift', { label: 'Shift' }),
          column('Duration', { config: SECONDS }),
        ],
      }),
      furtherRatios(store, 'machine', [...place, 'shift'], { w: 24, h: 4 }),
    ],
  });
}
