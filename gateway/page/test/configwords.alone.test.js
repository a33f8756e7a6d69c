import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = process.env.WEIR_ROOT ?? new URL("../../..", import.meta.url).pathname;
const JAVA = `${ROOT}/gateway/src/main/java/io/weir/gateway`;
globalThis.localStorage = { getItem: (key) => (key === "weir-language" ? "de" : null) };
const { adviceOf, wordsOf } = await import("../src/configwords.js");
const { EFFICIENCY } = await import("../src/configsettings.js");

/** What reads the parts of the configuration that a form has; of one file only what stands between two headings. */
const READERS = [
  ["efficiency/config/AssetLabelReader"], ["efficiency/config/CalendarReader"],
  ["efficiency/config/EfficiencyReader", "// ---- Machines"], ["efficiency/config/ListedCycles"],
  ["efficiency/config/ReasonReader"], ["efficiency/config/ShiftLabelReader"],
  ["efficiency/config/TargetReader"], ["settings/Templates"], ["settings/Site"],
];

/** Files of the main configuration have these faults; none is named here. */
const OF_FILES = /is larger than 1MiB|is not UTF-8|cannot be read/;

/** The arguments of a call, from behind its bracket on. */
function argumentsOf(source, from) {
  const all = [];
  let depth = 0;
  let begin = from;
  for (let at = from; at < source.length; at++) {
    if (source[at] === "\"") {
      for (at++; source[at] !== "\""; at++) if (source[at] === "\\") at++;
    } else if ("([{".includes(source[at])) {
      depth++;
    } else if (source[at] === "," && depth === 0) {
      all.push(source.slice(begin, at));
      begin = at + 1;
    } else if (")]}".includes(source[at])) {
      if (depth === 0) return [...all, source.slice(begin, at)];
      depth--;
    }
  }
  throw new Error("a call without an end");
}

/** A text that is put together, with line 7 in the place of what is only known when it runs. */
function textOf(expression) {
  if (!expression.includes("\"")) return null;
  return expression.split(/("(?:[^"\\]|\\.)*")/).map((part) => {
    if (part.startsWith("\"")) return JSON.parse(part);
    return part.replaceAll(/[\s+]/g, "") === "" ? "" : "line 7";
  }).join("");
}

function* calls([file, from]) {
  const whole = readFileSync(`${JAVA}/${file}.java`, "utf8");
  const source = from === undefined ? whole : whole.slice(whole.indexOf(from), whole.indexOf("// ---- Signals"));
  assert.ok(source.length > 100, file);
  for (const { 0: call, index } of source.matchAll(/\b(problem|problems\.add)\(/g)) {
    const given = argumentsOf(source, index + call.length);
    const behind = call.startsWith("problems") ? given.slice(2) : given.slice(1);
    yield behind.map(textOf);
  }
}

test("whatever the gateway finds wrong in a form is said in the language of the page", () => {
  let count = 0;
  for (const reader of READERS) {
    for (const [message, suggestion] of calls(reader)) {
      if (message === null || message === undefined || OF_FILES.test(message)) continue;
      assert.notEqual(wordsOf(message), message, `${reader[0]}: ${message}`);
      if (suggestion && !suggestion.startsWith("line 7")) {
        assert.notEqual(adviceOf(suggestion), suggestion, `${reader[0]}: ${suggestion}`);
      }
      count++;
    }
  }
  assert.ok(count > 40, String(count));
});

const schema = JSON.parse(readFileSync(`${ROOT}/config/weir.schema.json`, "utf8"));
const reasons = JSON.parse(readFileSync(
  `${ROOT}/gateway/src/main/resources/io/weir/gateway/efficiency/config/reasons.schema.json`, "utf8"));

function* titles(given, document) {
  let rules = given;
  while (rules.$ref !== undefined) rules = rules.$ref.slice(2).split("/").reduce((part, name) => part[name], document);
  if (rules.title !== undefined) yield rules.title;
  if (rules.title?.endsWith("a list of such")) yield* titles(schema.$defs.signal, document);
  for (const inside of Object.values(rules.properties ?? {})) yield* titles(inside, document);
  if (rules.items !== undefined && rules.title?.includes("reasons") !== true) yield* titles(rules.items, document);
}

test("what belongs in a field is said in the language of the page", () => {
  const keys = [...EFFICIENCY.columns, ...EFFICIENCY.parts].map(({ key }) => key);
  const all = new Set(keys.flatMap((key) => [...titles(schema.$defs.efficiency.properties[key], schema)]));
  for (const title of titles(reasons.$defs.node, reasons)) all.add(title);
  assert.ok(all.size > 30, String(all.size));
  for (const title of all) {
    assert.ok(!wordsOf(`must be ${title}, not empty`).includes(title), title);
    assert.ok(!wordsOf(`is missing; it must be ${title}`).includes(title), title);
  }
});

test("what was given stands in the sentence, whatever it is", () => {
  assert.equal(wordsOf("must be a number from 0 to 1, not '7, not {0} $1'"),
    "muss eine Zahl von 0 bis 1 sein, nicht '7, not {0} $1'");
  assert.equal(wordsOf("must be from 1s to 1d, not '0s'"), "muss von 1s bis 1d sein, nicht „0s“");
  assert.equal(wordsOf("stands in line 12 already"), "steht schon in Zeile 12");
  assert.equal(wordsOf("must be a time such as '06:00', not empty"), "muss eine Uhrzeit wie '06:00' sein, nicht leer");
  assert.equal(adviceOf("did you mean 'press'?"), "meinten Sie „press“?");
  assert.equal(wordsOf("is something new"), "is something new");
});
