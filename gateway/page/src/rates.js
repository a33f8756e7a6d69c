// Readings received and lines stored per second, in the last five minutes since the page was opened.

import { linesPerSecond, readingsPerSecond } from "./parts.js";

/** @typedef {import("./model.js").Model} Model */

export const SECONDS = 300;

/** @typedef {[seconds: number[], received: number[], stored: number[]]} Rates in columns, as charts take them */

/**
 * Adds a point and forgets what is too old.
 *
 * @param {Rates} rates
 * @param {Pick<Model, "status" | "now">} model
 */
export function addRates(rates, { status, now }) {
  const [seconds] = rates;
  const second = now / 1000;
  const newest = seconds.at(-1);
  if (newest !== undefined && second <= newest) return; // the gateway's clock was set back
  const point = [second, readingsPerSecond(status), linesPerSecond(status)];
  rates.forEach((column, at) => column.push(point[at]));
  const old = seconds.findIndex((one) => one >= second - SECONDS);
  rates.forEach((column) => column.splice(0, old));
}

/** @type {Rates} kept while other views are shown */
export const seen = [[], [], []];
