import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.localStorage = { getItem: (key) => (key === "weir-language" ? "de" : null) };
const { takeAssetLabels } = await import("../src/assetlabels.js");
const { detailOf, titleOf } = await import("../src/noticewords.js");
const { takeReasons } = await import("../src/reasonnames.js");
const { takeLabels } = await import("../src/shiftlabels.js");

/** As the gateway sends it: its text is in the one language of messages. */
const notice = (kind, facts, asset = "s/a/l/press") =>
  ({
    kind, subject: asset, asset, levels: [...asset.split("/"), "", "", ""].slice(0, 4),
    text: `the English of ${kind}`, facts,
  });

const plain = (text) => text.replaceAll("\u00a0", " ");

test("a machine that is down says where, and its reason by the name that the reader knows", () => {
  takeAssetLabels({ "s/a/l/press": { de: "Presse" } });
  takeReasons([{ id: "JAM", name: "Jam", labels: { de: "Stau" }, reasons: [] }]);
  const down = notice("machine-down", { reason: "JAM" });
  assert.equal(titleOf(down), "Presse hat eine Störung");
  assert.equal(detailOf(down), "s / a / l / Presse · Stau");
  assert.equal(detailOf(notice("machine-down", { reason: "" })), "s / a / l / Presse");
});

test("stops without a reason are counted in the language of the reader", () => {
  const stops = (count) => detailOf(notice("uncoded-stops", { stops: count }, "s/a/l/saw"));
  assert.equal(stops(16), "s / a / l / saw · 16 Stillstände der letzten 24 h haben keinen Grund");
  assert.equal(stops(1), "s / a / l / saw · 1 Stillstand der letzten 24 h hat keinen Grund");
});

test("an OEE under its target says both, and of which shift", () => {
  const low = notice("oee-under", { oee: 0.625, target: 0.75, shift: "early" }, "s/a/l");
  assert.equal(plain(detailOf(low)), "s / a / l · OEE bisher 62,5 %, Ziel 75 % · Schicht early");
  takeLabels({ early: { de: "Frühschicht" } });
  assert.equal(plain(detailOf(low)), "s / a / l · OEE bisher 62,5 %, Ziel 75 % · Frühschicht");
});

test("an alarm of the gateway has the words of the part, or what follows from it", () => {
  const alarm = (kind, reason) => detailOf({ ...notice(kind, { reason }, ""), subject: "history" });
  assert.equal(alarm("sink-down", "answered 503"), "answered 503");
  assert.equal(alarm("sink-down", ""), "");
  assert.match(alarm("data-directory-lost", "it is another one"), /^Nichts wird bestätigt/);
});

test("what a version before kept says at least where", () => {
  assert.equal(detailOf(notice("uncoded-stops", {}, "s/a/l/saw")), "s / a / l / saw");
  assert.equal(detailOf(notice("oee-under", {}, "s/a/l")), "s / a / l");
});

test("a kind that the page does not know is said once, in the words of the gateway", () => {
  const other = notice("new-one", {});
  assert.equal(titleOf(other), "the English of new-one");
  assert.equal(detailOf(other), "");
});
