import { NOW } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { hasReports, receivedText, takeSites } from "../src/received.js";

const SHIFT = { received: "2026-03-02T07:58:00Z", shift: "early", start: "2026-03-02T06:00:00Z", over: false };

test("what was received says when it came, of which shift it is, and whether that is over", () => {
  assert.match(receivedText(SHIFT, NOW), /^Received 2\smin ago: shift early from 06:00, so far$/);
  assert.match(receivedText({ ...SHIFT, over: true }, NOW), /, over$/);
});

test("reports are known once a gateway has sent one", () => {
  assert.equal(hasReports(), false);
  takeSites([{ gateway: "edge-1", url: "https://edge-1.example" }]);
  assert.equal(hasReports(), true);
  takeSites([]);
});
