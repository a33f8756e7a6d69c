// Tables as CSV that Excel opens as it is (RFC 4180, UTF-8 with its mark). Names and texts come from devices: none
// of them may become a formula. Excel takes separator and decimal sign from the language of its computer; a line
// `sep=;` would tell it the first, but then it does not read UTF-8, and no other program knows that line.

import { offsetMs } from "./zone.js";

/** @typedef {string | number | boolean | null | undefined} Cell what is not known is empty */

/**
 * @typedef {object} Sheet
 * @property {string[]} columns their titles, with units
 * @property {Cell[][]} rows
 * @property {string} [cut] what to say in the last row if there is more than these
 */

/** @typedef {{ separator: string, decimal: string }} Style */

/** @template Item @typedef {[title: string, cell: (item: Item) => Cell]} Column */

const MARK = "\ufeff";
const END = "\r\n";
const DIGITS = 13; // beyond them is the noise of sums

/**
 * How Excel reads and writes on a computer of this language.
 *
 * @param {string} tag such as de-DE
 * @returns {Style}
 */
export function styleOf(tag) {
  const [known = "en"] = supported(tag);
  const decimal = new Intl.NumberFormat(known).formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".";
  const isAlpine = /-(CH|LI)$/i.test(known); // a point, and yet a semicolon
  return decimal === "," || isAlpine ? { separator: ";", decimal } : { separator: ",", decimal: "." };
}

/** @param {string} tag */
function supported(tag) {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag);
  } catch {
    return []; // no tag of a language
  }
}

/**
 * @template Item
 * @param {Column<Item>[]} columns
 * @param {Item[]} items
 * @param {string} cut
 * @returns {Sheet}
 */
export const sheetOf = (columns, items, cut = "") => ({
  columns: columns.map(([title]) => title), rows: items.map((item) => columns.map(([, cell]) => cell(item))), cut,
});

/**
 * The whole file as text.
 *
 * @param {Sheet} sheet
 * @param {Style} style
 */
export function csvOf({ columns, rows, cut = "" }, style) {
  const all = [columns, ...rows, ...(cut === "" ? [] : [[cut]])];
  return MARK + all.map((cells) => cells.map((cell) => written(cell, style)).join(style.separator) + END).join("");
}

/**
 * @param {Cell} cell
 * @param {Style} style
 */
function written(cell, { decimal }) {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return numberOf(cell).replace(".", decimal);
  return quoted(withoutFormula(String(cell)));
}

/** @param {number} number */
function numberOf(number) {
  if (!Number.isFinite(number)) return "";
  return String((Number.isSafeInteger(number) ? number : Number(number.toPrecision(DIGITS))) || 0); // no -0
}

/**
 * A text that no program takes for a formula: an apostrophe stands before what would begin one, also where a reader
 * takes another separator and so begins a cell inside the text.
 *
 * @param {string} text
 */
function withoutFormula(text) {
  const inside = text.replaceAll(/[;,\t\r\n]"*(?=[ "]*[=+\-@\t\r＝＋－＠])/g, "$&'");
  return /^[ "]*[=+\-@\t\r＝＋－＠]/.test(text) ? `'${inside}` : inside;
}

/**
 * Quoted where any reader needs it: one may take another separator, or strip blanks.
 *
 * @param {string} text
 */
const quoted = (text) => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * An instant as ISO 8601, in the zone of the page with its offset.
 *
 * @param {number | string | null | undefined} time milliseconds, or ISO 8601 in any zone
 */
export function instant(time) {
  if (time === null || time === undefined) return null;
  const date = new Date(time);
  const minutes = offsetMs(date.getTime()) / 60_000;
  const two = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, "0");
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

/** By what a figure is, its unit. */
export const UNITS = { percent: "%", seconds: "s", whole: "", kwh: "kWh", unit: "kWh" };

/**
 * A figure in its unit.
 *
 * @param {number | null | undefined} value a ratio as 0 to 1
 * @param {keyof typeof UNITS} format
 */
export const amountOf = (value, format) =>
  (value === null || value === undefined ? null : format === "percent" ? value * 100 : value);

/**
 * A title with its unit.
 *
 * @param {string} title
 * @param {string} unit
 */
export const inUnit = (title, unit) => (unit === "" ? title : `${title} (${unit})`);

const LONGEST = 80; // of each part, which comes from devices

/** @param {string} text */
const filePart = (text) => text.replaceAll(/[^\p{L}\p{N}.]+/gu, "-").replaceAll(/\.{2,}/g, "-")
  .slice(0, LONGEST).replaceAll(/^[-.]+|[-.]+$/g, "");

/**
 * What it is, of which asset, and when it was saved, in characters that every system takes.
 *
 * @param {string} what
 * @param {string[]} asset from the site down, or the gateway
 * @param {number} ms
 */
export function fileNameOf(what, asset, ms) {
  const time = (instant(ms) ?? "").slice(0, 19).replaceAll(":", "");
  return `${[filePart(what), filePart(asset.join("-")), time].filter((part) => part !== "").join("_")}.csv`;
}
