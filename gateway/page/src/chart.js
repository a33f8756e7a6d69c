// What all charts share. Colours are asked for at each drawing: the theme may change with the evening.

import { figure, ticks } from "./format.js";

export const ink = (name) => () => getComputedStyle(document.body).getPropertyValue(name).trim();

const axis = {
  stroke: ink("--quiet"), grid: { stroke: ink("--edge"), width: 1 }, ticks: { stroke: ink("--edge") }, font: "12px system-ui, sans-serif",
};

/** Time below, numbers on the left. */
export const AXES = [
  { ...axis, space: 70, values: (_, seconds) => ticks(seconds) },
  { ...axis, size: 58, values: (_, numbers) => numbers.map(figure) },
];
