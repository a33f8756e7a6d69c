// Requests to the gateway's API.

const TOKEN = "weir-token"; // kept for the tab only

const ANSWER_MS = 30_000; // a question that is lost must not be the last one

export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (value) => sessionStorage.setItem(TOKEN, value),
};

export function headers() {
  return token.get() ? { Authorization: `Bearer ${token.get()}` } : {};
}

/** The answer as JSON; throws an Error with the reason that the problem document gives. */
async function json(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options, headers: { ...headers(), ...options.headers } });
  const body = await response.text();
  if (response.ok) return JSON.parse(body);
  let detail = `${response.status}`;
  try {
    detail = JSON.parse(body).detail ?? detail;
  } catch {
    detail = `${detail} ${response.statusText}`; // not the gateway's own answer
  }
  throw new Error(detail);
}

export const get = (path) => json(path, { signal: AbortSignal.timeout(ANSWER_MS) });
export const post = (path, body) =>
  json(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

/** `path?…` with what is given, and the levels of `place`, of which "" means that it has none. */
export function query(path, parameters, place = {}) {
  const all = new URLSearchParams(place);
  for (const [name, value] of Object.entries(parameters)) if (value !== null && value !== "") all.append(name, value);
  return `${path}?${all}`;
}

const LEAST_MS = 5000; // in a large plant some state changes every second
const watches = new Set();

/**
 * Asks for `path()` at once, every `seconds`, and when `nudge` says that a state changed. Calls
 * `take` with each answer and `fail` with what went wrong; the next answer may mend it. A path that
 * is null is not known yet: nothing is asked until `ask` is called again.
 */
export function watch(path, seconds, take, fail) {
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
      const answer = await get(wanted);
      if (!ended && mine === asked) take(answer);
    } catch (failure) {
      if (!ended && mine === asked) fail(failure.message);
    }
    if (mine !== asked) return;
    waiting = false;
    if (!ended) timer = setTimeout(ask, seconds * 1000);
  };
  const watching = {
    ask,
    nudge() {
      if (waiting) return; // or an answer that takes long would never be the newest
      const wait = askedAt + LEAST_MS - Date.now();
      if (wait <= 0) ask();
      else if (!ended) {
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

export function nudge() {
  for (const watching of watches) watching.nudge();
}
