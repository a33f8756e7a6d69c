// How things look: panels, units, colours, links. What they show comes from the callers.

export const PERCENT = { unit: 'percentunit', decimals: 1, min: 0 };
export const SECONDS = { unit: 's', decimals: 1, min: 0 };
/** Every piece counts: the unit short would make 1,204 of them 1 K. */
export const PIECES = { unit: 'locale', decimals: 0, min: 0 };
export const KWH = { unit: 'kwatth', decimals: 1, min: 0 };
/** Nothing is grey: a threshold would take it for the lowest value, and make it red. */
const NOTHING = { text: '–', color: '#8e8e8e' };
export const DASH = [{ type: 'special', options: { match: 'null+nan', result: NOTHING } }];

/** For ratios of sums in tables: InfluxQL gives 0 for a division by 0, SQL null. */
export const DASH_AT_ZERO = [{ type: 'value', options: { 0: { ...NOTHING, index: 0 } } }, ...DASH];

const steps = (...list) => ({ mode: 'absolute', steps: list.map(([value, color]) => ({ value, color })) });

/** From bad to good, at two values. */
export const rising = (fair, good) => steps([null, 'red'], [fair, 'orange'], [good, 'green']);
/** From good to bad, at two values. */
export const falling = (fair, bad) => steps([null, 'green'], [fair, 'orange'], [bad, 'red']);
const BLUE = { mode: 'fixed', fixedColor: 'blue' };
export const OEE = { ...PERCENT, color: BLUE, mappings: DASH };
/** A curve of ratios: a line can make more than its bottleneck allows for a while, which would squeeze the rest. */
export const RATIO_AXIS = { max: 1.2 };
/** OEE by the target in force: green from the target on. The alert rule watches it too. */
export const OF_TARGET = { ...PERCENT, color: { mode: 'thresholds' }, thresholds: rising(0.8, 1), mappings: DASH };
/** Below 0.9 marked, below 0.5 a figure is not shown at all. */
export const COVERAGE = { ...PERCENT, max: 1, thresholds: rising(0.5, 0.9), mappings: DASH };

/** The codes that the gateway writes: word, colour. */
export const STATES = {
  0: ['unknown', '#8e8e8e'],
  1: ['running', '#37872d'],
  2: ['micro stop', '#fade2a'],
  3: ['down', '#c4162a'],
  4: ['setup', '#3274d9'],
  5: ['idle', '#ff9830'],
  6: ['planned', '#5a4fcf'],
  7: ['starved', '#b877d9'],
  8: ['blocked', '#8ab8ff'],
};
const colourOf = (word) => Object.values(STATES).find(([text]) => text === word)[1];
/** Columns by their name, each in the colour of its state. */
export const inStateColours = (words) => Object.entries(words).map(([name, word]) =>
  column(name, { config: { color: { mode: 'fixed', fixedColor: colourOf(word) } } }));
/** Cells that hold the word of a state, in its colour. */
export const STATE_WORDS = {
  mappings: [{
    type: 'value',
    options: Object.fromEntries(Object.values(STATES).map(([text, color], index) => [text.replace(' ', '_'), { text, color, index }])),
  }],
};

const stateOptions = Object.fromEntries(
  Object.entries(STATES).map(([code, [text, color]], index) => [code, { text, color, index }]));
export const STATE = { mappings: [{ type: 'value', options: stateOptions }], color: { mode: 'thresholds' } };

/** Overrides of one field of a table, by its name. */
export function column(field, { label, config = {}, cell, links } = {}) {
  const properties = Object.entries(config).map(([id, value]) => ({ id, value }));
  if (label) properties.push({ id: 'displayName', value: label });
  if (cell) properties.push({ id: 'custom.cellOptions', value: cell });
  if (links) properties.push({ id: 'links', value: links });
  return { matcher: { id: 'byName', options: field }, properties };
}

