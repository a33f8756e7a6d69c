// What hangs on a wall, and where a day begins.

import { menu, words } from './menu.mjs';
import { currentRows, losses, newestStates, RATIOS, variables } from './plant.mjs';
import { uncoded } from './analysis.mjs';
import { COVERAGE, MERGE, OEE, OF_TARGET, dashboard, linkTo, only, stat, text } from './panels.mjs';
import { tagsOf } from './schema.mjs';

const place = tagsOf('line');
const chosen = [...place, 'shift'];

/** A tile for each line, with its name; the other tags are for the link. */
const tiles = (store, title, column, defaults, size) => stat(title, size, {
  description: RATIOS,
  rows: true,
  targets: store.currentShift({ level: 'line', filters: chosen }),
  transformations: [MERGE, only([...place, column])],
  defaults: { ...defaults, displayName: '${__data.fields.line}', links: linkTo(store, 'line', place) },
});

export function wall(store) {
  return dashboard({
    uid: store.uid('wall'),
    title: `${store.title}: plant wall`,
    description: 'For a screen on a wall: the lines of this shift and every machine. Add ?kiosk to its address.',
    tags: [`weir-${store.name}`, 'oee'],
    links: menu(store, 'wall'),
    variables: variables(store, place),
    from: 'now-8h',
    panels: [
      tiles(store, 'OEE of the lines / target, current shift (%)', 'Of target', OF_TARGET, { w: 24, h: 8 }),
      tiles(store, 'OEE of the lines, current shift (%)', 'OEE', OEE, { w: 24, h: 6 }),
      newestStates(store, place, { w: 16, h: 9 }),
      losses(store, 'line', chosen, { w: 8, h: 9 }),
    ],
  });
}

export function home(store) {
  return dashboard({
    uid: store.uid('home'),
    title: `${store.title}: home`,
    description: 'Where to look for what, and how the plant is now.',
    tags: [`weir-${store.name}`, 'oee'],
    links: menu(store, 'home'),
    variables: variables(store, place),
    panels: [
      newestStates(store, place, { w: 24, h: 6 }),
      currentRows(store, 'line', chosen, { w: 24, h: 8 }),
      text('Where to look', { w: 8, h: 11 }, words(store)),
      tiles(store, 'Coverage of the lines, current shift (%)', 'Coverage', COVERAGE, { w: 7, h: 11 }),
      uncoded(store, [...place, 'shift'], { w: 9, h: 11 }),
    ],
  });
}
