// A dashboard file as a scene. Grafana's own way from the file to the scene is not in npm: this one takes what our files
// use. Variables, ranges, queries, transformations, field options and links are those of @grafana/scenes and
// @grafana/data.

import { dateTime, rangeUtil } from '@grafana/data';
import {
  CustomVariable, DataSourceVariable, EmbeddedScene, QueryVariable, SceneDataLayerSet, SceneDataTransformer,
  SceneGridItem, SceneGridLayout, SceneQueryRunner, SceneRefreshPicker, SceneTimeRange, SceneTimeRangeTransformerBase, SceneVariableSet,
  VariableDependencyConfig, VariableValueSelectors, VizPanel, dataLayers, sceneGraph,
} from '@grafana/scenes';

const Annotations = dataLayers.AnnotationsDataLayer;

/** A panel's own range: so long, or so much earlier. */
class StandInPanelRange extends SceneTimeRangeTransformerBase {
  constructor({ timeFrom, timeShift }) {
    super({ timeFrom, timeShift, from: 'now-24h', to: 'now', value: rangeUtil.convertRawToRange({ from: 'now-24h', to: 'now' }) });
    this._variableDependency = new VariableDependencyConfig(this, {
      statePaths: ['timeShift'], onReferencedVariableValueChanged: () => this.follow(),
    });
    this.addActivationHandler(() => this.follow());
  }

  ancestorTimeRangeChanged() {
    this.follow();
  }

  follow() {
    const { timeFrom, timeShift } = this.state;
    const whole = this.getAncestorTimeRange().state.value;
    const own = timeFrom ? rangeUtil.convertRawToRange({ from: `now-${timeFrom}`, to: 'now' }) : whole;
    const back = timeShift ? rangeUtil.intervalToMs(sceneGraph.interpolate(this, timeShift)) : 0;
    const from = dateTime(own.from.valueOf() - back);
    const to = dateTime(own.to.valueOf() - back);
    this.setState({ from: from.toISOString(), to: to.toISOString(), value: { from, to, raw: { from, to } } });
  }
}

const VARIABLES = {
  datasource: ({ query, ...variable }) => new DataSourceVariable({ ...variable, pluginId: query }),
  custom: (variable) => new CustomVariable(variable),
  query: (variable) => new QueryVariable(variable),
};

function variable({ type, name, label, query, datasource, refresh, sort, regex, multi, includeAll, allValue, current }) {
  return VARIABLES[type]({
    name, label, query, isMulti: multi, includeAll, value: current?.value ?? '', text: current?.text ?? '', regex,
    ...(allValue !== undefined && { allValue }),
    ...(type === 'query' && { datasource, refresh, sort }),
  });
}

/** As many points as the test says, not as many as the panel is wide. */
const POINTS = 500;

function panel({ id, type, title, description, datasource, targets, interval, transformations, options, fieldConfig, timeFrom, timeShift }) {
  const asked = targets?.length && new SceneQueryRunner({ datasource, queries: targets, minInterval: interval, maxDataPoints: POINTS });
  const $data = asked && new SceneDataTransformer({ $data: asked, transformations: transformations ?? [] });
  return new VizPanel({
    key: `panel-${id}`, pluginId: type, title, description, options, fieldConfig, ...($data && { $data }),
    ...((timeFrom || timeShift) && { $timeRange: new StandInPanelRange({ timeFrom, timeShift }) }),
  });
}

export function sceneOf(dashboard) {
  const { time, templating, annotations, panels, refresh, timepicker } = dashboard;
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: time.from, to: time.to, timeZone: 'utc' }),
    $variables: new SceneVariableSet({ variables: templating.list.map(variable) }),
    $data: new SceneDataLayerSet({ layers: annotations.list.map((each) => new Annotations({ name: each.name, isEnabled: each.enable, query: each })) }),
    controls: [new VariableValueSelectors({}), new SceneRefreshPicker({ refresh, intervals: timepicker?.refresh_intervals })],
    body: new SceneGridLayout({
      isLazy: false,
      children: panels.map((each) => new SceneGridItem({ x: each.gridPos.x, y: each.gridPos.y, width: each.gridPos.w, height: each.gridPos.h, body: panel(each) })),
    }),
  });
}

export const panelsOf = (scene) => sceneGraph.findAllObjects(scene, (each) => each instanceof VizPanel);
export const runnersOf = (scene) => sceneGraph.findAllObjects(scene, (each) => each instanceof SceneQueryRunner);
export const refreshOf = (scene) => sceneGraph.findObject(scene, (each) => each instanceof SceneRefreshPicker);
export const marksOf = (scene) => sceneGraph.findAllObjects(scene, (each) => each instanceof Annotations);
