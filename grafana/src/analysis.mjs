// Downtime, energy, data quality: one question each, across the plant.

import { menu } from './menu.mjs';
import {
  COVERAGE, COLOURED, DASH_AT_ZERO, KWH, PERCENT, PIECES, SECONDS, STATE, falling,
  barchart, column, dashboard, inStateColours, limit, sortBy, stat, table, timeseries,
} from './panels.mjs';
import * as prometheus from './promql.mjs';
import { minutes, variables } from './plant.mjs';
import { PLACE, tagsOf } from './schema.mjs';

const place = PLACE;
const chosen = [...place, 'shift'];
const lines = [...tagsOf('line'), 'shift'];

export function downtime(store) {
  const stops = (columns, by, filters = chosen) => store.table({ from: 'stops', columns, where: 'duration_s > 0', filters, by });
  const SUMS = { Duration: 'sum(duration_s)', Stops: 'sum(count)' };
  // A stop split at a shift's end is counted in its first part, so a part alone may have no count.
  const columns = [column('Duration', { label: 'Time', config: SECONDS }), column('Stops', { config: PIECES })];
  return dashboard({
    uid: store.uid('downtime'),
    title: `${store.title}: downtime`,
    description: 'Which stops cost most: by reason, kind and machine.',
    tags: [`weir-${store.name}`, 'oee'],
    links: menu(store, 'downtime'),
    variables: variables(store, place),
    from: 'now-7d',
    panels: [
      barchart('Stopped time by reason, longest first (Pareto)', { w: 12, h: 10 }, {
        description: 'The 15 reasons that cost most.',
        x: 'reason',
        targets: stops({ Duration: 'sum(duration_s)' }, ['reason']),
        transformations: [
          sortBy('Duration'), limit(15),
          { id: 'filterFieldsByName', options: { include: { names: ['reason', 'Duration'] } } },
        ],
        defaults: SECONDS,
      }),
      table('Reasons, with cumulative time', { w: 12, h: 10 }, {
        targets: stops(SUMS, ['category', 'reason']),
        transformations: [
          sortBy('Duration'),
          {
            id: 'calculateField',
            options: { mode: 'cumulativeFunctions', cumulative: { field: 'Duration', reducer: 'sum' }, alias: 'Cumulative', replaceFields: false },
          },
        ],
        overrides: [
          column('category', { label: 'Kind' }),
          column('reason', { label: 'Reason' }),
          ...columns,
          column('Cumulative', { label: 'Cumulative time', config: SECONDS }),
        ],
      }),
      timeseries('Time stopped and set up (each interval)', { w: 24, h: 8 }, {
        bars: true,
        interval: '1h',
        targets: store.series({
          from: 'efficiency',
          columns: {
            Down: 'sum(down_s)', 'Micro stops': 'sum(micro_stop_s)', Setup: 'sum(setup_s)', Idle: 'sum(idle_s)',
            Starved: 'sum(starved_s)', Blocked: 'sum(blocked_s)',
          },
          where: minutes('machine'),
          filters: chosen,
        }),
        defaults: SECONDS,
        overrides: inStateColours({
          Down: 'down', 'Micro stops': 'micro stop', Setup: 'setup', Idle: 'idle', Starved: 'starved', Blocked: 'blocked',
        }),
      }),
      table('Machines: stopped time, repairs, failures', { w: 12, h: 10 }, {
        description: 'MTBF is running time divided by failures, without setup; MTTR is repair time divided by failures; MTTF is known time without idle and down divided by failures. A dash: no failure. ISO 22400-2 counts setup and delays as well and is said to divide by failures + 1: see docs/reference/figures.md.',
        targets: store.table({
          from: 'efficiency',
          columns: {
            Down: 'sum(down_s)', Failures: 'sum(failures)',
            MTBF: 'sum(run_s) / sum(failures)', MTTR: 'sum(repair_s) / sum(failures)',
            MTTF: '(sum(known_s) - sum(idle_s) - sum(down_s)) / sum(failures)',
          },
          where: minutes('machine'),
          filters: chosen,
          by: place,
        }),
        sort: 'Down',
        hide: ['Time', 'site', 'area'],
        overrides: [
          column('line', { label: 'Line' }), column('machine', { label: 'Machine' }),
          column('Down', { config: SECONDS }), column('Failures', { config: PIECES }),
          ...['MTBF', 'MTTR', 'MTTF'].map((name) => column(name, { config: { ...SECONDS, mappings: DASH_AT_ZERO } })),
        ],
      }),
      table('Machines: stopped time without a reason', { w: 24, h: 8 }, {
        description: 'Needs a tree of reasons (efficiency.reasons). Stops, without micro-stops and unknown time, whose reason is not in the tree; and their share of all such stops.',
        targets: store.table({
          from: 'efficiency',
          columns: {
            'Without a reason': 'sum(uncoded_s)',
            Share: 'sum(uncoded_s) / (sum(setup_s) + sum(starved_s) + sum(blocked_s) + sum(down_s) + sum(idle_s))',
          },
          where: minutes('machine'),
          filters: chosen,
          by: place,
        }),
        sort: 'Without a reason',
        hide: ['Time', 'site', 'area'],
        overrides: [
          column('line', { label: 'Line' }), column('machine', { label: 'Machine' }),
          column('Without a reason', { config: SECONDS }),
          column('Share', { label: 'Share (%)', config: { ...PERCENT, mappings: DASH_AT_ZERO } }),
        ],
      }),
      table('Single stops, newest first', { w: 12, h: 10 }, {
        hide: [],
        targets: store.stops({ filters: chosen, limit: 200 }),
        overrides: [
          column('Time', { label: 'Began' }), column('machine', { label: 'Machine' }), column('category', { label: 'Kind' }),
          column('reason', { label: 'Reason' }), column('shift', { label: 'Shift' }), column('Duration', { config: SECONDS }),
        ],
      }),
    ],
  });
}

