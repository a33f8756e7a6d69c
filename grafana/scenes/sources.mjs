// Stand-ins for Grafana's data sources, its way of running a request and its list of sources, none of which is in npm.
// The queries are interpolated by @grafana/scenes; the test asks the real store, over the wire that Grafana uses.

import { FieldType, LoadingState, createDataFrame } from '@grafana/data';
import { sceneGraph } from '@grafana/scenes';
import { Observable } from 'rxjs';

/** What was asked, in its order; and how much is not answered yet. */
export const log = { asked: [], pending: 0 };

let provisioned = [];
export const provision = (sources) => { provisioned = sources; };

const interpolate = (scopedVars, text, format) =>
  sceneGraph.interpolate(scopedVars.__sceneObject.value.valueOf(), text, scopedVars, format);

/** What a variable has in a query that names no format: PromQL quotes for a regular expression. */
const FORMATS = { prometheus: (value) => (Array.isArray(value) ? `(${value.map(quoted).join('|')})` : quoted(value)) };
const quoted = (value) => String(value).replace(/[\\^$*+?.()|[\]{}/]/g, '\\\\$&');

async function ask(asked) {
  log.asked.push(asked);
  log.pending++;
  try {
    const answer = await (await fetch('/ask', { method: 'POST', body: JSON.stringify(asked) })).json();
    if (answer.error) throw new Error(answer.error);
    return answer;
  } finally {
    log.pending--;
  }
}

const TYPES = { time: FieldType.time, number: FieldType.number, string: FieldType.string };

/** Series are named as the sources name them: the field is "Value", its name stands beside it. */
function frame(refId, { columns }, series) {
  return createDataFrame({
    refId,
    ...(series && { name: columns[1].name }),
    fields: columns.map(({ name, type, values }, index) => ({
      name: series && index ? 'Value' : name,
      type: TYPES[type],
      values,
      config: series && index ? { displayNameFromDS: name } : {},
    })),
  });
}

const isTable = (target) => target.resultFormat === 'table' || target.format === 'table';

class StandInSource {
  constructor(settings) {
    Object.assign(this, settings, { meta: { id: settings.type, annotations: true } });
    this.annotations = {};
  }

  getRef() {
    return { type: this.type, uid: this.uid };
  }

  async query({ targets, range, intervalMs, scopedVars }) {
    const key = scopedVars.__sceneObject.value.valueOf().parent?.parent?.state.key;
    const tables = targets.filter(isTable).length;
    const answers = await Promise.all(targets.filter(({ hide }) => !hide).map(async (target) => {
      const text = ['query', 'rawSql', 'expr'].find((each) => target[each]);
      const query = interpolate(scopedVars, target[text], FORMATS[this.type]);
      const { frames } = await ask({
        source: this.uid, panel: key, from: range.from.valueOf(), to: range.to.valueOf(), intervalMs,
        target: { ...target, [text]: query, datasource: this.getRef() },
      });
      const made = frames.map((each) => frame(target.refId, each, !isTable(target)));
      // a table of Prometheus names its numbers by the query, where there are several
      if (this.type === 'prometheus' && isTable(target) && tables === 1) {
        made.forEach((each) => each.fields.filter(({ name }) => name === `Value #${target.refId}`).forEach((field) => { field.name = 'Value'; }));
      }
      return made;
    }));
    return answers.flat();
  }

  /** The values that a variable offers. */
  async metricFindQuery(query, { range, scopedVars, variable }) {
    const text = interpolate(scopedVars, query.query ?? query, FORMATS[this.type]);
    const { values } = await ask({
      source: this.uid, variable: variable.name, from: range.from.valueOf(), to: range.to.valueOf(), intervalMs: 60_000,
      target: { query: text, datasource: this.getRef() },
    });
    return values.map((value) => ({ text: value, value }));
  }
}

/** In place of Grafana's list of sources, which @grafana/scenes asks through @grafana/plugin-compat. */
export async function getDataSourceInstance(ref, scopedVars) {
  const uid = interpolate(scopedVars, ref.uid);
  const settings = provisioned.find((each) => each.uid === uid);
  if (!settings) throw new Error(`no data source ${uid}`);
  return new StandInSource(settings);
}
export const getDataSourceInstanceList = async ({ pluginId }) => provisioned.filter(({ type }) => type === pluginId);
export const getDefaultDataSourceInstanceListItem = async () => undefined;
export const getDataSourceInstanceSettings = async ({ uid }) => provisioned.find((each) => each.uid === uid);
export const useDataSourceInstance = () => ({ loading: false });
export const useDefaultDataSourceInstanceListItem = () => ({ loading: false });
export const registerRuntimeDataSourceInstance = () => {};

/** In place of Grafana's: one answer for a request, or one error. */
export const runRequest = (source, request) => new Observable((observer) => {
  const data = { series: [], timeRange: request.range, request };
  observer.next({ ...data, state: LoadingState.Loading });
  source.query(request)
    .then((series) => observer.next({ ...data, series, state: LoadingState.Done }))
    .catch(({ message }) => observer.next({ ...data, state: LoadingState.Error, error: { message }, errors: [{ message }] }))
    .finally(() => observer.complete());
});
