// Fields of the form of the configuration: each edits one value of a group, and says what is wrong with it.

import { element, setAttribute, setText } from "./dom.js";
import { adviceOf, wordsOf } from "./configwords.js";
import { t } from "./i18n.js";
import { field } from "./sheet.js";

/** @typedef {import("../types/api.js").SiteProblem} SiteProblem */
/** @typedef {import("./i18n.js").TextKey} TextKey */
/** @typedef {Record<string, any>} Group a part of the configuration, as JSON */
/** @typedef {(string | number)[]} Keys that lead to a value */

/**
 * How a value stands in its field; a value that is `undefined` is not there.
 *
 * @typedef {object} Kind
 * @property {string} type of the input
 * @property {(value: any) => string} text
 * @property {(text: string) => any} value
 * @property {(value: any) => boolean} holds whether a value can be shown and changed without losing anything
 */

/**
 * A value that a group may have.
 *
 * @typedef {object} Column
 * @property {string} key
 * @property {TextKey} label
 * @property {TextKey} [of] what stands in the label
 * @property {Kind} kind
 * @property {() => [string, string][]} [options] value and name of each, where one is chosen
 * @property {TextKey} [help] what it is, in a sentence
 * @property {string} [hint] a value such as those it takes
 * @property {() => any} [none] what an empty field says; without it, nothing is said
 */

/**
 * What is being edited.
 *
 * @typedef {object} Form
 * @property {Group} draft what the file is to hold
 * @property {Group} main what the main file says
 * @property {ReturnType<typeof problemBook>} book
 * @property {() => void} changed called after each change of a value
 * @property {Set<string>} folds the groups of fields that are open
 * @property {Map<string, number>} pages of each long list the page that is shown
 * @property {Map<string, string>} searches what is looked for in each long list
 * @property {(focus?: Keys) => void} redraw makes all fields again, after rows came or went
 */

/** @param {any} value */
const written = (value) => (value === undefined ? "" : String(value));

/** @type {(text: string) => string | undefined} */
const orNone = (text) => (text.trim() === "" ? undefined : text.trim());

const isOne = (/** @type {any} */ value) => value === undefined || value === null || typeof value !== "object";

/** @type {Kind} */
export const TEXT = { type: "text", text: written, value: orNone, holds: isOne };

/** @type {Kind} */
export const TIME = { ...TEXT, type: "time" };

/** @type {Kind} */
export const DATE = { ...TEXT, type: "date" };

/** @type {Kind} */
export const MOMENT = { ...TEXT, type: "datetime-local" };

/** @type {Kind} what is no number stays a text, with which the gateway finds fault */
export const NUMBER = {
  type: "text", text: written, holds: isOne,
  value: (text) => {
    const given = orNone(text)?.replace(",", ".");
    return given === undefined || Number.isNaN(Number(given)) ? given : Number(given);
  },
};

/** @param {string} text */
const listed = (text) => text.split(/[,，]/).map((one) => one.trim()).filter((one) => one !== "");

/** Whether a text stands in a list as it is. @param {string} text */
const isPlain = (text) => text.trim() === text && text !== "" && !/[,，]/.test(text);

/** @type {Kind} several texts with commas between them */
export const LIST = {
  type: "text",
  text: (value) => (Array.isArray(value) ? value.join(", ") : written(value)),
  value: (text) => (orNone(text) === undefined ? undefined : listed(text)),
  holds: (value) => (Array.isArray(value) ? value.every((one) => isOne(one) && isPlain(String(one))) : isOne(value)),
};

const isBreak = (/** @type {any} */ value) => typeof value === "object" && value !== null
  && Object.keys(value).join() === "start,minutes" && /^\S+ \S+$/.test(`${value.start} ${value.minutes}`);

/** @type {Kind} breaks such as 10:00 30, 12:00 15: begin and minutes */
export const BREAKS = {
  type: "text",
  text: (value) => (Array.isArray(value) ? value.map(({ start, minutes }) => `${start} ${minutes}`).join(", ") : ""),
  value: (text) => (orNone(text) === undefined ? undefined : listed(text).map((one) => {
    const [start, minutes] = one.split(/\s+/);
    return minutes === undefined ? { start } : { start, minutes: NUMBER.value(minutes) };
  })),
  holds: (value) => (Array.isArray(value) ? value.every(isBreak) : value === undefined),
};

/** Yes, no, or as the level above. @type {Kind} */
export const FLAG = {
  type: "text", text: written, holds: isOne,
  value: (text) => (text === "" ? undefined : text === "true"),
};

export const AS_PATH = (/** @type {Keys} */ path) => JSON.stringify(path);

