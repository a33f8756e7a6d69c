// Downtime, energy, data quality: one question each, across the plant.

import { menu } from './menu.mjs';
import {
  BAR, COVERAGE, COLOURED, DASH_AT_ZERO, FOR_SHARE, INSTANT, KWH, PERCENT, PIECES, SECONDS, STATE, STATE_WORDS, falling,
  barchart, column, cumulativeShare, dashboard, endWhereRowsAreMissing, limit, only, queryVariable, sortBy, sourceVariable, stat, table, timeseries,
} from './panels.mjs';
import * as prometheus from './promql.mjs';
import { marks, stops, timesBut, variables } from './plant.mjs';
import { HOURS, PLACE, POINTS, SHIFTS, SUMS, byBucket, tagsOf } from './schema.mjs';

const place = PLACE;
const chosen = [...place, 'shift'];
const lines = [...tagsOf('line'), 'shift'];

/** Waiting for a neighbour: what it costs shows where, the cause is elsewhere. */
const CONSEQUENCE = "(category = 'starved' OR category = 'blocked')";
export const CAUSE = "category != 'starved' AND category != 'blocked' AND category != 'unknown'";

const DURATION = 'sum(duration_s)';

/** Reasons, the longest first, with the share of the time that they and those above them took. */
export const reasons = (store, filters, where, title, size) => table(title, size, {
  description: 'Pareto: the share of each reason and all above it in the time of all of them. Those up to 80 % are the few that matter.',
  targets: store.table({
    from: 'stops', where, filters, by: ['category', 'reason'], positive: 'Duration', columns: { Duration: DURATION, Stops: 'sum(count)' },
  }),
  transformations: cumulativeShare('Duration'),
  hide: ['Time', ...FOR_SHARE],
  overrides: [
    column('category', { label: 'Kind', config: STATE_WORDS, cell: COLOURED }),
    column('reason', { label: 'Reason' }),
    // A stop split at a shift's end is counted in its first part, so a part alone may have no count.
    column('Duration', { label: 'Time', config: SECONDS }),
    column('Stops', { config: PIECES }),
    column('Cumulative share', { label: 'Cumulative (%)', config: { ...PERCENT, max: 1, thresholds: falling(0.8, 0.95) }, cell: BAR }),
  ],
});

const pareto = (store, filters, where, title, size) => barchart(title, size, {
  description: 'The 15 reasons that cost most.',
  x: 'reason',
  targets: store.table({ from: 'stops', columns: { Duration: DURATION }, where, filters, by: ['reason'], positive: 'Duration' }),
  transformations: [
    sortBy('Duration'), limit(15),
    only(['reason', 'Duration']),
  ],
  defaults: SECONDS,
});

/** The variable that narrows stops to some kinds. */
const kind = (store) => queryVariable({
  name: 'category', label: 'Kind', datasource: store.datasource, multi: true, ...store.variable('category', { from: 'stops', multi: true }),
});

const machineColumns = [column('line', { label: 'Line' }), column('machine', { label: 'Machine' })];

export const uncoded = (store, filters, size) => table('Machines: stopped time without a reason', size, {
  description: 'Needs a tree of reasons (efficiency.reasons). Stops, without micro-stops and unknown time, whose reason is not in the tree; and their share of all such stops.',
  targets: store.table({
    rows: SUMS,
    level: 'machine',
    columns: {
      'Without a reason': 'sum(uncoded_s)',
      Share: 'sum(uncoded_s) / (sum(setup_s) + sum(starved_s) + sum(blocked_s) + sum(down_s) + sum(idle_s))',
    },
    filters,
    by: place,
  }),
  sort: 'Without a reason',
  hide: ['Time', 'site', 'area'],
  overrides: [
    ...machineColumns,
    column('Without a reason', { config: SECONDS }),
    column('Share', { label: 'Share (%)', config: { ...PERCENT, mappings: DASH_AT_ZERO } }),
  ],
});

export const singleStops = (store, filters, size) => table('Single stops, newest first', size, {
  hide: [],
  targets: stops(store, filters, 200),
  overrides: [
    column('Time', { label: 'Began', config: INSTANT }), column('machine', { label: 'Machine' }),
    column('category', { label: 'Kind', config: STATE_WORDS, cell: COLOURED }),
    column('reason', { label: 'Reason' }), column('shift', { label: 'Shift' }), column('Duration', { config: SECONDS }),
  ],
});

