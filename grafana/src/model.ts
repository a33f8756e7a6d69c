// What a dashboard file of ours may hold: the types of @grafana/schema, with the options and field
// options of each kind of panel, where the schema itself leaves them open. JSON has words where the
// schema has enums, so each enum stands for its values.

import type { AnnotationQuery, Dashboard, DataQuery, FieldConfig, Panel, VariableModel } from '@grafana/schema';
import type * as barchart from '@grafana/schema/dist/esm/raw/composable/barchart/panelcfg/x/BarChartPanelCfg_types.gen';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as timeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

type Plain<T> = T extends string
  ? string extends T ? string : `${T}`
  : T extends number | boolean | null | undefined ? T
  : T extends Array<infer E> ? Plain<E>[]
  : { [K in keyof T]: Plain<T[K]> };

/** The schema has no types for the queries of these three. */
type InfluxQuery = DataQuery & { rawQuery: true; query: string; resultFormat: 'time_series' | 'table'; alias?: string };
type SqlQuery = DataQuery & { rawQuery: true; editorMode: 'code'; rawSql: string; format: 'time_series' | 'table' };
type PrometheusQuery = DataQuery & {
  expr: string; legendFormat: string; editorMode: 'code'; range: boolean; instant: boolean; interval?: string; format?: 'table';
};

type Options<F> = Omit<FieldConfig, 'custom'> & { custom?: Partial<F> };
type OptionName<F> = keyof Omit<FieldConfig, 'custom'> | `custom.${string & keyof F}`;

type Kind<T extends string, O, F> = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: T;
  title: string;
  options: O;
  targets: Array<InfluxQuery | SqlQuery | PrometheusQuery>;
  fieldConfig: {
    defaults: Options<F>;
    overrides: Array<{ matcher: { id: 'byName' | 'byRegexp' | 'byFrameRefID'; options: string }; properties: Array<{ id: OptionName<F>; value: unknown }> }>;
  };
};

type AnyPanel =
  | Kind<'timeseries', timeseries.Options, timeseries.FieldConfig>
  | Kind<'stat', stat.Options, object>
  | Kind<'table', table.Options, table.FieldConfig>
  | Kind<'bargauge', bargauge.Options, object>
  | Kind<'text', text.Options, object>
  | Kind<'barchart', barchart.Options, barchart.FieldConfig>
  // These are missing from the schema of this panel; Grafana reads them ("Connect null values", "Disconnect values").
  | Kind<'state-timeline', timeline.Options, timeline.FieldConfig & { spanNulls: boolean | number; insertNulls: boolean | number }>;

/** What the sources read of an annotation beside its query. */
type Columns = { textColumn?: string; tagsColumn?: string; timeEndColumn?: string };
type Mark = Omit<AnnotationQuery, 'target'> & Columns & {
  target: (InfluxQuery & Columns) | SqlQuery | (DataQuery & { expr: string; interval: string });
  query?: string; expr?: string; step?: string; titleFormat?: string; tagKeys?: string;
};

export type File = Plain<
  Omit<Dashboard, 'panels' | 'templating' | 'annotations'> & { annotations: { list: Mark[] }; uid: string; title: string; panels: AnyPanel[]; templating: { list: VariableModel[] } }
>;
