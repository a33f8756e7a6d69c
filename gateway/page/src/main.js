// The live page: one stream of whole snapshots in, the view of the address out.

import { nudge, token } from "./api.js";
import { showAlarms } from "./alarms.js";
import { $, element, keyed, setAttribute, setClass, setText } from "./dom.js";
import { clock, duration } from "./format.js";
import { gatewayView } from "./gateway.js";
import { LANGUAGES, choose, language, t, translate, word } from "./i18n.js";
import { lineView } from "./line.js";
import { machineView } from "./machine.js";
import { modelOf } from "./model.js";
import { plantView } from "./plant.js";
import { qualityView } from "./quality.js";
import { noteRates } from "./rates.js";
import { reportView } from "./report.js";
import { stopsView } from "./stops.js";
import { followAlways } from "./stream.js";

const VIEWS = {
  "": plantView, line: lineView, machine: machineView, stops: stopsView, quality: qualityView, gateway: gatewayView, report: reportView,
};
const GATEWAY_KINDS = { running: "running", degraded: "micro", starting: "setup", stopping: "planned" };

let model = null;
let view = null;
let takenAt = null; // when the newest snapshot came
let lost = null; // what to say while there is no stream

/** The parts of an address such as #/machine/plant-a/press-01 or #/stops?state=down. */
function address() {
  const [place, search] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...path] = place.split("/").filter((level) => level !== "").map(part); // none: a line of machines without one
  return { name: Object.hasOwn(VIEWS, name ?? "") ? name ?? "" : "", path, search: new URLSearchParams(search) };
}

function part(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign, typed by hand
  }
}

function open(move) {
  view?.leave();
  const { name, ...where } = address();
  view = VIEWS[name](where);
  $("view").replaceChildren(view.root);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#/${name}`) setAttribute(link, "aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (model !== null) view.draw(model);
  if (move) {
    window.scrollTo(0, 0);
    focusHeading();
  }
  showTitle();
}

function focusHeading() {
  view.heading.tabIndex = -1;
  view.heading.focus({ preventScroll: true });
}

function showTitle() {
  document.title = [lost ? t("lost.title") : "", view?.title ?? "", model?.status.gateway ?? "", "Weir"].filter((p) => p !== "").join(" · ");
}

function showHead() {
  const age = takenAt === null ? null : (Date.now() - takenAt) / 1000;
  document.body.classList.toggle("lost", lost !== null);
  setClass($("stream"), lost ? "badge unknown" : takenAt === null ? "badge other" : "badge running");
  setText($("stream"), lost ? t("lost.short") : takenAt === null ? t("lost.none") : t("live", duration(age)));
  setClass($("state"), `badge ${lost || !model ? "unknown" : GATEWAY_KINDS[model.status.state]}`);
  setText($("state"), lost || !model ? word("gateway", "unknown") : word("gateway", model.status.state));
  $("state").title = model?.status.reason ?? "";
  if (model !== null) {
    setText($("name"), model.status.gateway);
    setText($("clock"), clock(model.now));
  }
  showAlarms(model?.status, lost, age);
}

function take(snapshot) {
  const before = model?.states;
  model = modelOf(snapshot);
  takenAt = Date.now();
  const recovered = lost !== null;
  lost = null;
  noteRates(model);
  $("login").hidden = true;
  $("connecting").hidden = true;
  $("main").hidden = false;
  if (view === null) open(false);
  else view.draw(model);
  if (before !== undefined && (before !== model.states || recovered)) nudge();
  showHead();
  showTitle();
}

/** Resolves once a token was given. */
function askForToken(refused) {
  $("main").hidden = true;
  $("connecting").hidden = true;
  $("login").hidden = false;
  $("refused").hidden = !refused;
  $("token").focus();
  return new Promise((given) => {
    $("login").addEventListener("submit", (event) => {
      event.preventDefault();
      token.set($("token").value.trim());
      $("token").value = "";
      given();
    }, { once: true });
  });
}

translate(document);
keyed($("languages"), Object.entries(LANGUAGES), ([tag]) => tag, ([tag, name]) => {
  const button = element("button", "", name);
  button.type = "button";
  button.lang = tag;
  button.addEventListener("click", () => choose(tag));
  return button;
}, (button, [tag]) => setAttribute(button, "aria-pressed", String(tag === language)));
$("skip").addEventListener("click", (event) => {
  event.preventDefault();
  if (view !== null) focusHeading();
});
window.addEventListener("hashchange", () => {
  if (model !== null) open(true);
});
setInterval(showHead, 1000); // the age of what is shown goes on
followAlways(take, () => {
  lost = takenAt === null ? t("lost.unreachable") : t("lost.since", clock(takenAt));
  showHead();
  showTitle();
}, askForToken);
