import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.localStorage = { getItem: (key) => (key === "weir-language" ? "de" : null) };
const { language, locale, t, word } = await import("../src/i18n.js");
const { causeOf } = await import("../src/states.js");
const { percent, whole } = await import("../src/format.js");

test("texts and numbers are German where the reader chose it", () => {
  assert.deepEqual([language, locale], ["de", "de-DE"]);
  assert.equal(word("state", "blocked"), "Rückstau");
  assert.equal(causeOf({ state: "unknown", reason: "silent" }), "unbekannt · stumm");
  assert.deepEqual([whole(1204), percent(0.75)], ["1.204", "75\u00a0%"]);
  assert.equal(t("plant.machines", 1), "1 Maschine");
});