/** Which field shows what is wrong with which value. */
export function problemBook() {
  /** @type {Map<string, { show: (texts: string[]) => void, focus: () => void }>} */
  const fields = new Map();

  /**
   * The field of a value, or of the value that it is a part of.
   *
   * @param {Keys} path
   */
  function nearest(path) {
    for (let length = path.length; length > 0; length--) {
      const key = AS_PATH(path.slice(0, length));
      if (fields.has(key)) return key;
    }
    return null;
  }
  return {
    /** @param {Keys} [path] below which; all of them without it */
    forget(path = []) {
      const below = AS_PATH(path).slice(0, -1);
      for (const key of fields.keys()) if (key.startsWith(below)) fields.delete(key);
    },
    /** @type {(path: Keys, show: (texts: string[]) => void, focus: () => void) => void} */
    add: (path, show, focus) => {
      fields.set(AS_PATH(path), { show, focus });
    },
    focus: (/** @type {Keys} */ path) => fields.get(AS_PATH(path))?.focus(),
    /**
     * Shows each problem beside its field; returns those that have none.
     *
     * @param {SiteProblem[]} problems
     */
    show(problems) {
      /** @type {Map<string, string[]>} */
      const found = new Map([...fields.keys()].map((key) => [key, []]));
      const others = problems.filter((problem) => {
        const key = problem.isHere ? nearest(problem.path) : null;
        if (key !== null) found.get(key)?.push(problemText(problem));
        return key === null;
      });
      for (const [key, texts] of found) fields.get(key)?.show(texts);
      const first = [...found].find(([, texts]) => texts.length > 0);
      if (first !== undefined) fields.get(first[0])?.focus();
      return others;
    },
  };
}

/** @param {SiteProblem} problem */
export const problemText = ({ message, suggestion }) =>
  (suggestion === null ? wordsOf(message) : `${wordsOf(message)} (${adviceOf(suggestion)})`);

let count = 0;

/** @param {[string, string][]} options */
function chooser(options) {
  const select = element("select");
  for (const [value, name] of options) {
    const option = element("option", "", name);
    option.value = value;
    select.append(option);
  }
  return select;
}

/**
 * An input with a value; what an input of its type cannot show stands in one for any text.
 *
 * @param {Column} column
 * @param {string} value
 */
function typed({ kind, hint }, value) {
  const input = element("input");
  input.type = kind.type;
  input.value = value;
  if (input.value !== value) {
    input.type = "text";
    input.value = value;
  }
  if (hint !== undefined) setAttribute(input, "placeholder", hint);
  return input;
}

/**
 * A choice with a value; one that is not among its options stands there too.
 *
 * @param {[string, string][]} options
 * @param {string} value
 */
function selected(options, value) {
  const select = chooser(options.some(([one]) => one === value) ? options : [...options, [value, value]]);
  select.value = value;
  return select;
}

/** @param {HTMLElement} input @param {string} id @param {boolean} isDescribing */
function describe(input, id, isDescribing) {
  const ids = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one !== ""));
  if (isDescribing) ids.add(id);
  else ids.delete(id);
  if (ids.size > 0) input.setAttribute("aria-describedby", [...ids].join(" "));
  else input.removeAttribute("aria-describedby");
}

/** @param {TextKey | undefined} key @param {HTMLElement} input */
function helpText(key, input) {
  if (key === undefined) return [];
  const text = element("p", "quiet config-help", t(key));
  text.id = `config-help-${++count}`;
  describe(input, text.id, true);
  return [text];
}

/**
 * A place for what is wrong with a value, below the input that shows it.
 *
 * @param {Form} form
 * @param {Keys} path of the value
 * @param {HTMLElement} input
 */
export function problemPlace({ book }, path, input) {
  const problem = element("p", "down-text config-problem");
  problem.id = `config-problem-${++count}`;
  problem.hidden = true;
  book.add(path, (texts) => {
    setText(problem, texts.join(" "));
    problem.hidden = texts.length === 0;
    describe(input, problem.id, texts.length > 0);
    if (texts.length > 0) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }, () => input.focus());
  return problem;
}

/**
 * The field of one value of a group.
 *
 * @param {Form} form
 * @param {Group} group
 * @param {Keys} path of the group
 * @param {Column} column
 */
export function configField(form, group, path, column) {
  const { key, label, of, kind, options, help, none } = column;
  const isElsewhere = !kind.holds(group[key]);
  const text = isElsewhere ? "" : kind.text(group[key]);
  const input = options === undefined ? typed(column, text) : selected(options(), text);
  input.disabled = isElsewhere; // it is changed in the text
  if (isElsewhere) setAttribute(input, "title", t("config.inText"));
  input.addEventListener("input", () => {
    const given = kind.value(input.value) ?? none?.();
    if (given === undefined) delete group[key];
    else group[key] = given;
    form.changed();
  });
  return element("div", "config-field", field(of === undefined ? t(label) : t(label, t(of)), input),
    ...helpText(help, input), problemPlace(form, [...path, key], input));
}
