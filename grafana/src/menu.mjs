// The links at the top of each dashboard of a store: to all of them, with what was chosen here as far as it can be
// chosen there. "All" is no value for a dashboard of one line or machine.

import { tagsOf } from './schema.mjs';

const SEVERAL = [];
const LINE = [...tagsOf('line'), 'shift'];
const MACHINE = [...tagsOf('machine'), 'shift'];
/** What each is for, its variables, and those of which one value is chosen. */
const DASHBOARDS = {
  home: { title: 'Home', about: 'where to look for what', tags: LINE, single: SEVERAL },
  overview: { title: 'Overview', about: 'how the plant runs in this shift, and which line holds it back', tags: LINE, single: SEVERAL },
  line: { title: 'Line', about: 'which of its machines holds it back', tags: LINE, single: tagsOf('line') },
  machine: { title: 'Machine', about: 'what it did, made and used', tags: MACHINE, single: tagsOf('machine') },
  downtime: { title: 'Downtime', about: 'which reasons cost most time', tags: [...MACHINE, 'category'], single: SEVERAL },
  report: { title: 'Report', about: 'a shift, a day, a week, any range', tags: MACHINE, single: SEVERAL },
  compare: { title: 'Week against week', about: 'what is better and what is worse than before', tags: MACHINE, single: SEVERAL },
  products: { title: 'Products, orders', about: 'what was made of each product, and for each order', tags: MACHINE, single: SEVERAL },
  changeover: { title: 'Changeover', about: 'how long changing over took, and how long it should', tags: MACHINE, single: SEVERAL },
  spc: { title: 'Process control', about: 'how a signal varies', tags: [...MACHINE, 'metric'], single: [...tagsOf('machine'), 'metric'] },
  energy: { title: 'Energy', about: 'how many kWh, where and for what', tags: MACHINE, single: SEVERAL },
  quality: { title: 'Data quality', about: 'which machines are silent, which clocks are wrong', tags: MACHINE, single: SEVERAL },
  wall: { title: 'Wall', about: 'the lines and machines, for a screen on a wall', tags: LINE, single: SEVERAL },
};

const link = (title, url) => ({
  type: 'link', title, url, keepTime: true, includeVars: false, asDropdown: false,
  icon: 'dashboard', tags: [], targetBlank: false, tooltip: '',
});

/** The dashboards of a store as a list in Markdown. */
export const words = (store) => Object.entries(DASHBOARDS)
  .filter(([name]) => name !== 'home')
  .map(([name, { title, about }]) => `- [${title}](/d/${store.uid(name)}): ${about}`)
  .concat('- [Gateway](/d/weir-gateway): does it receive, keep and store')
  .join('\n');

/** The links of one of a store's dashboards. */
export function menu(store, name) {
  const here = DASHBOARDS[name];
  const places = Object.entries(DASHBOARDS).map(([other, { title, tags, single }]) => {
    const kept = here.tags.filter((tag) => tags.includes(tag) && (here.single.includes(tag) || !single.includes(tag)));
    const variables = ['datasource', ...kept].map((tag) => `\${${tag}:queryparam}`).join('&');
    return link(title, `/d/${store.uid(other)}?${variables}`);
  });
  return [...places, link('Gateway', '/d/weir-gateway')];
}

/** From the gateway to the dashboards of each store, none of which has its variable. */
export const stores = [
  ['weir-influxdb', 'Weir'], ['weir-influxdb3', 'Weir (InfluxDB 3)'], ['weir-questdb', 'Weir (embedded store)'],
  ['weir-victoriametrics', 'Weir (VictoriaMetrics)'],
].map(([tag, title]) => ({
  type: 'dashboards', title, url: '', keepTime: true, includeVars: false, asDropdown: true,
  icon: 'external link', tags: [tag], targetBlank: false, tooltip: '',
}));
