import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.localStorage = { getItem: (key) => (key === "weir-language" ? "zh" : null) };
const { language, locale, t, word } = await import("../src/i18n.js");
const { duration } = await import("../src/format.js");

test("the language that the reader chose comes before that of the browser", () => {
  assert.deepEqual([language, locale], ["zh", "zh-CN"]);
  assert.equal(word("state", "down"), "故障");
  assert.equal(duration(90), "90\u00a0秒");
  assert.equal(t("pareto.count", 1), "1 次");
});
