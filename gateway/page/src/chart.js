// What all charts share. Colours are read at each drawing: the theme may change while the page is open.

import uPlot from "./uplot.js";
import { figure, ticks } from "./format.js";
import { zoneName } from "./zone.js";

/** @param {string} name of a variable of page.css */
export const ink = (name) => () => getComputedStyle(document.body).getPropertyValue(name).trim();

const axis = {
  stroke: ink("--quiet"), grid: { stroke: ink("--edge"), width: 1 }, ticks: { stroke: ink("--edge") },
  font: "12px system-ui, sans-serif",
};

/** So that the marks of an axis stand at full hours and days of the zone. */
export const tzDate = (/** @type {number} */ seconds) => uPlot.tzDate(new Date(seconds * 1000), zoneName());

/** Time below, numbers on the left. */
export const AXES = [
  { ...axis, space: 70, values: (/** @type {unknown} */ _, /** @type {number[]} */ seconds) => ticks(seconds) },
  { ...axis, size: 58, values: (/** @type {unknown} */ _, /** @type {number[]} */ numbers) => numbers.map(figure) },
];
