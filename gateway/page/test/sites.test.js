import { asset, metric, status } from "./samples.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { modelOf } from "../src/model.js";
import { isOfSite, ofSite, siteLevels, sitesOf, takeSite, withSite } from "../src/sites.js";

const place = (/** @type {string} */ site) => [["site", site], ["line", "l"], ["machine", "m"]];

const two = () => modelOf({
  status: status(), assets: ["b", "a"].map((site) => asset(place(site), [metric("speed", 1)])), efficiency: null,
});

test("the sites are those of all machines, by name", () => {
  assert.deepEqual(sitesOf(two()), ["a", "b"]);
});

test("of a site only its own machines and lines are shown", () => {
  const own = ofSite(two(), "b");
  assert.deepEqual(own.machines.map((one) => one.place.site), ["b"]);
  assert.deepEqual(own.lines.map((one) => one.path), [["b", "l"]]);
  assert.equal(ofSite(two(), "").machines.length, 2);
  assert.equal(ofSite(two(), "gone").machines.length, 0);
});

test("every address keeps the site until another is chosen", () => {
  takeSite(new URLSearchParams("site=a"));
  assert.equal(withSite("#/stops?state=down"), "#/stops?state=down&site=a");
  assert.deepEqual(siteLevels(), { site: "a" });
  const places = [["a", "", "", ""], ["a", "", "l", ""], ["ab", "", "l", ""], ["", "", "", ""], ["b", "", "", "m"],
    ["", "a", "", "m"]];
  assert.deepEqual(places.map(isOfSite), [true, true, false, true, false, false]);
  assert.equal(withSite("#/?site=a", "b"), "#/?site=b");
  assert.equal(withSite("#/?site=a", ""), "#/");
  takeSite(new URLSearchParams());
  assert.deepEqual(siteLevels(), {});
});