export function energy(store) {
  // Without a unit of Grafana's, which would say 13.6 Wh under kWh.
  const KWH_PER_PIECE = { unit: 'none', decimals: 4, min: 0, mappings: DASH_AT_ZERO };
  const machines = minutes('machine');
  return dashboard({
    uid: store.uid('energy'),
    title: `${store.title}: energy`,
    description: 'Energy used by each machine and line, and energy per piece.',
    tags: [`weir-${store.name}`, 'energy'],
    links: menu(store, 'energy'),
    variables: variables(store, place),
    panels: [
      stat('Energy (kWh)', { w: 6, h: 5 }, {
        targets: store.table({ from: 'efficiency', columns: { Energy: 'sum(energy_kwh)' }, where: machines, filters: chosen }),
        defaults: { ...KWH, color: { mode: 'fixed', fixedColor: 'blue' } },
      }),
      timeseries('Power by machine (kW)', { w: 18, h: 9 }, {
        description: 'Mean of the readings named power_kw. Other names: rename them in the route, or change the query.',
        targets: store.series({ from: 'telemetry', columns: { Power: store.mean('power_kw') }, filters: place, by: 'machine' }),
        defaults: { unit: 'kwatt', min: 0 },
      }),
      timeseries('Energy by line (kWh each interval)', { w: 12, h: 9 }, {
        bars: true,
        interval: '1h',
        targets: store.series({
          from: 'efficiency', columns: { Energy: 'sum(energy_kwh)' }, where: minutes('line'), filters: lines, by: 'line',
        }),
        defaults: KWH,
      }),
      timeseries('Energy per piece, by line (kWh/piece)', { w: 12, h: 9 }, {
        interval: '1h',
        description: 'Energy divided by all pieces of each interval; nothing where no piece was made.',
        targets: store.ratio({
          bucket: 'minute', level: 'line', filters: lines,
          sums: { e: 'energy_kwh', t: 'total' },
          having: 't > 0',
          ratio: ['e', 't'],
          label: 'kWh/piece',
        }),
        defaults: KWH_PER_PIECE,
      }),
      timeseries('Energy by use (kWh each interval)', { w: 24, h: 8 }, {
        bars: true,
        interval: '1h',
        description: 'What the machines used while they ran, in setup, in stops, in planned stops (with the time outside shifts) and in unknown time. Energy between two readings of a meter is divided by time.',
        targets: store.series({
          from: 'efficiency',
          columns: {
            Running: 'sum(energy_run_kwh)', Setup: 'sum(energy_setup_kwh)', Stops: 'sum(energy_stop_kwh)',
            'Planned stops': 'sum(energy_planned_stop_kwh)', Unknown: 'sum(energy_unknown_kwh)',
          },
          where: machines,
          filters: chosen,
        }),
        defaults: KWH,
      }),
      table('Machines: energy, pieces, energy per piece', { w: 24, h: 10 }, {
        targets: store.table({
          from: 'efficiency',
          columns: {
            Energy: 'sum(energy_kwh)', 'Not running': '(sum(energy_kwh) - sum(energy_run_kwh)) / sum(energy_kwh)',
            Pieces: 'sum(total)', 'kWh/piece': 'sum(energy_kwh) / sum(total)',
          },
          where: machines,
          filters: chosen,
          by: place,
        }),
        sort: 'Energy (kWh)',
        overrides: [
          column('site', { label: 'Site' }), column('area', { label: 'Area' }), column('line', { label: 'Line' }), column('machine', { label: 'Machine' }),
          column('Energy', { label: 'Energy (kWh)', config: KWH }), column('Not running', { label: 'Not while running (%)', config: { ...PERCENT, mappings: DASH_AT_ZERO } }),
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
    variables: variables(store, place),
    panels: [
      table('Silence: coverage and unknown time by machine', { w: 12, h: 10 }, {
        description: 'Of the shifts that began in the range. Below 90 % figures are less reliable, below 50 % they are not shown.',
        targets: store.table({
          from: 'efficiency',
          columns: { Coverage: 'sum(known_s) / sum(planned_busy_s)', Unknown: 'sum(unknown_s)', 'Over gaps': 'sum(gap_total)' },
          where: `bucket = 'shift' AND level = 'machine' AND planned_busy_s > 0`,
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
      timeseries('Unknown time by machine (each interval)', { w: 24, h: 8 }, {
        bars: true,
        interval: '1h',
        targets: store.series({
          from: 'efficiency', columns: { Unknown: 'sum(unknown_s)' }, where: `bucket = 'hour' AND level = 'machine'`, filters: place, by: 'machine',
        }),
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
          from: 'efficiency',
          columns: { Implausible: 'sum(implausible)', Contradictory: 'sum(contradictory)', Pieces: 'sum(total)' },
          where: `bucket = 'shift' AND level = 'machine'`,
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
        bars: true,
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
