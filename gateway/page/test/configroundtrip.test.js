import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { isForm } from "../src/configfit.js";
import { sentOf } from "../src/configure.js";
import { problemBook } from "../src/configfields.js";
import { machinePart } from "../src/configmachines.js";
import { calendarPart, labelPart, routePart, targetPart } from "../src/configparts.js";
import { reasonPart } from "../src/configreasons.js";

const ROOT = process.env.WEIR_ROOT ?? new URL("../../..", import.meta.url).pathname;
const schema = JSON.parse(readFileSync(`${ROOT}/config/weir.schema.json`, "utf8"));
const reasons = JSON.parse(readFileSync(
  `${ROOT}/gateway/src/main/resources/io/weir/gateway/efficiency/config/reasons.schema.json`, "utf8"));
const KEYS = ["labels", "machines", "templates", "reasons", "target", "targets", "production-day", "shifts", "holidays",
  "overtime", "closures", "calendars"];

/** As much of an element as the form needs. */
class Fake {
  constructor(tag) {
    Object.assign(this, { tag, nodes: [], listeners: {}, value: "", textContent: "" });
  }

  append(...nodes) {
    this.nodes.push(...nodes);
    const chosen = this.tag === "select" && nodes.find(({ selected }) => selected);
    if (chosen) this.value = chosen.value;
  }

  replaceChildren(...nodes) {
    this.nodes = nodes;
  }

  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }

  setAttribute() {}

  removeAttribute() {}

  getAttribute() {
    return null;
  }
}
globalThis.document = { createElement: (tag) => new Fake(tag) };

/** Numbers from 0 to 1 that are the same for one seed. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

const WORDS = [
  "s/a/l/m", "RUNNING", "12", 12, "<b>", "\"x\" 'y'", "مضخة", "😀", "a: b", "true", true, "007", "lid, big", " x",
];

/** Something that a schema allows, or nearly: the form has to keep what the gateway refuses, too. */
function generated(given, document, random, depth) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  let rules = given;
  while (rules.$ref !== undefined) rules = rules.$ref.slice(2).split("/").reduce((part, name) => part[name], document);
  if (rules.title?.includes("a list of such")) {
    const signal = schema.$defs.signal;
    return random() < 0.5 ? generated(signal, document, random, depth + 1)
      : [generated(signal, document, random, depth + 1), generated(signal, document, random, depth + 1)];
  }
  if (rules.enum !== undefined) return pick(rules.enum);
  const type = pick([rules.type].flat());
  if (type === "object" && rules.properties === undefined) { // keys of any name
    return { one: generated(rules.additionalProperties, document, random, depth + 1), 0: pick(WORDS) };
  }
  if (type === "object") {
    const keys = Object.keys(rules.properties).filter((key) => random() < 0.5 || rules.required?.includes(key));
    const group = Object.fromEntries(keys.filter((key) => depth < 6 || key !== "reasons")
      .map((key) => [key, generated(rules.properties[key], document, random, depth + 1)]));
    if (random() < 0.1) group["of-tomorrow"] = { list: [1, { deep: "x" }] };
    return group;
  }
  if (type === "array") {
    const least = random() < 0.2 ? 0 : 1;
    return Array.from({ length: least + Math.floor(random() * 3) }, () =>
      generated(rules.items ?? { type: "string" }, document, random, depth + 1));
  }
  if (type === "boolean") return random() < 0.5;
  if (type === "number" || type === "integer") return pick([0.8, 1, 30, 4294967296]);
  if (rules.pattern?.includes("T(")) return "2026-03-04T10:00";
  if (rules.pattern?.startsWith("^[0-9]{4}")) return pick(["2026-12-25", "2026-02-30"]);
  if (rules.pattern?.startsWith("^([01]")) return "06:00";
  return pick(WORDS);
}

function siteOf(random) {
  const { properties } = schema.$defs.efficiency;
  const efficiency = {};
  for (const key of KEYS) {
    if (random() < 0.3) continue;
    efficiency[key] = key === "reasons" ? generated(reasons.$defs.nodes, reasons, random, 0)
      : generated(properties[key], schema, random, 0);
  }
  return { efficiency, routes: generated(schema.properties.routes, schema, random, 0) };
}

