// The language of the page: what the reader chose, else what the browser asks for, else English.

import de from "./de.js";
import { setAttribute } from "./dom.js";
import en from "./en.js";
import zh from "./zh.js";

/** @typedef {keyof typeof en} TextKey */
/** @typedef {string | string[]} Text of a pair the first is for one */
/** @typedef {"en" | "de" | "zh"} Language */

const STORED = "weir-language";

/** @type {Record<Language, string>} */
export const LANGUAGES = { en: "English", de: "Deutsch", zh: "中文" };

/** @type {Record<Language, Record<TextKey, Text>>} */
const dictionaries = { en, de, zh };

/** @type {Record<Language, string>} */
const LOCALES = { en: "en-GB", de: "de-DE", zh: "zh-CN" };

/** @type {(tag: string) => tag is Language} */
export const isLanguage = (tag) => Object.hasOwn(LANGUAGES, tag);

/**
 * The first of the language tags that the page has.
 *
 * @param {Iterable<unknown>} tags such as zh-Hans-CN
 * @returns {Language}
 */
export function languageOf(tags) {
  for (const tag of tags) {
    const short = String(tag).slice(0, 2).toLowerCase();
    if (isLanguage(short)) return short;
  }
  return "en";
}

// Without a browser, as in the unit tests, there may be neither.
const chosen = globalThis.localStorage?.getItem(STORED);

export const language = languageOf([chosen, ...(globalThis.navigator?.languages ?? [])]);

/** Numbers and times as they are written in that language; the clock has 24 hours. */
export const locale = LOCALES[language];

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });

/**
 * Sets the language and loads the page again in it.
 *
 * @param {Language} tag
 */
export function choose(tag) {
  localStorage.setItem(STORED, tag);
  location.reload();
}

/**
 * A text with {0}, {1}, … replaced; of a pair the first where {0} is one.
 *
 * @param {Text} entry
 * @param {(string | number)[]} values
 */
export function filled(entry, values) {
  const text = typeof entry === "string" ? entry : entry[values[0] === 1 ? 0 : 1];
  return text.replaceAll(/\{(\d)\}/g, (_, at) => {
    const value = values[at];
    return typeof value === "number" ? whole.format(value) : value;
  });
}

/**
 * The text of `key` with the values filled in.
 *
 * @param {TextKey} key
 * @param {(string | number)[]} values
 */
export function t(key, ...values) {
  const entry = dictionaries[language][key];
  if (entry === undefined) throw new Error(`no text for ${key}`);
  return filled(entry, values);
}

/** @type {(key: string) => key is TextKey} */
export const isKey = (key) => Object.hasOwn(dictionaries[language], key);

/**
 * The text of something that the gateway names, or `undefined` where it is a new one.
 *
 * @param {string} group
 * @param {string} name
 * @param {(string | number)[]} values
 */
export function textOf(group, name, ...values) {
  const key = `${group}.${name}`;
  return isKey(key) ? t(key, ...values) : undefined;
}

/**
 * The text of a word that the gateway uses, or the word itself where it is a new one.
 *
 * @param {string} group
 * @param {string} value
 */
export function word(group, value) {
  return textOf(group, value) ?? value.replaceAll("_", " ");
}

/**
 * Puts the texts of the language into what index.html marks with data-t and data-t-label.
 *
 * @param {ParentNode} root
 */
export function translate(root) {
  document.documentElement.lang = locale;
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = attributeText(node, "data-t");
  for (const node of root.querySelectorAll("[data-t-label]")) {
    setAttribute(node, "aria-label", attributeText(node, "data-t-label"));
  }
}

/**
 * @param {Element} node
 * @param {string} attribute
 */
function attributeText(node, attribute) {
  const key = node.getAttribute(attribute) ?? "";
  if (!isKey(key)) throw new Error(`no text for ${key}`);
  return t(key);
}
