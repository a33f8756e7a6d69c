// A dashboard as Grafana shares it: importing it by hand asks which data sources to take.

/** Each choice of a data source becomes an input, whose answer Grafana puts in for its name. */
export function importable(dashboard) {
  const inputs = [];
  const list = dashboard.templating.list.map((variable) => {
    if (variable.type !== 'datasource') return variable;
    const { text } = variable.current;
    const name = `DS_${text.toUpperCase().replaceAll(' ', '_')}`;
    inputs.push({ name, label: text, description: '', type: 'datasource', pluginId: variable.query, pluginName: variable.query });
    return { ...variable, current: { text: `\${${name}}`, value: `\${${name}}` } };
  });
  const requires = (type, ids) => [...new Set(ids)].map((id) => ({ type, id, name: id, version: '' }));
  return {
    __inputs: inputs,
    __requires: [
      { type: 'grafana', id: 'grafana', name: 'Grafana', version: '11.0.0' },
      ...requires('datasource', inputs.map(({ pluginId }) => pluginId)),
      ...requires('panel', dashboard.panels.map(({ type }) => type)),
    ],
    ...dashboard,
    templating: { list },
  };
}
