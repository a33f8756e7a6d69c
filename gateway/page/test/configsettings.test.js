import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { BREAKS, DATE, FLAG, LIST, MOMENT, NUMBER, TEXT, TIME } from "../src/configfields.js";
import { EFFICIENCY, ROUTES } from "../src/configsettings.js";

const ROOT = process.env.WEIR_ROOT ?? new URL("../../..", import.meta.url).pathname;
const IN_JAVA = "gateway/src/main/java/io/weir/gateway";
const read = (name) => readFileSync(`${ROOT}/${name}`, "utf8");
const schema = JSON.parse(read("config/weir.schema.json"));
const reasons = JSON.parse(read("gateway/src/main/resources/io/weir/gateway/efficiency/config/reasons.schema.json"));

/** Keys that site.yaml may hold of `efficiency`, as the gateway has them. */
const ALLOWED = read(`${IN_JAVA}/settings/Site.java`)
  .match(/OF_EFFICIENCY =[^;]*?List\.of\(([^;]*?)\)\);/)[1].match(/"[^"]+"/g).map((one) => one.slice(1, -1));

/** What has no field, with the reason. The rest of it is changed as text, and stays as it is in the form. */
const WITHOUT = [
  [/^routes\.(?!topic$|format$|source$).*/, "a route comes from what was heard; the rest of it changes rarely"],
];

function resolved(rules, document) {
  const at = rules.$ref?.slice(2).split("/").reduce((part, name) => part[name], document);
  return at === undefined ? rules : { ...resolved(at, document), ...rules, $ref: undefined };
}

/** Each path of the schema below some rules, with the rules of what stands there. */
function* settings(path, given, document) {
  const rules = resolved(given, document);
  if (path === "efficiency.reasons") {
    yield [path, rules];
    yield* settings(`${path}[]`, reasons.$defs.node, reasons);
    return;
  }
  if (path === "efficiency.reasons[].reasons") {
    yield [path, rules]; // the level below, which is as this one
    return;
  }
  yield [path, rules];
  const insides = [rules, ...(rules.allOf ?? []).map(({ then }) => resolved(then, document))];
  for (const inside of insides) {
    for (const [key, value] of Object.entries(inside.properties ?? {})) {
      if (path !== "efficiency" || ALLOWED.includes(key)) yield* settings(`${path}.${key}`, value, document);
    }
    const items = inside.items === undefined ? undefined : resolved(inside.items, document);
    if (items?.properties !== undefined) yield* settings(`${path}[]`, items, document);
  }
}

const plain = (path) => path.replaceAll("[]", "");
const isLeaf = (rules) => rules.properties === undefined && rules.items === undefined;

/** Each path that the form has, with its column; of a part, null. */
function* fields(parent, part) {
  const path = parent === "" ? part.key : `${parent}.${part.key}`;
  yield [path, null];
  if (part.levels !== undefined) yield [`${path}.${part.key}`, null];
  for (const column of part.columns) {
    yield [`${path}.${column.key}`, column];
    if (column.kind === BREAKS) yield* [[`${path}.${column.key}.start`, null], [`${path}.${column.key}.minutes`, null]];
  }
  for (const inside of part.parts ?? []) yield* fields(path, inside);
}

const FIELDS = [...fields("", EFFICIENCY), ...fields("", ROUTES)];
const SETTINGS = [
  ...settings("efficiency", schema.properties.efficiency, schema),
  ...settings("routes", schema.properties.routes, schema),
];

test("every setting that site.yaml may hold has a field, or stands among those without with its reason", () => {
  const wanted = new Set(SETTINGS.map(([path]) => plain(path)).filter((path) =>
    !WITHOUT.some(([pattern]) => pattern.test(path))));
  assert.deepEqual([...new Set(FIELDS.map(([path]) => path))].sort(), [...wanted].sort());
  assert.ok(wanted.size > 150, String(wanted.size));
});

test("what is said to have no field is in the schema and has none", () => {
  for (const [pattern, why] of WITHOUT) {
    assert.ok(SETTINGS.some(([path]) => pattern.test(plain(path))), String(pattern));
    assert.ok(!FIELDS.some(([path]) => pattern.test(path)), String(pattern));
    assert.ok(why.length > 10);
  }
});

function kindOf(rules) {
  const pattern = rules.pattern ?? "";
  const types = [rules.type].flat();
  if (rules.type === "boolean") return FLAG;
  if (types.includes("number") && !types.includes("string")) return NUMBER;
  if (rules.type === "array" || rules.items !== undefined) return rules.items.$ref?.endsWith("break") ? BREAKS : LIST;
  if (pattern.startsWith("^[0-9]{4}-")) return pattern.includes("T") ? MOMENT : DATE;
  return pattern.startsWith("^([01][0-9]|2[0-3])") ? TIME : TEXT;
}

test("a field takes what its setting takes, and offers each value of an enumeration", () => {
  const columns = new Map(FIELDS.filter(([, column]) => column !== null));
  for (const [path, rules] of SETTINGS) {
    const column = columns.get(plain(path));
    if (column === undefined || path.endsWith("[]")) continue;
    assert.equal(column.kind, kindOf(rules), path);
    if (rules.enum !== undefined && path !== "routes[].format") {
      assert.deepEqual(column.options?.().map(([value]) => value), ["", ...rules.enum], path);
    }
    if (isLeaf(rules) && rules.enum === undefined && rules.type !== "boolean") {
      assert.equal(column.options, undefined, path);
    }
  }
});
