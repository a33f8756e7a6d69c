// The live page: one stream of whole snapshots in, the view of the address out.

import { takeModel } from "./act.js";
import { showAlarms } from "./alarmrows.js";
import { alarmsOf, lostAlarm } from "./alarms.js";
import { nudge, token } from "./api.js";
import { takeAssetLabels } from "./assetlabels.js";
import { byId, element, keyed, setAttribute, setClass, setText, visible } from "./dom.js";
import { clock } from "./format.js";
import { offerFleet } from "./fleet.js";
import { freshness } from "./freshness.js";
import { LANGUAGES, choose, language, t, translate, word } from "./i18n.js";
import { modelOf } from "./model.js";
import { takeNow } from "./now.js";
import { addRates, seen } from "./rates.js";
import { takeLabels } from "./shiftlabels.js";
import { addressOf } from "./address.js";
import { lookBack } from "./lookback.js";
import { beginNotices, onNotices } from "./notices.js";
import { chosenTime, takeChosen, withTime } from "./pasttime.js";
import { timePicker } from "./picker.js";
import { takePlaces } from "./places.js";
import {
  askProviderAgain, beginRenewal, comeBack, keepLook, loadSession, loginForm, logout, may, me,
} from "./session.js";
import { closeSheet } from "./sheet.js";
import { ofSite, takeSite, withSite } from "./sites.js";
import { siteSwitch } from "./siteswitch.js";
import { followAlways } from "./stream.js";
import { beginTray } from "./tray.js";
import { beginUse, keepUp } from "./upgrade.js";
import { VIEWS } from "./views.js";
import { beginZone } from "./zonechoice.js";

/** @typedef {import("../types/api.js").Snapshot} Snapshot */
/** @typedef {import("../types/api.js").Status} Status */
/** @typedef {import("./i18n.js").Language} Language */
/** @typedef {import("./model.js").Model} Model */

/**
 * What a file of a view makes.
 *
 * @typedef {object} View
 * @property {string} title
 * @property {HTMLElement} heading gets the focus
 * @property {HTMLElement} root
 * @property {(model: Model) => void} draw called with each snapshot
 * @property {() => void} leave ends what the view watches
 */

/** @type {Record<Status["state"], import("./states.js").Kind>} */
const GATEWAY_KINDS = { running: "running", degraded: "micro", starting: "setup", stopping: "planned" };

/** @type {Model | null} */
let model = null;
/** @type {Model | null} the plant in the chosen span of the past */
let past = null;
/** @type {View | null} */
let view = null;
/** @type {number | null} when the newest snapshot came */
let takenAt = null;
/** @type {string | null} what to say while there is no stream */
let lost = null;
/** For which role the view was made: another one may do other things in it. */
let role = "";

const picker = timePicker(byId("when"));
const nameZone = beginZone(byId("zone"));
const back = lookBack(() => model, (then, note, failed) => {
  past = then ?? past;
  picker.say(note, failed);
  draw();
});

const sites = siteSwitch(byId("sites"));

/** What the view shows: the present, or the chosen span once it is there; of the chosen site. */
function shown() {
  const all = chosenTime() === null ? model : past;
  return all === null ? null : ofSite(all);
}

function draw() {
  const now = shown();
  if (now !== null && view !== null) view.draw(now);
}

/** @param {URLSearchParams} search of the address */
function chooseTime(search) {
  takeChosen(search);
  past = null;
  const time = chosenTime();
  document.body.classList.toggle("past", time !== null);
  byId("when").hidden = model?.hasFigures !== true;
  picker.show();
  if (time !== null) back.ask();
}

/** @param {boolean} move whether the reader followed a link */
function open(move) {
  view?.leave();
  closeSheet();
  const { name, ...where } = addressOf(location.hash);
  const known = Object.hasOwn(VIEWS, name) ? name : "";
  chooseTime(where.search);
  takeSite(where.search);
  view = VIEWS[known]({ name: known, ...where });
  byId("view").replaceChildren(view.root);
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("nav a"))) {
    if (link.getAttribute("href")?.split("?")[0] === `#/${known}`) {
      setAttribute(link, "aria-current", "page");
      showInRow(link);
    } else link.removeAttribute("aria-current");
  }
  if (model !== null) sites.show(model);
  draw();
  if (move) {
    window.scrollTo(0, 0);
    focusHeading(view);
  }
  showTitle();
}

/**
 * On a phone the row of links scrolls.
 *
 * @param {HTMLElement} link
 */
function showInRow(link) {
  const row = /** @type {HTMLElement} */ (link.parentElement);
  row.scrollLeft = link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
}

/** @param {View} opened */
function focusHeading({ heading }) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function showTitle() {
  const parts = [lost === null ? "" : t("lost.title"), view?.title ?? "", model?.status.gateway ?? "", "Weir"];
  document.title = visible(parts.filter((part) => part !== "").join(" · "));
}

function showHead() {
  const age = takenAt === null ? null : (Date.now() - takenAt) / 1000;
  document.body.classList.toggle("lost", lost !== null);
  showStream(age);
  showGateway();
  const alarms = model === null ? [] : alarmsOf(model.status);
  showAlarms(lost === null ? alarms : [lostAlarm(lost, age), ...alarms]);
}

