import assert from "node:assert/strict";
import { test } from "node:test";
import { brokerOf, exampleTopic } from "../src/first.js";

test("an example topic fits its pattern", () => {
  assert.equal(exampleTopic("factory/{site}/{machine}/telemetry"), "factory/site-1/machine-1/telemetry");
  assert.equal(exampleTopic("spBv1.0/+/{node...}/#"), "spBv1.0/x/node-1/x");
});

test("host and port are those of the broker's address", () => {
  assert.deepEqual(brokerOf("tcp://broker.plant:8883"), { host: "broker.plant", port: "8883" });
  assert.deepEqual(brokerOf("ssl://[::1]:8883"), { host: "[::1]", port: "8883" });
  assert.deepEqual(brokerOf("tcp://127.0.0.1:80"), { host: "127.0.0.1", port: "1883" });
  assert.deepEqual(brokerOf(""), { host: "localhost", port: "1883" });
});
