import assert from "node:assert/strict";
import { test } from "node:test";
import de from "../src/de.js";
import { visible } from "../src/dom.js";
import en from "../src/en.js";
import { filled, languageOf, locale, t, word } from "../src/i18n.js";
import zh from "../src/zh.js";

test("the first language that the page has is taken, else English", () => {
  assert.equal(languageOf([null, "fr-FR", "zh-Hans-CN", "en"]), "zh");
  assert.equal(languageOf(["EN-us", "zh"]), "en");
  assert.equal(languageOf([undefined, "fr", "constructor"]), "en");
  assert.equal(languageOf(["de-AT", "en"]), "de");
  assert.equal(languageOf([]), "en");
});

test("values are filled in, numbers as the language writes them", () => {
  assert.equal(filled("{0} of {1}, {0}", [1234, "<b>"]), "1,234 of <b>, 1,234");
  assert.equal(filled("{0}", ["$1 {1}"]), "$1 {1}");
});

test("of a pair the first is for one", () => {
  const pair = ["{0} time", "{0} times"];
  assert.deepEqual([0, 1, 2].map((n) => filled(pair, [n])), ["0 times", "1 time", "2 times"]);
});

test("a key without a text is an error, a new word of the gateway is not", () => {
  assert.equal(locale, "en-GB");
  assert.throws(() => t("no.such.key"), /no text for no.such.key/);
  assert.equal(word("state", "micro_stop"), "micro-stop");
  assert.equal(word("state", "warming_up"), "warming up");
});

test("no text of the page has a character that is shown by its number", () => {
  for (const texts of [en, de, zh]) {
    for (const text of Object.values(texts).flat()) assert.equal(visible(text), text);
  }
});