export function downtime(store) {
  const byKind = [...chosen, 'category'];
  const { columns, overrides } = timesBut('running', 'unknown');
  return dashboard({
    uid: store.uid('downtime'),
    title: `${store.title}: downtime`,
    description: 'Which stops cost most: by reason, kind and machine.',
    tags: [`weir-${store.name}`, 'oee'],
    links: menu(store, 'downtime'),
    variables: [...variables(store, place), kind(store)],
    annotations: marks(store, place),
    from: 'now-7d',
    panels: [
      pareto(store, byKind, CAUSE, 'Causes: stopped time by reason, longest first (Pareto)', { w: 12, h: 10 }),
      reasons(store, byKind, CAUSE, 'Causes, with cumulative share', { w: 12, h: 10 }),
      pareto(store, byKind, CONSEQUENCE, 'Consequences: time starved and blocked, by reason', { w: 12, h: 8 }),
      reasons(store, byKind, CONSEQUENCE, 'Consequences, with cumulative share', { w: 12, h: 8 }),
      timeseries('Time stopped and set up (each bar)', { w: 24, h: 8 }, {
        bars: 'normal',
        interval: '15m',
        targets: store.bars({ rows: POINTS, level: 'machine', columns, filters: chosen }),
        defaults: SECONDS,
        overrides,
      }),
      table('Machines: stopped time, repairs, failures', { w: 24, h: 8 }, {
        description: 'MTBF is running time divided by failures, without setup; MTTR is repair time divided by failures; MTTF is known time without idle and down divided by failures. A dash: no failure. ISO 22400-2 counts setup and delays as well and is said to divide by failures + 1: see docs/reference/figures.md.',
        targets: store.table({
          rows: SUMS,
          level: 'machine',
          columns: {
            Down: 'sum(down_s)', Failures: 'sum(failures)',
            MTBF: 'sum(run_s) / sum(failures)', MTTR: 'sum(repair_s) / sum(failures)',
            MTTF: '(sum(known_s) - sum(idle_s) - sum(down_s)) / sum(failures)',
          },
          filters: chosen,
          by: place,
        }),
        sort: 'Down',
        hide: ['Time', 'site', 'area'],
        overrides: [
          ...machineColumns,
          column('Down', { config: SECONDS }), column('Failures', { config: PIECES }),
          ...['MTBF', 'MTTR', 'MTTF'].map((name) => column(name, { config: { ...SECONDS, mappings: DASH_AT_ZERO } })),
        ],
      }),
      uncoded(store, chosen, { w: 12, h: 10 }),
      singleStops(store, byKind, { w: 12, h: 10 }),
    ],
  });
}

/** Without a unit of Grafana's, which would say 13.6 Wh under kWh. */
const KWH_PER_PIECE = { unit: 'none', decimals: 4, min: 0, mappings: DASH_AT_ZERO };
/** What energy was used for: column, field. */
const USES = {
  Running: 'sum(energy_run_kwh)', Setup: 'sum(energy_setup_kwh)', Stops: 'sum(energy_stop_kwh)',
  'Planned stops': 'sum(energy_planned_stop_kwh)', Unknown: 'sum(energy_unknown_kwh)',
};