/** @param {number | null} age of the newest snapshot, in seconds */
function showStream(age) {
  const { kind, text } = freshness(lost !== null, age, model);
  setClass(byId("stream"), `badge ${kind}`);
  setText(byId("stream"), text);
}

function showGateway() {
  nameZone();
  const state = lost === null && model !== null ? model.status.state : null;
  setClass(byId("state"), `badge ${state === null ? "unknown" : GATEWAY_KINDS[state]}`);
  setText(byId("state"), word("gateway", state ?? "unknown"));
  setAttribute(byId("state"), "title", model?.status.reason ?? "");
  if (model !== null) {
    setText(byId("name"), model.status.gateway);
    setText(byId("clock"), clock(model.now));
  }
}

/** @param {Snapshot} snapshot */
function take(snapshot) {
  keepUp(false); // at first: what another version sends may not be read here
  const before = model;
  const recovered = lost !== null;
  takeAssetLabels(snapshot.efficiency?.assetLabels ?? {});
  model = modelOf(snapshot);
  takeNow(model.now);
  takeModel(model);
  takePlaces(model);
  takeLabels(snapshot.efficiency?.shiftLabels ?? {});
  takenAt = Date.now();
  lost = null;
  addRates(seen, model);
  byId("login").hidden = true;
  byId("connecting").hidden = true;
  byId("main").hidden = false;
  const isFirst = view === null;
  const isOther = role !== (me()?.role ?? role);
  role = me()?.role ?? role;
  if (isFirst || isOther) open(false);
  else if (chosenTime() === null) draw();
  if (isFirst) {
    beginNotices();
    onNotices(showHead);
    offerFleet();
  }
  sites.show(model);
  byId("when").hidden = !model.hasFigures;
  if (before !== null && (before.states !== model.states || recovered)) nudge();
  showMe();
  showHead();
  showTitle();
}

/** Who has logged in, with the way out; of a wall its name. */
function showMe() {
  const session = me();
  byId("configure").hidden = !may("engineer");
  const isKnown = session !== null && session.login === "users" && session.name !== "";
  byId("me").hidden = !isKnown;
  if (!isKnown) return;
  setText(byId("who"), t("login.as", session.name, word("role", session.role)));
  byId("logout").hidden = session.kind !== "user";
}

function loseStream() {
  lost = takenAt === null ? t("lost.unreachable") : t("lost.since", clock(takenAt));
  showHead();
  showTitle();
}

/**
 * Resolves once somebody may be here.
 *
 * @param {boolean} refused whether a token was refused
 * @returns {Promise<void>}
 */
async function askForLogin(refused) {
  await loadSession();
  return me()?.login === "users" ? askForUser() : askForToken(refused);
}

/**
 * Never resolves: the page is loaded again at its address, as another one may see it.
 *
 * @returns {Promise<void>}
 */
function askForUser() {
  if (askProviderAgain()) return new Promise(() => {});
  byId("main").hidden = true;
  byId("connecting").hidden = true;
  const form = loginForm(() => location.reload());
  byId("users").replaceChildren(form.root);
  form.focus();
  return new Promise(() => {});
}

/**
 * Resolves once a token was given.
 *
 * @param {boolean} refused whether one was refused
 * @returns {Promise<void>}
 */
function askForToken(refused) {
  const input = /** @type {HTMLInputElement} */ (byId("token"));
  byId("main").hidden = true;
  byId("connecting").hidden = true;
  byId("login").hidden = false;
  byId("refused").hidden = !refused;
  input.focus();
  return new Promise((given) => {
    byId("login").addEventListener("submit", (event) => {
      event.preventDefault();
      token.set(input.value.trim());
      input.value = "";
      given();
    }, { once: true });
  });
}

function showLanguages() {
  const all = /** @type {[Language, string][]} */ (Object.entries(LANGUAGES));
  keyed(byId("languages"), all, ([tag]) => tag, ([tag, name]) => {
    const button = element("button", "", name);
    button.type = "button";
    button.lang = tag;
    button.addEventListener("click", () => keepLook({ language: tag }).then(() => choose(tag)));
    return { root: button };
  }, ({ root }, [tag]) => setAttribute(root, "aria-pressed", String(tag === language)));
}

comeBack();
beginRenewal();
translate(document);
showLanguages();
beginTray();
beginUse();
byId("logout").addEventListener("click", () => logout());
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  if (view !== null) focusHeading(view);
});
// A link of the page leads to the same time and site; the address of a link that is copied has it too.
document.addEventListener("pointerdown", keepTime, true);
document.addEventListener("click", keepTime, true);

/** @param {Event} event */
function keepTime({ target }) {
  const link = target instanceof Element ? target.closest('a[href^="#/"]') : null;
  if (link !== null) link.setAttribute("href", withSite(withTime(link.getAttribute("href") ?? "")));
}

window.addEventListener("hashchange", () => {
  if (model === null) return;
  keepUp(true);
  open(true);
});
setInterval(showHead, 1000); // the age of what is shown goes on
followAlways(take, loseStream, askForLogin);
