import "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf, fileNameOf, instant, sheetOf, styleOf } from "../src/csv.js";
import { setZone } from "../src/zone.js";

const ENGLISH = styleOf("en-GB");
const GERMAN = styleOf("de-DE");

/** The lines of the rows, without mark and heading. */
const linesOf = (rows, style = ENGLISH) => csvOf({ columns: ["a"], rows }, style).split("\r\n").slice(1, -1);
const cellOf = (cell, style = ENGLISH) => linesOf([[cell]], style).join("\r\n");

test("a file begins with the mark of UTF-8, and each row ends with CR LF", () => {
  const csv = csvOf({ columns: ["机器", "Länge (s)"], rows: [["press-1", 12], ["press-2", null]] }, ENGLISH);
  assert.equal(csv, "\ufeff机器,Länge (s)\r\npress-1,12\r\npress-2,\r\n");
});

test("separators, quotes and line breaks are quoted, whatever separator a reader takes", () => {
  assert.equal(cellOf("a,b"), '"a,b"');
  assert.equal(cellOf("a;b"), '"a;b"');
  assert.equal(cellOf("a\tb"), '"a\tb"');
  assert.equal(cellOf('a "big" stop'), '"a ""big"" stop"');
  assert.equal(cellOf("one\r\ntwo"), '"one\r\ntwo"');
  assert.equal(cellOf("one\ntwo"), '"one\ntwo"');
  assert.equal(cellOf(" kept "), '" kept "');
  assert.equal(cellOf(""), "");
});

test("no text becomes a formula", () => {
  assert.equal(cellOf("=1+1"), "'=1+1");
  assert.equal(cellOf("+1"), "'+1");
  assert.equal(cellOf("-1"), "'-1");
  assert.equal(cellOf("@SUM(A1)"), "'@SUM(A1)");
  assert.equal(cellOf("\t=1"), '"\'\t\'=1"');
  assert.equal(cellOf("\r=1"), '"\'\r\'=1"');
  assert.equal(cellOf("＝1"), "'＝1");
  assert.equal(cellOf(" =1"), "' =1");
  assert.equal(cellOf('=HYPERLINK("http://evil.example","x")'), '"\'=HYPERLINK(""http://evil.example"",""x"")"');
  assert.equal(cellOf("5-3=2"), "5-3=2");
  assert.equal(cellOf("a - b"), "a - b");
});

test("no text becomes a formula where a reader takes the other separator", () => {
  assert.equal(cellOf("x;=1"), '"x;\'=1"');
  assert.equal(cellOf('x;"=1', ENGLISH), '"x;""\'=1"');
  assert.equal(cellOf("x,@a", GERMAN), '"x,\'@a"');
  assert.equal(cellOf("x\n-a"), '"x\n\'-a"');
});

test("a heading is a text too", () => {
  assert.equal(csvOf({ columns: ["=a", "b,c"], rows: [] }, ENGLISH), "\ufeff'=a,\"b,c\"\r\n");
});

test("numbers stay numbers, without grouping and without the noise of their last digits", () => {
  assert.deepEqual(linesOf([[-5], [1234567.25], [0.1 + 0.2], [63.4499999999998], [0], [-0], [1e21], [2e-9]]),
    ["-5", "1234567.25", "0.3", "63.45", "0", "0", "1e+21", "2e-9"]);
  assert.deepEqual(linesOf([[1_764_412_345_678], [9_007_199_254_740_991], [1_764_412_345.678]]),
    ["1764412345678", "9007199254740991", "1764412345.678"]);
});

test("what is not known is an empty cell", () => {
  assert.deepEqual(linesOf([[null], [undefined], [NaN], [Infinity]]), ["", "", "", ""]);
});

test("a truth value is a word", () => {
  assert.deepEqual(linesOf([[true], [false]]), ["true", "false"]);
});

test("where the decimal sign is a comma, the separator is a semicolon, as in the Excel of that language", () => {
  assert.deepEqual(linesOf([["a", 12.5, -5]], GERMAN), ["a;12,5;-5"]);
  assert.deepEqual(linesOf([["a", 12.5, -5]], styleOf("fr-FR")), ["a;12,5;-5"]);
  assert.deepEqual(linesOf([["a", 12.5, -5]], styleOf("zh-CN")), ["a,12.5,-5"]);
  assert.deepEqual(linesOf([["a", 12.5, -5]], styleOf("de-CH")), ["a;12.5;-5"]);
  assert.deepEqual(styleOf("no language"), ENGLISH);
});

test("what was cut is said in the last row", () => {
  assert.deepEqual(csvOf({ columns: ["a", "b"], rows: [[1, 2]], cut: "The newest 1 is here." }, ENGLISH).split("\r\n"),
    ["\ufeffa,b", "1,2", "The newest 1 is here.", ""]);
});

test("an instant has the offset of its zone", () => {
  assert.equal(instant(Date.parse("2026-03-02T08:00:00.250Z")), "2026-03-02T08:00:00.250+00:00");
  setZone("Asia/Kolkata");
  assert.equal(instant(Date.parse("2026-03-02T08:00:00Z")), "2026-03-02T13:30:00.000+05:30");
  setZone("America/St_Johns");
  assert.equal(instant(Date.parse("2026-03-02T01:00:00Z")), "2026-03-01T21:30:00.000-03:30");
  setZone();
  assert.equal(instant(null), null);
  assert.equal(instant("2026-03-02T08:00:00Z"), "2026-03-02T08:00:00.000+00:00");
});

test("a table is made of its columns and items", () => {
  const sheet = sheetOf([["Name", (one) => one.name], ["Length (s)", (one) => one.seconds]],
    [{ name: "a", seconds: 1 }, { name: "b", seconds: null }]);
  assert.deepEqual(sheet, { columns: ["Name", "Length (s)"], rows: [["a", 1], ["b", null]], cut: "" });
});

test("the name of a file says what, of which asset, and when", () => {
  const ms = Date.parse("2026-03-02T08:05:09Z");
  assert.equal(fileNameOf("Stops, newest first", ["plant a", "press-shop"], ms),
    "Stops-newest-first_plant-a-press-shop_2026-03-02T080509.csv");
  assert.equal(fileNameOf("停机", [], ms), "停机_2026-03-02T080509.csv");
  assert.equal(fileNameOf("a", ["../..\\evil\u0000:*?\"<>|\u202e", "x"], ms), "a_evil-x_2026-03-02T080509.csv");
  assert.ok(fileNameOf("a".repeat(500), ["b".repeat(500)], ms).length < 200);
});
