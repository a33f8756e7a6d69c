// What was made, of which product and for which order, and what changing over took.

import { menu } from './menu.mjs';
import { marks, timesBut, variables } from './plant.mjs';
import {
  COLOURED, COVERAGE, DASH, DASH_AT_ZERO, INSTANT, KWH, MERGE, OEE, OF_TARGET, PERCENT, PIECES, SECONDS,
  barchart, column, dashboard, only, sortBy, table, timeseries,
} from './panels.mjs';
import { PLACE, POINTS, SHIFT_SUMS, SUMS, tagsOf } from './schema.mjs';

const machines = [...PLACE, 'shift'];

const byProduct = (store, by, title, size) => {
  const asked = { from: 'efficiency_product', rows: SHIFT_SUMS, level: 'machine', filters: machines, by };
  return table(title, size, {
    description: 'Of the shifts that began in the range, beyond 31 days of the days: times in which the product was told, and its pieces. Without a name: time and pieces of no product. A dash: less than half of the planned time is known.',
    targets: [
      store.ratios({
        ...asked,
        sums: { k: 'known_s', p: 'planned_busy_s', g: 'ideal_good_s', t: 'ideal_total_s', aim: 'target_ideal_s', r: 'run_s' },
        having: 'k > 0 AND k >= 0.5 * p',
        columns: { OEE: 'g / k', 'Of target': 'g / aim', Availability: 'r / k', Effectiveness: 't / r', Quality: 'g / t' },
      }),
      store.table({
        ...asked,
        refId: 'B',
        columns: {
          Coverage: 'sum(known_s) / sum(planned_busy_s)', Good: 'sum(good)', Scrap: 'sum(scrap)', Setup: 'sum(setup_s)', Energy: 'sum(energy_kwh)',
        },
      }),
    ],
    transformations: [MERGE],
    overrides: [
      ...by.map((tag) => column(tag, { label: tag[0].toUpperCase() + tag.slice(1) })),
      column('OEE', { label: 'OEE (%)', config: OEE }),
      column('Of target', { label: 'OEE / target (%)', config: OF_TARGET, cell: COLOURED }),
      ...['Availability', 'Effectiveness', 'Quality'].map((name) => column(name, { label: `${name} (%)`, config: { ...PERCENT, mappings: DASH } })),
      column('Coverage', { label: 'Coverage (%)', config: COVERAGE, cell: COLOURED }),
      column('Good', { label: 'Good (pieces)', config: PIECES }),
      column('Scrap', { label: 'Scrap (pieces)', config: PIECES }),
      column('Setup', { config: SECONDS }),
      column('Energy', { label: 'Energy (kWh)', config: KWH }),
    ],
  });
};

/** The row of an order whose start has moved is taken back: it has no name. */
const NAMED = `"order" != ''`;

/** Orders of a level, newest first. */
const orders = (store, level, title, size, { fields, overrides, where = NAMED }) => table(title, size, {
  hide: [],
  targets: store.rows({
    from: 'efficiency_order', tags: [level], fields, where: `level = '${level}' AND ${where}`, filters: tagsOf(level), limit: 200,
  }),
  overrides: [
    column('Time', { label: 'Began', config: INSTANT }),
    column(level, { label: level === 'line' ? 'Line' : 'Machine' }),
    ...overrides,
  ],
});

const ORDER = {
  fields: {
    Order: '"order"', Product: 'product', Planned: 'planned_quantity', Good: 'good', Scrap: 'scrap', Progress: 'progress',
    Duration: 'calendar_s', Down: 'down_s',
  },
  overrides: [
    column('Order'), column('Product'),
    column('Planned', { label: 'Planned (pieces)', config: PIECES }),
    column('Good', { label: 'Good (pieces)', config: PIECES }), column('Scrap', { label: 'Scrap (pieces)', config: PIECES }),
    column('Progress', { label: 'Progress (%)', config: { ...PERCENT, max: 1, mappings: DASH } }),
    column('Duration', { config: SECONDS }), column('Down', { config: SECONDS }),
  ],
};

export function products(store) {
  return dashboard({
    uid: store.uid('products'),
    title: `${store.title}: products and orders`,
    description: 'What was made of each product, and for each order.',
    tags: [`weir-${store.name}`, 'orders'],
    links: menu(store, 'products'),
    variables: variables(store, PLACE),
    from: 'now-7d',
    panels: [
      byProduct(store, ['product'], 'Products', { w: 24, h: 8 }),
      byProduct(store, ['machine', 'product'], 'Products by machine', { w: 24, h: 10 }),
      orders(store, 'machine', 'Orders of machines, newest first', { w: 24, h: 10 }, ORDER),
      orders(store, 'line', 'Orders of lines, newest first', { w: 24, h: 8 }, ORDER),
    ],
  });
}

export function changeover(store) {
  const { columns, overrides } = timesBut('running', 'micro stop', 'starved', 'blocked', 'down', 'idle', 'unknown');
  return dashboard({
    uid: store.uid('changeover'),
    title: `${store.title}: changeover`,
    description: 'From the last piece of one order to the first of the next: how long it took, and how long it should.',
    tags: [`weir-${store.name}`, 'orders'],
    links: menu(store, 'changeover'),
    variables: variables(store, PLACE),
    annotations: [...marks(store, PLACE), store.orderBegins('machine')],
    from: 'now-7d',
    panels: [
      barchart('Time of changeovers by machine', { w: 12, h: 9 }, {
        x: 'machine',
        targets: store.table({
          from: 'efficiency_order', columns: { Changeover: 'sum(changeover_s)' }, where: "level = 'machine' AND changeover_s >= 0", filters: PLACE, by: ['machine'],
        }),
        transformations: [
          sortBy('Changeover'), only(['machine', 'Changeover']),
        ],
        defaults: SECONDS,
      }),
      timeseries('Time set up (each bar)', { w: 12, h: 9 }, {
        bars: 'normal',
        interval: '15m',
        targets: store.bars({ rows: POINTS, level: 'machine', columns, filters: machines }),
        defaults: SECONDS,
        overrides,
      }),
      table('Machines: setup and changeovers', { w: 24, h: 8 }, {
        targets: store.table({
          rows: SUMS,
          level: 'machine',
          columns: { Setup: 'sum(setup_s)', 'Setup ratio': 'sum(setup_s) / (sum(run_s) + sum(setup_s))' },
          filters: machines,
          by: PLACE,
        }),
        sort: 'Setup',
        hide: ['Time', 'site', 'area'],
        overrides: [
          column('line', { label: 'Line' }), column('machine', { label: 'Machine' }), column('Setup', { config: SECONDS }),
          column('Setup ratio', { label: 'Setup / (running + setup) (%)', config: { ...PERCENT, mappings: DASH_AT_ZERO } }),
        ],
      }),
      orders(store, 'machine', 'Changeovers, newest first', { w: 24, h: 10 }, {
        fields: {
          Before: 'product_before', Product: 'product', Order: '"order"', Changeover: 'changeover_s', Target: 'changeover_target_s',
          Setup: 'setup_s',
        },
        where: `${NAMED} AND changeover_s >= 0`,
        overrides: [
          column('Before', { label: 'From' }), column('Product', { label: 'To' }), column('Order'),
          column('Changeover', { config: SECONDS }), column('Target', { config: SECONDS }), column('Setup', { config: SECONDS }),
        ],
      }),
    ],
  });
}
