import assert from "node:assert/strict";
import { test } from "node:test";
import { eventParser } from "../src/stream.js";

function parsed(parts) {
  const events = [];
  const parse = eventParser((data) => events.push(data));
  parts.forEach(parse);
  return events;
}

test("an event counts once it is whole", () => {
  assert.deepEqual(parsed(["data: {}\n"]), []);
  assert.deepEqual(parsed(["data: {}\n", "\n"]), ["{}"]);
});

test("events come out the same however they are cut", () => {
  const stream = 'data: {"a":1}\n\n: no snapshot\n\ndata: {"b":"x y"}\n\n';
  for (let size = 1; size <= stream.length; size++) {
    const parts = stream.match(new RegExp(`[^]{1,${size}}`, "g"));
    assert.deepEqual(parsed(parts), ['{"a":1}', '{"b":"x y"}'], `in parts of ${size}`);
  }
});

test("a comment is no event", () => {
  assert.deepEqual(parsed([": no snapshot\n\n"]), []);
});