export function energy(store) {
  return dashboard({
    uid: store.uid('energy'),
    title: `${store.title}: energy`,
    description: 'Energy used by each machine and line, for what, and per piece.',
    tags: [`weir-${store.name}`, 'energy'],
    links: menu(store, 'energy'),
    variables: variables(store, place),
    annotations: marks(store, place),
    panels: [
      stat('Energy (kWh)', { w: 6, h: 5 }, {
        targets: store.table({ rows: SUMS, level: 'machine', columns: { Energy: 'sum(energy_kwh)' }, filters: chosen }),
        defaults: { ...KWH, color: { mode: 'fixed', fixedColor: 'blue' } },
      }),
      timeseries('Mean power by machine (kW)', { w: 18, h: 9 }, {
        interval: '10m',
        description: 'Energy divided by time. A point is ten minutes, beyond six hours an hour, beyond three days a shift, beyond 31 days a day.',
        targets: store.ratio({
          refIds: 'ABCD', rows: POINTS, level: 'machine', filters: chosen,
          sums: { e: 'energy_kwh', c: 'calendar_s' },
          having: 'c > 0',
          ratio: ['e', 'c'],
          factor: 3600,
          label: 'Power',
        }),
        defaults: { unit: 'kwatt', min: 0 },
        overrides: endWhereRowsAreMissing(byBucket(POINTS), 'ABCD'),
      }),
      timeseries('Energy by line (kWh each bar)', { w: 12, h: 9 }, {
        bars: 'normal',
        interval: '15m',
        targets: store.bars({ rows: POINTS, level: 'line', columns: { Energy: 'sum(energy_kwh)' }, filters: lines, by: 'line' }),
        defaults: KWH,
      }),
      timeseries('Energy per piece, by line (kWh/piece)', { w: 12, h: 9 }, {
        interval: '10m',
        description: 'Energy divided by all pieces of each point; nothing where no piece was made.',
        targets: store.ratio({
          refIds: 'ABCD', rows: POINTS, level: 'line', filters: lines,
          sums: { e: 'energy_kwh', t: 'total' },
          having: 't > 0',
          ratio: ['e', 't'],
          label: 'kWh/piece',
        }),
        defaults: KWH_PER_PIECE,
        overrides: endWhereRowsAreMissing(byBucket(POINTS), 'ABCD'),
      }),
      timeseries('Energy by use (kWh each bar)', { w: 24, h: 8 }, {
        bars: 'normal',
        interval: '15m',
        description: 'What the machines used while they ran, in setup, in stops, in planned stops (with the time outside shifts) and in unknown time. Energy between two readings of a meter is divided by time.',
        targets: store.bars({ rows: POINTS, level: 'machine', columns: USES, filters: chosen }),
        defaults: KWH,
      }),
      table('Machines: energy by use (kWh), per piece', { w: 24, h: 10 }, {
        targets: store.table({
          rows: SUMS,
          level: 'machine',
          columns: {
            Energy: 'sum(energy_kwh)', ...USES,
            'Not running': '(sum(energy_kwh) - sum(energy_run_kwh)) / sum(energy_kwh)',
            Pieces: 'sum(total)', 'kWh/piece': 'sum(energy_kwh) / sum(total)',
          },
          filters: chosen,
          by: place,
        }),
        sort: 'Energy (kWh)',
        hide: ['Time', 'site', 'area'],
        overrides: [
          ...machineColumns,
          column('Energy', { label: 'Energy (kWh)', config: KWH }),
          ...Object.keys(USES).map((name) => column(name, { label: `${name} (kWh)`, config: KWH })),
          column('Not running', { label: 'Not while running (%)', config: { ...PERCENT, mappings: DASH_AT_ZERO } }),
          column('Pieces', { config: PIECES }), column('kWh/piece', { config: KWH_PER_PIECE }),
        ],
      }),
    ],
  });
}

