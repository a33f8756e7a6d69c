// What was: a shift, a day, a week, any range; and one range against another.

import { reasons, uncoded, CAUSE } from './analysis.mjs';
import { menu } from './menu.mjs';
import { furtherRatios, LABELS, losses, marks, oee, pieces, shares, stops, variables } from './plant.mjs';
import {
  COLOURED, COVERAGE, DASH, INSTANT, KWH, MERGE, OEE, OF_TARGET, PERCENT, PIECES, RATIO_AXIS, SECONDS, STATE_WORDS,
  column, customVariable, dashboard, table, timeseries,
} from './panels.mjs';
import { PLACE, SUMS, tagsOf } from './schema.mjs';

const machines = [...PLACE, 'shift'];
const lines = [...tagsOf('line'), 'shift'];

/** The figures of the assets of a level over the range, from sums. */
export const figures = (store, level, filters, title, size, more = {}) => {
  const asked = { rows: SUMS, level, filters, by: tagsOf(level) };
  return table(title, size, {
    description: 'Sums over the range and the chosen shifts, divided by sums. A dash: less than half of the planned time is known.',
    targets: [
      store.ratios({
        ...asked,
        sums: { k: 'known_s', p: 'planned_busy_s', g: 'ideal_good_s', t: 'ideal_total_s', aim: 'target_ideal_s', r: 'run_s' },
        having: 'k > 0 AND k >= 0.5 * p',
        columns: { OEE: 'g / k', Target: 'aim / k', 'Of target': 'g / aim', Availability: 'r / k', Effectiveness: 't / r', Quality: 'g / t' },
      }),
      store.table({
        ...asked,
        refId: 'B',
        columns: {
          Coverage: 'sum(known_s) / sum(planned_busy_s)', Good: 'sum(good)', Scrap: 'sum(scrap)', Failures: 'sum(failures)', Energy: 'sum(energy_kwh)',
        },
      }),
    ],
    transformations: [MERGE],
    hide: ['Time', 'site', 'area', ...(level === 'machine' ? ['line'] : [])],
    overrides: [
      column(level, { label: LABELS[level] }),
      column('OEE', { label: 'OEE (%)', config: OEE }),
      column('Target', { label: 'Target (%)', config: { ...PERCENT, mappings: DASH } }),
      column('Of target', { label: 'OEE / target (%)', config: OF_TARGET, cell: COLOURED }),
      ...['Availability', 'Effectiveness', 'Quality'].map((name) => column(name, { label: `${name} (%)`, config: { ...PERCENT, mappings: DASH } })),
      column('Coverage', { label: 'Coverage (%)', config: COVERAGE, cell: COLOURED }),
      column('Good', { label: 'Good (pieces)', config: PIECES }),
      column('Scrap', { label: 'Scrap (pieces)', config: PIECES }),
      column('Failures', { config: PIECES }),
      column('Energy', { label: 'Energy (kWh)', config: KWH }),
    ],
    ...more,
  });
};

export function report(store) {
  return dashboard({
    uid: store.uid('report'),
    title: `${store.title}: report`,
    description: 'A shift, a day, a week or any range: choose the range, and the shifts.',
    tags: [`weir-${store.name}`, 'oee'],
    links: menu(store, 'report'),
    variables: variables(store, PLACE),
    annotations: marks(store, PLACE),
    refresh: '',
    panels: [
      figures(store, 'line', lines, 'Lines', { w: 24, h: 7 }),
      figures(store, 'machine', machines, 'Machines', { w: 24, h: 9 }),
      losses(store, 'line', lines, { w: 8, h: 9 }),
      shares(store, 'machine', machines, { w: 16, h: 9 }),
      reasons(store, machines, CAUSE, 'Causes of stops, with cumulative share', { w: 12, h: 9 }),
      uncoded(store, machines, { w: 12, h: 9 }),
      pieces(store, 'line', lines, { w: 16, h: 8 }),
      table('Scrap and rework that people booked, by reason', { w: 8, h: 8 }, {
        targets: store.table({ from: 'defects', columns: { Scrap: 'sum(scrap)', Rework: 'sum(rework)' }, filters: machines, by: ['reason'] }),
        sort: 'Scrap (pieces)',
        overrides: [
          column('reason', { label: 'Reason' }),
          column('Scrap', { label: 'Scrap (pieces)', config: PIECES }),
          column('Rework', { label: 'Rework (pieces)', config: PIECES }),
        ],
      }),
      furtherRatios(store, 'machine', machines, { w: 24, h: 8 }),
      table('Stops of five minutes and more, newest first', { w: 24, h: 10 }, {
        hide: [],
        targets: stops(store, machines, 200, 'duration_s >= 300'),
        overrides: [
          column('Time', { label: 'Began', config: INSTANT }), column('machine', { label: 'Machine' }),
          column('category', { label: 'Kind', config: STATE_WORDS, cell: COLOURED }),
          column('reason', { label: 'Reason' }), column('shift', { label: 'Shift' }), column('Duration', { config: SECONDS }),
        ],
      }),
    ],
  });
}

export function compare(store) {
  const before = { timeShift: '$before' };
  const trend = (title, more) => timeseries(title, { w: 12, h: 8 }, {
    interval: '1h',
    targets: oee(store, [{ bucket: 'day' }], 'line', tagsOf('line')),
    defaults: { ...OEE, ...RATIO_AXIS, color: { mode: 'palette-classic' }, custom: { showPoints: 'always' } },
    ...more,
  });
  return dashboard({
    uid: store.uid('compare'),
    title: `${store.title}: week against week`,
    description: 'The chosen range on the left or above, and the same range a week earlier, or a day, or four weeks.',
    tags: [`weir-${store.name}`, 'oee'],
    links: menu(store, 'compare'),
    variables: [
      ...variables(store, PLACE),
      customVariable('before', 'Compare with', [['a week before', '7d'], ['the day before', '1d'], ['four weeks before', '28d']]),
    ],
    annotations: marks(store, PLACE),
    from: 'now-7d',
    panels: [
      figures(store, 'line', lines, 'Lines', { w: 24, h: 7 }),
      figures(store, 'line', lines, 'Lines, before', { w: 24, h: 7 }, before),
      trend('OEE of the lines by day (%)', {}),
      trend('OEE of the lines by day, before (%)', before),
      losses(store, 'line', lines, { w: 12, h: 8 }),
      { ...losses(store, 'line', lines, { w: 12, h: 8 }), title: 'Time lost, by kind, before', ...before },
      reasons(store, machines, CAUSE, 'Causes of stops', { w: 12, h: 9 }),
      { ...reasons(store, machines, CAUSE, 'Causes of stops, before', { w: 12, h: 9 }), ...before },
      figures(store, 'machine', machines, 'Machines', { w: 24, h: 9 }),
      figures(store, 'machine', machines, 'Machines, before', { w: 24, h: 9 }, before),
    ],
  });
}