/** All fields of the form, each in its fold that is open. */
function fieldsOf(draft) {
  const folds = new Set();
  folds.has = () => true;
  const form = {
    draft, main: {}, book: problemBook(), folds, pages: new Map(), searches: new Map(), changed() {}, redraw() {},
  };
  const fields = [];
  (function walk(node) {
    if (node.listeners?.input !== undefined && node.type !== "search" && !node.required) fields.push(node);
    for (const inside of node.nodes ?? []) walk(inside);
  })({ nodes: [labelPart, machinePart, reasonPart, targetPart, calendarPart, routePart].map((make) => make(form)) });
  return fields;
}

/** The paths at which two values differ; a list of texts is one value. */
function differences(one, other, path = "") {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  const isText = (value) => Array.isArray(value)
    && value.every((item) => typeof item !== "object" || "minutes" in item);
  const isInside = (value) => value === undefined || (typeof value === "object" && value !== null && !isText(value));
  if (!isInside(one) || !isInside(other) || (one === undefined && other === undefined)) return [path];
  return [...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])]
    .flatMap((key) => differences(one?.[key], other?.[key], `${path}/${key}`));
}

const SEEDS = 150;

test("what a form shows and nobody changes stays as it is, and one field that is changed changes nothing else", () => {
  let changed = 0;
  const paths = new Set();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seeded(seed);
    const site = siteOf(random);
    assert.ok(isForm("efficiency:", site), `seed ${seed} ${JSON.stringify(site)}`);
    const untouched = structuredClone(site);
    fieldsOf(untouched);
    assert.deepEqual(sentOf(untouched), sentOf(site), `seed ${seed}: nothing was changed`);
    const draft = structuredClone(site);
    const fields = fieldsOf(draft).filter(({ disabled }) => !disabled);
    const field = fields[Math.floor(random() * fields.length)];
    if (field === undefined) continue;
    const other = field.tag === "select" ? field.nodes.find(({ value }) => value !== field.value)?.value : "changed";
    if (other === undefined) continue; // a choice of one
    field.value = other;
    field.listeners.input();
    const found = differences(sentOf(site), sentOf(draft));
    assert.equal(found.length, 1, `seed ${seed}: ${found.join(" ")}`);
    paths.add(found[0].replaceAll(/\/\d+/g, ""));
    changed++;
  }
  assert.ok(changed > SEEDS * 0.9, String(changed));
  assert.ok(paths.size > 40, [...paths].join("\n"));
});

test("a line without holidays stays one, also when some were typed and taken away again", () => {
  const draft = { efficiency: { calendars: [{ asset: "s/a/l", holidays: [] }] } };
  const field = fieldsOf(draft).at(-1);
  assert.equal(field.value, "");
  for (const [text, holidays] of [["2026-12-25, 2026-12-26", ["2026-12-25", "2026-12-26"]], ["", []]]) {
    field.value = text;
    field.listeners.input();
    assert.deepEqual(draft.efficiency.calendars, [{ asset: "s/a/l", holidays }]);
  }
});

test("what no form can hold is shown as text", () => {
  assert.ok(isForm("# nothing yet\n", {}));
  for (const [text, site] of [
    ["efficiency: [", {}],
    ["efficiency: 5", { efficiency: 5 }],
    ["efficiency: { machines: 5 }", { efficiency: { machines: 5 } }],
    ["efficiency: { machines: [ press ] }", { efficiency: { machines: ["press"] } }],
    ["efficiency: { machines: [ null ] }", { efficiency: { machines: [null] } }],
    ["efficiency: { target: 0.7 }", { efficiency: { target: 0.7 } }],
    ["efficiency: { reasons: reasons.yaml }", { efficiency: { reasons: "reasons.yaml" } }],
    ["efficiency: { templates: [ { name: a, state: { metric: a }, count: total } ] }",
      { efficiency: { templates: [{ name: "a", state: { metric: "a" }, count: "total" }] } }],
    ["routes: { topic: a }", { routes: { topic: "a" } }],
  ]) assert.ok(!isForm(text, site), text);
});
