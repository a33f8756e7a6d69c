// Panels. Big numbers, bars, tables and curves are drawn by the components of @grafana/ui, in a few lines of ours in
// place of Grafana's panels, which are not in npm. States over time, bars by name and texts have stand-ins only: lists.

import React from 'react';
import {
  FieldType, PanelPlugin, cacheFieldDisplayNames, displayNameOverrideProcessor, dataLinksOverrideProcessor, getDisplayProcessor, getFieldDisplayName,
  getFieldDisplayValues, identityOverrideProcessor, numberOverrideProcessor, renderMarkdown, standardFieldConfigEditorRegistry,
  standardTransformers, standardTransformersRegistry, thresholdsOverrideProcessor, unitOverrideProcessor, valueMappingsOverrideProcessor,
} from '@grafana/data';
import { config } from '@grafana/runtime';
import { registerRuntimePanelPlugin } from '@grafana/scenes';
import { BarGauge, BigValue, TimeSeries, VizRepeater } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';

const property = (id, process, more) => ({
  id, path: id, name: id, process, override: () => null, editor: () => null, shouldApply: () => true, settings: {}, ...more,
});

/** Grafana's own list is not in npm; each of these is read by @grafana/data. */
const PROPERTIES = [
  property('unit', unitOverrideProcessor),
  property('min', numberOverrideProcessor),
  property('max', numberOverrideProcessor),
  property('decimals', numberOverrideProcessor),
  property('displayName', displayNameOverrideProcessor),
  property('noValue', identityOverrideProcessor),
  property('color', identityOverrideProcessor),
  property('thresholds', thresholdsOverrideProcessor),
  property('mappings', valueMappingsOverrideProcessor),
  property('links', dataLinksOverrideProcessor),
];

/** Options of fields that the panels of our files set. */
const CUSTOM = [
  'drawStyle', 'lineInterpolation', 'lineWidth', 'lineStyle', 'fillOpacity', 'barAlignment', 'stacking', 'showPoints', 'spanNulls',
  'insertNulls', 'thresholdsStyle', 'cellOptions', 'minWidth', 'width',
];

const values = ({ data, fieldConfig, options, replaceVariables, timeZone }) => getFieldDisplayValues({
  fieldConfig, reduceOptions: options.reduceOptions, replaceVariables, theme: config.theme2, data: data.series, timeZone,
});

/** One drawing for each value. */
const repeated = (draw) => (props) => (
  <VizRepeater
    getValues={() => values(props)}
    source={props.data}
    renderCounter={props.renderCounter}
    width={props.width}
    height={props.height}
    orientation={props.options.orientation}
    autoGrid
    renderValue={({ value, width, height, count }) => draw({ value, width, height, count, options: props.options })}
  />
);

const Stat = repeated(({ value, width, height, count, options }) => (
  <BigValue
    value={value.display}
    count={count}
    width={width}
    height={height}
    colorMode={options.colorMode}
    graphMode={options.graphMode}
    justifyMode={options.justifyMode}
    textMode={options.textMode}
    theme={config.theme2}
  />
));

const Bars = repeated(({ value, width, height, options }) => (
  <BarGauge
    value={value.display}
    width={width}
    height={height}
    field={value.field}
    display={value.view?.getFieldDisplayProcessor(value.colIndex)}
    orientation={options.orientation}
    displayMode={options.displayMode}
    theme={config.theme2}
  />
));

const Cells = ({ data, width, height, options, fieldConfig }) => {
  cacheFieldDisplayNames(data.series); // as Grafana's panel does: the table takes its names from there
  const frame = data.series[options.frameIndex ?? 0];
  return frame?.length ? <TableNG data={frame} width={width} height={height} sortBy={options.sortBy} fieldConfig={fieldConfig} cellHeight={options.cellHeight} structureRev={data.structureRev} noValue="–" /> : <p>No data</p>;
};

const Curves = ({ data, width, height, options, timeRange, timeZone }) => {
  const frames = data.series.filter(({ fields }) => fields.some(({ type }) => type === FieldType.number));
  return frames.length
    ? <TimeSeries frames={frames} structureRev={data.structureRev} width={width} height={height} timeRange={timeRange} timeZone={timeZone} legend={options.legend} />
    : <p>No data</p>;
};

const text = (field, index) => (field.display ?? getDisplayProcessor({ field }))(field.values[index]).text;

/** The last value of each column. */
const StandInList = ({ data }) => (
  <ul>
    {data.series.flatMap((frame) => frame.fields.map((field) => {
      const name = getFieldDisplayName(field, frame, data.series);
      return <li key={`${frame.refId} ${name}`}>{name}: {text(field, frame.length - 1)}</li>;
    }))}
  </ul>
);

const StandInText = ({ options }) => <div dangerouslySetInnerHTML={{ __html: renderMarkdown(options.content) }} />;

/** @grafana/data loads a transformation, @grafana/scenes takes it for loaded. */
const eitherWay = ({ name, ...transformation }) => Object.assign(async () => ({ name, ...transformation }), transformation);

/** Before anything is drawn. */
export function registerPanels() {
  standardFieldConfigEditorRegistry.setInit(() => PROPERTIES);
  const transformers = new Map(Object.values(standardTransformers).map((each) => [each.id, each])); // some are listed twice
  standardTransformersRegistry.setInit(() => [...transformers.values()].map((transformation) => (
    { id: transformation.id, name: transformation.name, transformation: eitherWay(transformation), editor: () => null, imageDark: '', imageLight: '' })));
  const kinds = { stat: Stat, bargauge: Bars, table: Cells, timeseries: Curves, 'state-timeline': StandInList, barchart: StandInList, text: StandInText };
  for (const [pluginId, panel] of Object.entries(kinds)) {
    const plugin = new PanelPlugin(panel).useFieldConfig({
      useCustomConfig: (builder) => CUSTOM.forEach((id) => builder.addCustomEditor(property(id, identityOverrideProcessor, { path: id }))),
    });
    plugin.meta = { id: pluginId, skipDataQuery: pluginId === 'text' };
    registerRuntimePanelPlugin({ pluginId, plugin });
  }
}
