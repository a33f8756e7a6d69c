// Who is at this page, and what he or she may do: as the gateway says, which checks it itself.

import { csrf, get, headers, messageOf, post } from "./api.js";
import { button, element, setAttribute, setText } from "./dom.js";
import { choose, isLanguage, language, t, textOf, word } from "./i18n.js";
import { setPlantZone, setZone } from "./zone.js";

/** @typedef {import("../types/api.js").Session} Session */
/** @typedef {import("../types/api.js").Right} Right */

const ZONE = "weir-zone";

/** @type {Session | null} null while the gateway has not said it */
let session = null;

export const me = () => session;

/** The name of the user who has logged in; "" for nobody. */
export const userName = () => (session?.kind === "user" ? session.name : "");

/**
 * Whether the one at this page may do something. The gateway refuses it otherwise, so before it has
 * said anything nothing is hidden.
 *
 * @param {Right} right
 */
export const may = (right) => session === null || session.rights.includes(right);

/** Why something cannot be done here. */
export const whyNot = () => t("may.not", word("role", session?.role ?? "stranger"));

/**
 * A button that only those who have a right can use; it says why to the others.
 *
 * @template {HTMLButtonElement} Button
 * @param {Right} right
 * @param {Button} made
 */
export function onlyFor(right, made) {
  if (may(right)) return made;
  made.disabled = true;
  setAttribute(made, "title", whyNot());
  return made;
}

/** A line that says why nothing can be said here. */
export const refusal = () => element("p", "quiet", whyNot());

/** Whether what somebody chooses is kept by the gateway, for all screens. */
const isKept = () => session?.kind === "user";

/** @param {Session} answer */
function take(answer) {
  const isOwn = answer.kind === "user" || answer.kind === "wall";
  session = isOwn ? answer : { ...answer, language: "", zone: localStorage.getItem(ZONE) ?? "" };
  setZone(session.zone, answer.plantZone);
  setPlantZone(answer.plantZone);
  if (isOwn && isLanguage(answer.language) && answer.language !== language) choose(answer.language);
  csrf.value = answer.csrf;
  renewIn(answer.renewSeconds);
  if (isOwn) wentWrong(); // it no longer matters
  return answer;
}

/**
 * Keeps language or zone: with the user who has logged in, else in this browser.
 *
 * @param {{ language?: import("./i18n.js").Language, zone?: string }} look
 */
export async function keepLook(look) {
  if (look.zone !== undefined) localStorage.setItem(ZONE, look.zone);
  if (!isKept()) return;
  try {
    const { language: before, zone } = session ?? { language: "", zone: "" };
    await post("/api/v1/session/look", { language: before, zone, ...look });
  } catch (failure) {
    console.info("look:", messageOf(failure)); // it holds in this browser
  }
}

/** Asks who is here; a gateway that does not answer changes nothing. */
export async function loadSession() {
  try {
    take(await get("/api/v1/session"));
  } catch (failure) {
    console.info("session:", messageOf(failure));
  }
}

/**
 * Logs in; returns why not, or "".
 *
 * @param {string} name
 * @param {string} password
 */
async function login(name, password) {
  try {
    const response = await fetch("/api/v1/session", {
      method: "POST", cache: "no-store", body: JSON.stringify({ name, password }),
      headers: { "Content-Type": "application/json" },
    });
    if (response.ok) {
      take(await response.json());
      return "";
    }
    if (response.status === 401) return t("login.wrong");
    if (response.status === 429) return t("login.wait", Number(response.headers.get("Retry-After") ?? 1));
    return t("fetch.failed", String(response.status));
  } catch (failure) {
    return t("fetch.failed", messageOf(failure));
  }
}

const BY_PROVIDER = "weir-by-provider"; // set while this page may ask the provider again without a question
const ASKED_AT = "weir-asked-at";
const IDLE_MS = 60_000;
const LOOK_MS = 15_000;
const RETRY_MS = 300_000; // a provider that is away is not asked at each look

let renewAt = Infinity;
let touchedAt = 0;
/** @type {Set<() => boolean>} each says whether something would be lost */
const unsaved = new Set();

/**
 * Keeps the page open while something would be lost.
 *
 * @param {() => boolean} isUnsaved
 */
export function keepWhile(isUnsaved) {
  unsaved.add(isUnsaved);
  return () => {
    unsaved.delete(isUnsaved);
  };
}

/** @param {number | null | undefined} seconds until the provider should be asked again; null where there is none */
function renewIn(seconds) {
  const isByProvider = seconds !== null && seconds !== undefined;
  renewAt = isByProvider ? Date.now() + seconds * 1000 : Infinity;
  if (isByProvider) sessionStorage.setItem(BY_PROVIDER, "yes");
}

