// The language of the page: what the reader chose, else what the browser asks for, else English.

import en from "./en.js";
import zh from "./zh.js";

const STORED = "weir-language";

export const LANGUAGES = { en: "English", zh: "中文" };

const dictionaries = { en, zh };

export const language = [localStorage.getItem(STORED), ...navigator.languages]
  .map((tag) => String(tag).slice(0, 2).toLowerCase())
  .find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? "en";

/** Numbers and times as they are written in that language; the clock has 24 hours. */
export const locale = language === "zh" ? "zh-CN" : "en-GB";

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });

/** Sets the language and begins again in it. */
export function choose(tag) {
  localStorage.setItem(STORED, tag);
  location.reload();
}

/** The text of `key` with {0}, {1}, … replaced; of a pair the first where {0} is one. */
export function t(key, ...values) {
  const entry = dictionaries[language][key];
  if (entry === undefined) throw new Error(`no text for ${key}`);
  const text = Array.isArray(entry) ? entry[values[0] === 1 ? 0 : 1] : entry;
  return text.replaceAll(/\{(\d)\}/g, (_, at) => (typeof values[at] === "number" ? whole.format(values[at]) : values[at]));
}

/** The text of a word that the gateway uses, or the word itself where it is a new one. */
export function word(group, value) {
  const key = `${group}.${value}`;
  return Object.hasOwn(dictionaries[language], key) ? t(key) : value.replaceAll("_", " ");
}

/** Puts the texts of the language into what index.html marks with data-t and data-t-label. */
export function translate(root) {
  document.documentElement.lang = locale;
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
}
