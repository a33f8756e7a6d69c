// Questions to Prometheus.

export const datasource = { type: 'prometheus', uid: '${prometheus}' };
export const provisioned = { type: 'prometheus', uid: 'weir-prometheus', name: 'Weir Prometheus' };

/** Over time. */
export const range = (refId, expr, legendFormat) =>
  ({ refId, datasource, expr, legendFormat, editorMode: 'code', range: true, instant: false });

/** Now. */
export const now = (refId, expr, legendFormat) =>
  ({ refId, datasource, expr, legendFormat, editorMode: 'code', range: false, instant: true });