/** Goes to the provider, which asks nothing, and comes back to this view. */
function askSilently() {
  sessionStorage.removeItem(BY_PROVIDER);
  sessionStorage.setItem(ASKED_AT, String(Date.now()));
  sessionStorage.setItem(PLACE, location.hash.replace(/^#/, ""));
  location.assign(`${PROVIDER}?silent=yes`);
}

/** Asks the provider again before the session ends, while nobody is at the page. */
export function beginRenewal() {
  const touched = () => {
    touchedAt = Date.now();
  };
  for (const kind of ["pointerdown", "keydown", "input"]) document.addEventListener(kind, touched, true);
  setInterval(() => {
    const now = Date.now();
    const isIdle = now - touchedAt > IDLE_MS && document.querySelector("dialog[open]") === null;
    const isTooEarly = now < renewAt || now - Number(sessionStorage.getItem(ASKED_AT)) < RETRY_MS;
    if (isTooEarly || !isIdle || [...unsaved].some((one) => one())) return;
    askSilently();
  }, LOOK_MS);
}

/** Where the session of somebody whom the provider knows has ended, asks it once; whether it does. */
export function askProviderAgain() {
  if (sessionStorage.getItem(BY_PROVIDER) === null || session?.provider === null) return false;
  askSilently();
  return true;
}

/** Logs out, here and at the provider that knew who it was, and shows the login. */
export async function logout() {
  sessionStorage.removeItem(BY_PROVIDER);
  try {
    const response = await fetch("/api/v1/session", { method: "DELETE", headers: headers() });
    const there = response.ok ? (await response.json()).logout : undefined;
    if (typeof there === "string") {
      location.assign(there);
      return;
    }
  } catch (failure) {
    console.info("logout:", messageOf(failure)); // the page then shows that the connection is lost
  }
  location.reload();
}

const PROVIDER = "/api/v1/session/oidc";
const PLACE = "weir-place"; // the view to come back to

/** Goes on to the view from which somebody went to the provider, as if it were just opened. */
export function comeBack() {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place !== null && location.hash === "") {
    history.replaceState(null, "", `${location.pathname}${location.search}#${place}`);
  }
}

/** Why the provider's login went wrong, as the address says once; "" where it does not. */
function wentWrong() {
  const why = new URLSearchParams(location.search).get("login");
  if (why === null) return "";
  history.replaceState(null, "", location.pathname + location.hash);
  if (why === "would-ask") return ""; // the login is there for it
  return textOf("provider", why) ?? t("provider.refused");
}

/**
 * The link to the provider, which asks who somebody is.
 *
 * @param {string} label
 */
function providerLink(label) {
  const link = element("a", "button", label === "" ? t("provider.go") : label);
  link.href = PROVIDER;
  link.addEventListener("click", () => sessionStorage.setItem(PLACE, location.hash.replace(/^#/, "")));
  return link;
}

const ASK_MS = 3000;

/** A button that shows a code, by which an admin makes this screen a wall. */
function pairing() {
  const code = element("b", "big");
  const how = element("p", "quiet", t("wall.how"));
  const failure = element("p", "down-text");
  failure.setAttribute("role", "alert");
  const start = button(t("wall.this"), begin);
  const shown = element("div", "", how, code);
  shown.setAttribute("role", "status");
  shown.hidden = true;

  async function begin() {
    start.disabled = true;
    setText(failure, "");
    try {
      const begun = await post("/api/v1/walls/code", {});
      setText(code, `${begun.code.slice(0, 4)}-${begun.code.slice(4)}`);
      shown.hidden = false;
      setTimeout(() => ask(begun.secret), ASK_MS);
    } catch (reason) {
      end(messageOf(reason));
    }
  }

  /** @param {string} secret */
  async function ask(secret) {
    try {
      const answer = await post("/api/v1/walls/claim", { secret });
      if (answer.waiting === true) setTimeout(() => ask(secret), ASK_MS);
      else location.reload();
    } catch (reason) {
      end(messageOf(reason));
    }
  }

  /** @param {string} reason */
  function end(reason) {
    shown.hidden = true;
    start.disabled = false;
    setText(failure, t("fetch.failed", reason));
  }
  return element("div", "pairing", start, shown, failure);
}

/**
 * The form in which somebody logs in.
 *
 * @param {() => void} done called once somebody has
 */
export function loginForm(done) {
  const name = element("input");
  name.autocomplete = "username";
  name.required = true;
  name.maxLength = 64;
  const password = element("input");
  password.type = "password";
  password.autocomplete = "current-password";
  password.required = true;
  const failure = element("p", "down-text");
  failure.setAttribute("role", "alert");
  setText(failure, wentWrong());
  const provider = session?.provider ?? null;
  const go = element("button", "", t("login.title"));
  const form = element("form", "form",
    element("label", "field", element("span", "", t("login.name")), name),
    element("label", "field", element("span", "", t("login.password")), password), failure,
    element("div", "toolbar", go, ...(provider === null ? [] : [providerLink(provider)])));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    const problem = await login(name.value, password.value);
    go.disabled = false;
    setText(failure, problem);
    if (problem === "") {
      done();
    } else {
      password.value = "";
      password.focus();
    }
  });
  return {
    root: element("main", "", element("div", "panel narrow", element("h1", "", t("login.title")), form, pairing())),
    focus: () => name.focus(),
  };
}
