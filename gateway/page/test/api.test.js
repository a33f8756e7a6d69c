import assert from "node:assert/strict";
import { test } from "node:test";
import { get, problemOf, query } from "../src/api.js";

test("a query holds what is given, and every level of a place", () => {
  assert.equal(query("/stops", { shift: "last", limit: 1, state: "", before: null }), "/stops?shift=last&limit=1");
  assert.equal(query("/history", { hours: 8 }, { site: "a b", area: "", line: "l&m" }),
    "/history?site=a+b&area=&line=l%26m&hours=8");
});

test("a failure has the reason that the gateway gives", () => {
  assert.equal(problemOf(404, "Not Found", '{"detail":"no figures are made"}'), "no figures are made");
  assert.equal(problemOf(500, "Internal Server Error", "{}"), "500");
  assert.equal(problemOf(502, "Bad Gateway", "<html>"), "502 Bad Gateway");
});

test("whoever is not logged in, or may not do it, is told so in the language of the page", () => {
  assert.equal(problemOf(401, "Unauthorized", '{"detail":"log in, or send the header"}'),
    "you are not logged in any more; load the page again");
  assert.equal(problemOf(403, "Forbidden", '{"detail":"the role viewer may not do this","role":"viewer"}'),
    "Your role may not do this: viewer.");
  assert.equal(problemOf(403, "Forbidden", '{"detail":"requests from pages of other sites are not accepted"}'),
    "requests from pages of other sites are not accepted");
});

test("without figures the page says in its own language which section is missing", () => {
  assert.equal(problemOf(404, "Not found", '{"detail":"no efficiency figures","missing":"efficiency"}'),
    "no figures: the configuration has no section efficiency");
  assert.equal(problemOf(404, "Not found", '{"detail":"no such part","missing":"of a later gateway"}'), "no such part");
});

test("without an answer the page says so in its own language, not in the words of the browser", async (context) => {
  context.mock.method(globalThis, "fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  globalThis.sessionStorage ??= { getItem: () => null };
  await assert.rejects(get("/api/v1/status"), { message: "no connection" });
});
