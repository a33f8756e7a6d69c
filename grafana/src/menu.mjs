// The links at the top of each dashboard of a store: to all of them, with what was chosen here as far as it can be
// chosen there. "All" is no value for a dashboard of one line or machine.

import { tagsOf } from './schema.mjs';

const SEVERAL = [];
const DASHBOARDS = {
  overview: { title: 'Overview', tags: tagsOf('line'), single: SEVERAL },
  line: { title: 'Line', tags: tagsOf('line'), single: tagsOf('line') },
  machine: { title: 'Machine', tags: tagsOf('machine'), single: tagsOf('machine') },
  downtime: { title: 'Downtime', tags: tagsOf('machine'), single: SEVERAL },
  energy: { title: 'Energy', tags: tagsOf('machine'), single: SEVERAL },
  quality: { title: 'Data quality', tags: tagsOf('machine'), single: SEVERAL },
};

const link = (title, url) => ({
  type: 'link', title, url, keepTime: true, includeVars: false, asDropdown: false,
  icon: 'dashboard', tags: [], targetBlank: false, tooltip: '',
});

/** The links of one of a store's dashboards. */
export function menu(store, name) {
  const here = DASHBOARDS[name];
  const places = Object.entries(DASHBOARDS).map(([other, { title, tags, single }]) => {
    const kept = here.tags.filter((tag) => tags.includes(tag) && (here.single.includes(tag) || !single.includes(tag)));
    const variables = [...kept, 'shift'].map((tag) => `\${${tag}:queryparam}`).join('&');
    return link(title, `/d/${store.uid(other)}?${variables}`);
  });
  return [...places, link('Gateway', '/d/weir-gateway')];
}

/** From the gateway to the dashboards of either store, none of which has its variable. */
export const stores = [['weir-influxdb', 'Weir'], ['weir-questdb', 'Weir (embedded store)']].map(([tag, title]) => ({
  type: 'dashboards', title, url: '', keepTime: true, includeVars: false, asDropdown: true,
  icon: 'external link', tags: [tag], targetBlank: false, tooltip: '',
}));