export function quality(store) {
  return dashboard({
    uid: store.uid('quality'),
    title: `${store.title}: data quality`,
    description: 'Unknown time, wrong clocks, messages that could not be read.',
    tags: [`weir-${store.name}`, 'data'],
    links: menu(store, 'quality'),
    variables: [...variables(store, place), sourceVariable(prometheus.provisioned, 'prometheus', 'Prometheus')],
    annotations: marks(store, place),
    panels: [
      table('Silence: coverage and unknown time by machine', { w: 12, h: 10 }, {
        description: 'Over the range. Below 90 % figures are less reliable, below 50 % they are not shown.',
        targets: store.table({
          rows: SUMS,
          level: 'machine',
          columns: { Coverage: 'sum(known_s) / sum(planned_busy_s)', Unknown: 'sum(unknown_s)', 'Over gaps': 'sum(gap_total)' },
          where: 'planned_busy_s > 0',
          filters: chosen,
          by: place,
        }),
        sort: 'Unknown time',
        hide: ['Time', 'site', 'area'],
        overrides: [
          column('line', { label: 'Line' }), column('machine', { label: 'Machine' }),
          column('Coverage', { label: 'Coverage (%)', config: COVERAGE, cell: COLOURED }),
          column('Unknown', { label: 'Unknown time', config: SECONDS }),
          column('Over gaps', { label: 'Counted over gaps (pieces)', config: PIECES }),
        ],
      }),
      table('Last known state of each machine', { w: 12, h: 10 }, {
        hide: ['site', 'area'],
        description: 'The last state that was known, and when.',
        targets: store.newestStates({ filters: place, where: 'code > 0' }),
        overrides: [
          column('Time', { label: 'Last known', config: { unit: 'dateTimeFromNow' } }),
          column('line', { label: 'Line' }), column('machine', { label: 'Machine' }),
          column('State', { config: STATE, cell: COLOURED }),
        ],
      }),
      timeseries('Unknown time by machine (each bar)', { w: 24, h: 8 }, {
        bars: 'normal',
        interval: '1h',
        targets: store.bars({ rows: HOURS, level: 'machine', columns: { Unknown: 'sum(unknown_s)' }, filters: place, by: 'machine' }),
        defaults: SECONDS,
      }),
      timeseries('Skew: how far devices’ clocks are off (s)', { w: 12, h: 8 }, {
        description: 'For each source: the device furthest ahead, and the one furthest behind or latest.',
        targets: [
          prometheus.range('A', 'max by (source) (weir_source_clock_ahead_seconds)', '{{source}} ahead'),
          prometheus.range('B', 'max by (source) (weir_source_clock_behind_seconds)', '{{source}} behind'),
        ],
        defaults: { ...SECONDS, thresholds: falling(60, 600), custom: { thresholdsStyle: { mode: 'dashed' } } },
      }),
      timeseries('Times corrected or too late (readings/min)', { w: 12, h: 8 }, {
        description: 'Too far ahead and replaced by the arrival time; in a wrong unit; too late for the figures. Implausible counts are values of counters that cannot be right, such as more pieces than the ideal cycle allows.',
        targets: [
          prometheus.range('A', '60 * sum(rate(weir_source_skewed_readings_total[$__rate_interval]))', 'too far ahead'),
          prometheus.range('B', '60 * sum(rate(weir_source_misread_time_readings_total[$__rate_interval]))', 'wrong unit'),
          prometheus.range('C', '60 * sum(deriv(weir_efficiency_late_readings[$__rate_interval]))', 'late for figures'),
          prometheus.range('D', '60 * sum(deriv(weir_efficiency_implausible_counts[$__rate_interval]))', 'implausible counts'),
        ],
        defaults: { unit: 'short', min: 0 },
      }),
      table('Counters: implausible and contradictory counts by machine', { w: 24, h: 8 }, {
        description: 'Of the shifts that began in the range. Implausible: values of counters that cannot be right, such as more pieces than the ideal cycle allows. Contradictory: shifts in which more pieces were good or scrap than were made.',
        targets: store.table({
          rows: SHIFTS,
          level: 'machine',
          columns: { Implausible: 'sum(implausible)', Contradictory: 'sum(contradictory)', Pieces: 'sum(total)' },
          filters: chosen,
          by: place,
        }),
        sort: 'Implausible counts',
        hide: ['Time', 'site', 'area'],
        overrides: [
          column('line', { label: 'Line' }), column('machine', { label: 'Machine' }),
          column('Implausible', { label: 'Implausible counts', config: PIECES }),
          column('Contradictory', { label: 'Contradictory shifts', config: PIECES }),
          column('Pieces', { config: PIECES }),
        ],
      }),
      timeseries('Quarantine: entries by origin and reason (each interval)', { w: 12, h: 8 }, {
        bars: 'normal',
        targets: prometheus.range('A', 'sum by (origin, reason) (increase(weir_quarantine_entries_total[$__interval]))', '{{origin}}: {{reason}}'),
        defaults: PIECES,
      }),
      timeseries('Rejected at intake, by reason (readings/min)', { w: 12, h: 8 }, {
        targets: prometheus.range('A', '60 * sum by (source, reason) (rate(weir_source_rejected_readings_total[$__rate_interval]))', '{{source}}: {{reason}}'),
        defaults: { unit: 'short', min: 0 },
      }),
    ],
  });
}