/** Overrides of the series whose name fits. */
export const named = (regex, config) => ({
  matcher: { id: 'byRegexp', options: regex },
  properties: Object.entries(config).map(([id, value]) => ({ id, value })),
});

/** How far apart rows of a bucket may be, in ms, for the curve to go on from one to the next. */
const APART = { hour: 5_400_000, shift: 129_600_000, day: 129_600_000 };

/** Curves of rows of buckets, a query each, that end where rows are missing. */
export const endWhereRowsAreMissing = (rows, refIds) =>
  rows.filter(([bucket]) => APART[bucket]).map(([bucket]) => ({
    matcher: { id: 'byFrameRefID', options: refIds[rows.findIndex(([each]) => each === bucket)] },
    properties: [{ id: 'custom.insertNulls', value: APART[bucket] }],
  }));

/** Cells whose background follows the thresholds or mappings of their field. */
export const COLOURED = { type: 'color-background', mode: 'basic' };
/** Of a column with an instant: all of it is read. */
export const INSTANT = { 'custom.width': 165 };
/** Cells with a bar from the field's min to its max. */
export const BAR = { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' };

/** A link to the dashboard of the asset in a row: keeps time range and shift, carries the row's tags. */
export function linkTo(store, dashboard, tags) {
  const variables = tags.map((tag) => `var-${tag}=\${__data.fields.${tag}:percentencode}`).join('&');
  return [{
    title: `Open the ${dashboard}`,
    url: `/d/${store.uid(dashboard)}?\${__url_time_range}&\${datasource:queryparam}&\${shift:queryparam}&${variables}`,
    targetBlank: false,
  }];
}

/** Queries that are a column each: Grafana names it by the query. */
const columnsOf = (list) => {
  const named = list.filter(({ column: label }) => label);
  const renameByName = Object.fromEntries(named.map(({ refId, column: label }) => [`Value #${refId}`, label]));
  return named.length ? [MERGE, { id: 'organize', options: { excludeByName: {}, indexByName: {}, renameByName } }] : [];
};

/** None where the store has no answer. */
function panel(type, title, size, { targets, description, defaults = {}, overrides = [], options, transformations: given = [], ...rest }) {
  if (!targets) return undefined;
  const asked = [targets].flat(2);
  const list = asked.map(({ column: _, ...target }) => target);
  const transformations = [...columnsOf(asked), ...given];
  return {
    type,
    title,
    ...(description && { description }),
    gridPos: { x: 0, y: 0, ...size },
    datasource: list[0].datasource,
    targets: list,
    fieldConfig: { defaults: { noValue: '–', ...defaults }, overrides },
    options,
    ...(transformations.length && { transformations }),
    ...rest,
  };
}

const legend = { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [] };
const tooltip = { mode: 'multi', sort: 'none' };

/** Lines, or with `bars` stacked bars: `normal`, or as a `percent` of their sum. */
export function timeseries(title, size, { bars, defaults = {}, interval = '1m', ...given }) {
  const custom = bars
    ? { drawStyle: 'bars', fillOpacity: 80, lineWidth: 1, barAlignment: 1, stacking: { mode: bars, group: 'A' } }
    : { drawStyle: 'line', lineWidth: 2, fillOpacity: 0, spanNulls: false, showPoints: 'auto', lineInterpolation: 'linear' };
  return panel('timeseries', title, size, {
    interval,
    defaults: { color: { mode: 'palette-classic' }, ...defaults, custom: { ...custom, ...defaults.custom } },
    options: { legend, tooltip },
    ...given,
  });
}

/**
 * Big numbers: each numeric column of the only row, or with `rows` a number of each row: that of the
 * named column, or with true the only one there is.
 */
export function stat(title, size, { rows, ...given }) {
  return panel('stat', title, size, {
    options: {
      // Without a limit of its own, Grafana shows 25 rows.
      reduceOptions: {
        values: Boolean(rows),
        calcs: ['lastNotNull'],
        fields: typeof rows === 'string' ? `/^${rows}$/` : '',
        ...(rows && { limit: 500 }),
      },
      orientation: 'auto',
      textMode: 'auto',
      colorMode: 'background',
      graphMode: 'none',
      justifyMode: 'auto',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
    },
    ...given,
  });
}

/**
 * Its columns stand in the order of their overrides, however the store orders them today.
 *
 * @param hide columns that are queried but not shown
 */
export function table(title, size, { sort, hide = [TIME], transformations = [], ...given }) {
  return panel('table', title, size, {
    // twelve columns have room in a page of 1600 pixels, where Grafana gives each 150 at least
    defaults: { custom: { minWidth: 80 } },
    options: {
      showHeader: true,
      cellHeight: 'sm',
      frameIndex: 0,
      sortBy: sort ? [{ displayName: sort, desc: true }] : [],
    },
    ...given,
    transformations: [...transformations, organize(hide, given.overrides.map(({ matcher }) => matcher.options))],
  });
}

/** Bars for the columns of the only row. */
export function bargauge(title, size, given) {
  return panel('bargauge', title, size, {
    options: {
      reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
      orientation: 'horizontal',
      displayMode: 'basic',
      valueMode: 'color',
      namePlacement: 'auto',
      showUnfilled: true,
      sizing: 'auto',
      minVizWidth: 8,
      minVizHeight: 16,
      maxVizHeight: 300,
      legend: { ...legend, showLegend: false },
    },
    ...given,
  });
}

/** Bars by a text column. */
export function barchart(title, size, { x, defaults = {}, ...given }) {
  return panel('barchart', title, size, {
    defaults: { color: { mode: 'palette-classic' }, ...defaults, custom: { fillOpacity: 80, lineWidth: 1, ...defaults.custom } },
    options: {
      xField: x,
      orientation: 'horizontal',
      stacking: 'none',
      showValue: 'auto',
      barWidth: 0.9,
      groupWidth: 0.7,
      barRadius: 0,
      fullHighlight: false,
      xTickLabelRotation: 0,
      xTickLabelMaxLength: 0,
      legend: { ...legend, showLegend: false },
      tooltip: { mode: 'single', sort: 'none' },
    },
    ...given,
  });
}

/**
 * States over time. They are written each minute, in a silence for its first hour: what is further
 * apart does not join, whether a row lies in between (of another machine) or none. Colours by
 * threshold would merge the numbers by threshold too, and show no state at all.
 */
export function timeline(title, size, given) {
  return panel('state-timeline', title, size, {
    description: 'A gap: nothing was written, since the gateway did not run or the machine was silent for over an hour.',
    defaults: { ...STATE, color: { mode: 'fixed' }, custom: { fillOpacity: 90, lineWidth: 0, spanNulls: 150_000, insertNulls: 150_000 } },
    options: { mergeValues: true, showValue: 'auto', alignValue: 'left', rowHeight: 0.9, legend, tooltip: { mode: 'single', sort: 'none' } },
    ...given,
  });
}

export const sortBy = (field, desc = true) => ({ id: 'sortBy', options: { fields: {}, sort: [{ field, desc }] } });
export const limit = (rows) => ({ id: 'limit', options: { limitField: rows } });
/** The time of a sum is only its range's beginning; where two queries are joined there are two. */
const TIME = 'Time';
const TIMES = [TIME, 'Time 1', 'Time 2'];
const organize = (hidden, order) => ({
  id: 'organize',
  options: {
    excludeByName: Object.fromEntries(hidden.flatMap((field) => (field === TIME ? TIMES : [field])).map((field) => [field, true])),
    indexByName: Object.fromEntries(order.map((field, index) => [field, index])),
    renameByName: {},
  },
});
const calculated = (alias, options) => ({ id: 'calculateField', options: { ...options, alias, replaceFields: false } });
const runningSum = (alias, field) => calculated(alias, { mode: 'cumulativeFunctions', cumulative: { field, reducer: 'sum' } });
const binary = (alias, left, operator, right) => calculated(alias, { mode: 'binary', binary: { left, operator, right } });

/**
 * Adds the column "Cumulative share" of `field` to rows, the largest first. The total of all rows is in none of them,
 * and to ask the store for it would take as long again: it is what a row and those below it have ("Below"), and what
 * it and those above it have ("Above"), less what is in both. `FOR_SHARE` are the columns on the way.
 */
export const cumulativeShare = (field) => [
  sortBy(field, false),
  runningSum('Below', field),
  sortBy('Below'), // where two are as large, just the other way round
  runningSum('Above', field),
  binary('Both', 'Below', '+', 'Above'),
  binary('Total', 'Both', '-', field),
  binary('Cumulative share', 'Above', '/', 'Total'),
];
export const FOR_SHARE = ['Below', 'Above', 'Both', 'Total'];

/** Only these columns. */
export const only = (names) => ({ id: 'filterFieldsByName', options: { include: { names } } });
/** Joins rows of several queries that agree in their tags. */
export const MERGE = { id: 'merge', options: {} };

/** Places panels from left to right, in rows of 24, each row as high as its highest. */
function placed(panels) {
  let x = 0;
  let y = 0;
  let height = 0;
  return panels.map((each, index) => {
    const { w, h } = each.gridPos;
    if (x + w > 24) {
      x = 0;
      y += height;
      height = 0;
    }
    const gridPos = { x, y, w, h };
    x += w;
    height = Math.max(height, h);
    return { id: index + 1, ...each, gridPos };
  });
}

const GENERATED = 'Generated from grafana/src by "make dashboards": edit the sources, not this file.';

/** Words, in Markdown. */
export const text = (title, size, content) => ({
  type: 'text', title, gridPos: { x: 0, y: 0, ...size }, options: { mode: 'markdown', content }, targets: [], fieldConfig: { defaults: {}, overrides: [] },
});

/**
 * A dashboard in Grafana's JSON model, as Grafana 11 and later read it.
 *
 * @param annotations instants that are drawn into the charts over time; asked for only where there is one
 * @param refresh how often it asks again: `auto` by the length of the range, so that long ones are asked for seldom; empty: not by itself
 */
export function dashboard({ uid, title, description, tags, links, variables, panels, annotations = [], from = 'now-24h', to = 'now', refresh = 'auto' }) {
  const shown = panels.filter(Boolean);
  const marks = shown.some(({ type }) => type === 'timeseries') ? annotations.filter(Boolean) : [];
  return {
    uid,
    title,
    description: `${description} ${GENERATED}`,
    tags,
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    timezone: 'browser',
    time: { from, to },
    refresh,
    links,
    annotations: { list: marks },
    templating: { list: variables },
    panels: placed(shown),
  };
}

/** A variable that a data source answers. */
export function queryVariable({ name, label, datasource, query, multi = false, allValue, sort = 7 }) {
  return {
    type: 'query', name, label, datasource, query, refresh: 2, sort, hide: 0, regex: '',
    multi, includeAll: multi, ...(allValue && { allValue }),
    ...(multi && { current: { text: ['All'], value: ['$__all'] } }),
  };
}

/** Which data source is asked: one that Grafana has under another name can be chosen. */
export const sourceVariable = ({ type, uid, name: text }, name = 'datasource', label = 'Data source') => ({
  type: 'datasource', name, label, query: type, refresh: 1, hide: 0, regex: '', multi: false, includeAll: false,
  options: [], current: { text, value: uid },
});

/** A variable with a few values, each with its words; the first is chosen. */
export const customVariable = (name, label, values) => ({
  type: 'custom', name, label, hide: 0, multi: false, includeAll: false,
  query: values.map(([words, value]) => `${words} : ${value}`).join(', '),
  options: values.map(([text, value], index) => ({ text, value, selected: index === 0 })),
  current: { text: values[0][0], value: values[0][1] },
});
