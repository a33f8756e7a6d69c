// The page that the test drives: opens a dashboard, changes what is chosen and the range, and tells what it sees.

import React from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import { EventBusSrv, LoadingState, createTheme, getFieldDisplayName, urlUtil } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { config, locationService, setAppEvents, setPluginImportUtils, setRunRequest } from '@grafana/runtime';
import { UrlSyncManager, sceneGraph } from '@grafana/scenes';
import { GlobalStyles } from '@grafana/ui';
import { registerPanels } from './panels.jsx';
import { marksOf, panelsOf, refreshOf, runnersOf, sceneOf } from './scene.mjs';
import { log, provision, runRequest } from './sources.mjs';

let scene;
let sync;
const active = [];
let dashboard;
const errors = [];

const pause = (ms) => new Promise((resume) => { setTimeout(resume, ms); });

/** Timers run in the order of their time, so what was due before this pause has begun after it. */
async function settled() {
  for (let quiet = 0; quiet < 2;) {
    await pause(30);
    const loading = log.pending > 0
      || scene.state.$variables.state.variables.some((each) => scene.state.$variables.isVariableLoadingOrWaitingToUpdate(each))
      || runnersOf(scene).some(({ state }) => state.data?.state === LoadingState.Loading);
    quiet = loading ? 0 : quiet + 1;
  }
}

/** What Grafana's service of links adds to a link of a dashboard; this one stands in for it. */
function linkOf({ url, keepTime, type, tags, title }) {
  const range = sceneGraph.getTimeRange(scene).urlSync.getUrlState();
  const whole = type === 'link' ? sceneGraph.interpolate(scene, url) : '';
  return { title, type, tags, url: keepTime ? urlUtil.appendQueryToUrl(whole, urlUtil.toUrlParams(range)) : whole };
}

/** The links of each value that is drawn, as @grafana/data makes them. */
function linksOf(frames) {
  const urls = new Set();
  for (const { fields, length } of frames) {
    for (const field of fields.filter(({ config: { links } }) => links?.length)) {
      for (let row = 0; row < length; row++) field.getLinks({ valueRowIndex: row }).forEach(({ href }) => urls.add(href));
    }
  }
  return [...urls];
}

function panelOf(panel) {
  const data = sceneGraph.getData(panel).state.data;
  const drawn = data && !panel.getPlugin()?.meta.skipDataQuery ? panel.applyFieldConfig(data) : { series: [] };
  return {
    key: panel.state.key,
    title: panel.state.title,
    type: panel.state.pluginId,
    state: data?.state ?? 'none',
    errors: (data?.errors ?? []).map(({ message }) => message),
    from: data?.timeRange.from.valueOf(),
    rows: drawn.series.reduce((sum, { length }) => sum + length, 0),
    columns: drawn.series.flatMap((frame) => frame.fields.map((field) => getFieldDisplayName(field, frame, drawn.series))),
    cells: panel.state.pluginId === 'table'
      ? Object.fromEntries(drawn.series.flatMap((frame) => frame.fields.map((field) => [getFieldDisplayName(field, frame, drawn.series), field.values])))
      : {},
    names: drawn.series.flatMap((frame) => frame.fields.map(({ name }) => name)),
    links: linksOf(drawn.series),
  };
}

/** All that can be seen now; what was asked is told once. */
function report() {
  const range = sceneGraph.getTimeRange(scene).state;
  return {
    range: { from: range.from, to: range.to, fromMs: range.value.from.valueOf() },
    refresh: refreshOf(scene).state.refresh,
    refreshes: refreshOf(scene).state.autoValue,
    variables: scene.state.$variables.state.variables.map(({ state }) => ({
      name: state.name, value: state.value, options: (state.options ?? []).map(({ value }) => value), error: state.error ?? null,
    })),
    asked: log.asked.splice(0),
    panels: panelsOf(scene).map(panelOf),
    marks: marksOf(scene).map(({ state }) => ({ name: state.name, rows: (state.data?.series ?? []).reduce((sum, { length }) => sum + length, 0) })),
    links: (dashboard.links ?? []).map(linkOf),
    errors: errors.splice(0),
  };
}

/** As if everything were drawn: without its cost, and at once. */
function activate(object) {
  const ends = [object.activate()];
  object.forEachChild((child) => { ends.push(...activate(child)); });
  return ends;
}

/** Draws what is there, so long that each panel has its place, and tells what could not be drawn. */
async function drawn() {
  const root = createRoot(document.getElementById('page'));
  flushSync(() => root.render(<BrowserRouter><GlobalStyles /><scene.Component model={scene} /></BrowserRouter>));
  const places = () => document.querySelectorAll('#page section').length;
  while (places() < panelsOf(scene).length) await pause(30);
  await new Promise((resume) => { requestAnimationFrame(() => requestAnimationFrame(resume)); });
  await settled();
  await window.weirPicture(dashboard.uid);
  errors.push(...[...document.querySelectorAll('#page details')].map(({ textContent }) => `not drawn: ${textContent.slice(0, 300)}`));
  const cutOff = [...document.querySelectorAll('#page section')].filter((each) => [...each.querySelectorAll('[role=grid]')].some(isWider));
  errors.push(...cutOff.map((each) => `columns cut off: ${each.textContent.slice(0, 60)}`));
  root.unmount();
}

const isWider = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1;

/**
 * @param url where the browser is
 * @param draw whether it is drawn too
 */
async function show(json, url, draw) {
  active.splice(0).reverse().forEach((end) => end());
  log.asked.length = 0;
  errors.length = 0;
  sync?.cleanUp(scene);
  dashboard = json;
  locationService.replace(url);
  scene = sceneOf(json);
  sync = new UrlSyncManager();
  sync.initSync(scene);
  active.push(...activate(scene));
  await settled();
  if (draw) await drawn();
  return report();
}

async function choose(name, value) {
  sceneGraph.lookupVariable(name, scene).changeValueTo(value);
  await settled();
  return report();
}

async function range(from) {
  sceneGraph.getTimeRange(scene).onTimeRangeChange({ ...sceneGraph.getTimeRange(scene).state.value, raw: { from, to: 'now' } });
  await settled();
  return report();
}

/** With the settings that Grafana's server would give to its page. */
async function begin(sources) {
  window.addEventListener('error', ({ message }) => errors.push(message));
  window.addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason?.message ?? reason)));
  await initPluginTranslations('grafana');
  config.theme2 = createTheme({ colors: { mode: 'dark' } });
  config.theme = config.theme2.v1;
  config.minRefreshInterval = '5s'; // as where nobody has set another
  setAppEvents(new EventBusSrv());
  setPluginImportUtils({ importPanelPlugin: (id) => Promise.reject(new Error(`no panel ${id}`)), getPanelPluginFromCache: () => undefined });
  setRunRequest(runRequest);
  provision(sources);
  registerPanels();
}

window.weir = { begin, show, choose, range };
