// Statistical process control: how a signal varies.

import { menu } from './menu.mjs';
import { marks, variables } from './plant.mjs';
import { PIECES, column, dashboard, falling, named, queryVariable, rising, stat, table, timeseries } from './panels.mjs';
import { PLACE } from './schema.mjs';

const filters = [...PLACE, 'metric'];
const RULES = {
  'Rule 1': 'sum(rule_1)', 'Rule 2': 'sum(rule_2)', 'Rule 3': 'sum(rule_3)', 'Rule 4': 'sum(rule_4)',
};

export function spc(store) {
  const NUMBER = { unit: 'none' };
  const rules = (columns, by, asked) => store.table({ from: 'signal_quality', columns, filters: asked, by });
  return dashboard({
    uid: store.uid('spc'),
    title: `${store.title}: process control`,
    description: 'Means, limits, capability and the rules of Western Electric of the signals that efficiency.signals names.',
    tags: [`weir-${store.name}`, 'quality'],
    links: menu(store, 'spc'),
    variables: [
      // no window is of a shift: the choice is only kept for the dashboards that one goes to from here
      ...variables(store, PLACE, PLACE).map((each) => (each.name === 'shift' ? { ...each, hide: 2 } : each)),
      queryVariable({ name: 'metric', label: 'Signal', datasource: store.datasource, ...store.variable('metric', { from: 'signal_quality', after: PLACE }) }),
    ],
    annotations: [...marks(store, PLACE, 'machine'), store.orderBegins('machine')],
    panels: [
      timeseries('Mean of each window, with the control limits', { w: 24, h: 9 }, {
        description: 'Center and limits of three sigma are those that the rules compare with: configured, or of the newest window before with 20 readings.',
        targets: store.values({
          from: 'signal_quality',
          columns: { Mean: 'mean', Center: 'center', Upper: 'center + 3 * sigma', Lower: 'center - 3 * sigma', Least: 'min', Greatest: 'max' },
          filters,
        }),
        defaults: NUMBER,
        overrides: [
          named('/^(Upper|Lower)$/', { color: { mode: 'fixed', fixedColor: 'red' }, 'custom.lineStyle': { fill: 'dash', dash: [10, 10] } }),
          named('/^Center$/', { color: { mode: 'fixed', fixedColor: 'gray' } }),
          named('/^(Least|Greatest)$/', { color: { mode: 'fixed', fixedColor: 'light-blue' }, 'custom.lineWidth': 1 }),
        ],
      }),
      timeseries('Capability: Cp and Cpk of each window', { w: 12, h: 8 }, {
        description: 'With limits in efficiency.signals. Below 1 the process makes scrap; 1.33 is a common aim.',
        targets: store.values({ from: 'signal_quality', columns: { Cp: 'cp', Cpk: 'cpk' }, filters }),
        defaults: { ...NUMBER, decimals: 2, thresholds: rising(1, 1.33), custom: { thresholdsStyle: { mode: 'dashed' } } },
      }),
      timeseries('Deviation of each window', { w: 12, h: 8 }, {
        targets: store.values({ from: 'signal_quality', columns: { s: 's' }, filters }),
        defaults: { ...NUMBER, min: 0 },
      }),
      stat('Readings that break a rule, of this signal', { w: 12, h: 5 }, {
        description: '1: beyond three sigma. 2: two of three beyond two sigma. 3: four of five beyond one sigma. 4: eight in a row on one side.',
        targets: rules({ ...RULES, 'Beyond a limit': 'sum(outside)', Late: 'sum(late)' }, [], filters),
        defaults: { ...PIECES, thresholds: falling(1, 10) },
      }),
      table('All signals of the line: readings, and those that break a rule', { w: 12, h: 9 }, {
        targets: rules({ Readings: 'sum(n)', 'Beyond a limit': 'sum(outside)', ...RULES }, ['machine', 'metric'], ['site', 'area', 'line']),
        overrides: [
          column('machine', { label: 'Machine' }), column('metric', { label: 'Signal' }),
          ...['Readings', 'Beyond a limit', ...Object.keys(RULES)].map((name) => column(name, { config: PIECES })),
        ],
      }),
    ],
  });
}
