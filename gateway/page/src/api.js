// Requests to the gateway's API.

import { t, textOf, word } from "./i18n.js";

const TOKEN = "weir-token"; // kept for the tab only

const ANSWER_MS = 30_000; // a request that hangs must not be the last one

/** @typedef {Partial<import("./model.js").Place>} Levels */

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (/** @type {string} */ value) => sessionStorage.setItem(TOKEN, value),
};

/** What a request by the cookie of a login sends with whatever it changes; "" without a login. */
export const csrf = { value: "" };

/** @returns {Record<string, string>} */
export function headers() {
  const held = token.get();
  if (held) return { Authorization: `Bearer ${held}` };
  return csrf.value === "" ? {} : { "X-Weir-Csrf": csrf.value };
}

/**
 * @param {unknown} failure
 * @returns {string}
 */
export const messageOf = (failure) => (failure instanceof Error ? failure.message : String(failure));

/**
 * The answer as JSON. Throws an Error with the reason that the problem document gives.
 *
 * @param {string} path
 * @param {{ method?: string, body?: string, signal?: AbortSignal, headers?: Record<string, string> }} options
 */
async function json(path, options) {
  const response = await answered(path, { ...options, headers: { ...headers(), ...options.headers } });
  if (response.ok) return JSON.parse(response.body);
  throw new Error(problemOf(response.status, response.statusText, response.body));
}

/**
 * What the browser says where there is no answer is in its own words, in English.
 *
 * @param {string} path
 * @param {RequestInit} options
 */
async function answered(path, options) {
  try {
    const response = await fetch(path, { cache: "no-store", ...options });
    const { ok, status, statusText } = response;
    return { ok, status, statusText, body: await response.text() };
  } catch (cause) {
    throw new Error(t("said.offline"), { cause });
  }
}

/**
 * Why a request failed, as the problem document says; in the language of the page what anybody may meet.
 *
 * @param {number} status
 * @param {string} statusText
 * @param {string} body
 * @returns {string}
 */
export function problemOf(status, statusText, body) {
  if (status === 401) return t("fetch.noLogin");
  try {
    const { detail, role, missing } = JSON.parse(body);
    if (status === 403 && typeof role === "string") return t("may.not", word("role", role));
    return textOf("missing", String(missing)) ?? detail ?? String(status);
  } catch {
    return `${status} ${statusText}`; // not the gateway's own answer
  }
}

export const get = (/** @type {string} */ path) => json(path, { signal: AbortSignal.timeout(ANSWER_MS) });

/**
 * @param {string} path
 * @param {object} body
 */
export const post = (path, body) =>
  json(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

/**
 * Says something once: a gateway that has kept it answers as the first time. Status 0 is no answer.
 *
 * @param {string} path
 * @param {object} body
 * @param {string} key
 * @returns {Promise<{ status: number, answer: any, problem: string }>}
 */
export async function send(path, body, key) {
  try {
    const response = await fetch(path, {
      method: "POST", cache: "no-store", body: JSON.stringify(body), signal: AbortSignal.timeout(ANSWER_MS),
      headers: { ...headers(), "Content-Type": "application/json", "Idempotency-Key": key },
    });
    const text = await response.text();
    const problem = response.ok ? "" : problemOf(response.status, response.statusText, text);
    return { status: response.status, answer: parsed(text), problem };
  } catch (failure) {
    return { status: 0, answer: null, problem: messageOf(failure) };
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not the gateway's own answer
  }
}

/**
 * `path?…` with what is given, and the levels of `place`, of which "" means that it has none.
 *
 * @param {string} path
 * @param {Record<string, string | number | null>} parameters
 * @param {Levels} place
 */
export function query(path, parameters, place = {}) {
  const all = new URLSearchParams(place);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== "") all.append(name, String(value));
  }
  return `${path}?${all}`;
}

/** How watches ask; what looks at the past replaces it. */
export const asking = { ask: get, leastSeconds: 0 };

const LEAST_MS = 5000; // in a large plant some state changes every second

/**
 * @typedef {object} Watch
 * @property {() => void} ask asks at once
 * @property {() => void} nudge asks soon, since a state changed
 * @property {() => void} end
 */

/** @type {Set<Watch>} */
const watches = new Set();

/**
 * Asks for `path()` at once, every `seconds`, and when `nudge` says that a state changed. Calls
 * `take` with each answer and `fail` with the reason of a failure; the next answer may be good
 * again. A path that is null is not known yet: nothing is asked until `ask` is called again.
 *
 * @template Answer
 * @param {() => string | null} path
 * @param {number} seconds
 * @param {(answer: Answer) => void} take
 * @param {(reason: string) => void} fail
 * @returns {Watch}
 */
export function watch(path, seconds, take, fail) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let ended = false;
  let asked = 0;
  let waiting = false;
  let askedAt = 0;
  const ask = async () => {
    clearTimeout(timer);
    const wanted = path();
    if (wanted === null) return;
    const mine = ++asked;
    askedAt = Date.now();
    waiting = true;
    try {
      const answer = await asking.ask(wanted);
      if (!ended && mine === asked) take(answer);
    } catch (failure) {
      if (!ended && mine === asked) fail(messageOf(failure));
    }
    if (mine !== asked) return;
    waiting = false;
    if (!ended) timer = setTimeout(ask, Math.max(seconds, asking.leastSeconds) * 1000);
  };
  const watching = {
    ask,
    nudge() {
      if (waiting) return; // or an answer that takes long would never be the newest
      const wait = askedAt + LEAST_MS - Date.now();
      if (wait <= 0) {
        ask();
      } else if (!ended) {
        clearTimeout(timer);
        timer = setTimeout(ask, wait);
      }
    },
    end() {
      ended = true;
      clearTimeout(timer);
      watches.delete(watching);
    },
  };
  watches.add(watching);
  ask();
  return watching;
}

/** Asks for all that is shown, at once: something was said that changes it. */
export function askAgain() {
  for (const watching of watches) watching.ask();
}

export function nudge() {
  for (const watching of watches) watching.nudge();
}
