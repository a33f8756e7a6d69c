// The gateways that report to this one, the worst first. One click leads to the page of a gateway itself.

import { keepInAddress } from "./address.js";
import { get, messageOf, watch } from "./api.js";
import { instant, inUnit, sheetOf } from "./csv.js";
import { csvPanel } from "./csvbutton.js";
import {
  button, byId, element, keyed, link, madeOnce, scrolled, setAttribute, setClass, setText, table,
} from "./dom.js";
import { NOTHING, at, bytes, duration } from "./format.js";
import { t, word } from "./i18n.js";
import { takeSites } from "./received.js";
import { openSheet } from "./sheet.js";

/** @typedef {import("../types/api.js").Sites} Sites */
/** @typedef {import("../types/api.js").FleetSite} FleetSite */
/** @typedef {import("../types/api.js").SiteHistory} SiteHistory */
/** @typedef {import("./main.js").View} View */

const SECONDS = 10;
const OFFER_SECONDS = 30;
const CLOCK_S = 2; // less than this may be the way of a report

/** @type {Record<FleetSite["level"], import("./states.js").Kind>} */
const KINDS = { silent: "unknown", critical: "down", warning: "micro", well: "running" };

/** Shows the way to this view where reports are received, and learns where the pages of the gateways are. */
export function offerFleet() {
  const watching = watch(() => "/api/v1/sites", OFFER_SECONDS, (/** @type {Sites} */ { enabled, sites }) => {
    byId("fleet").hidden = !enabled;
    takeSites(sites);
    if (!enabled) watching.end();
  }, () => {}); // it stays as it is
}

/** @param {FleetSite} site */
const bundleOf = ({ bundle, bundleState }) =>
  (bundle === 0 ? (bundleState === "" ? NOTHING : t("fleet.own")) :
    bundleState === "settled" ? String(bundle) : `${bundle} · ${word("bundle", bundleState)}`);

/** @param {FleetSite} site */
function clockOf({ aheadSeconds }) {
  if (aheadSeconds === null) return NOTHING;
  if (Math.abs(aheadSeconds) < CLOCK_S) return t("fleet.clockRight");
  return t(aheadSeconds > 0 ? "fleet.clockAhead" : "fleet.clockBehind", duration(Math.abs(aheadSeconds)));
}

/** @param {FleetSite} site */
const alarmsOf = ({ alarms, critical, reason, unexplained, warnings }) => [
  reason,
  critical + warnings === 0 ? "" : alarms || t("fleet.alarms", critical + warnings),
  unexplained === 0 ? "" : t("fleet.unexplained", unexplained),
].filter((text) => text !== "").join(" · ") || NOTHING;

/** @param {FleetSite} site */
const certificateOf = ({ certificateSeconds }) => (certificateSeconds === null ? NOTHING
  : certificateSeconds < 0 ? t("fleet.certificateOver") : duration(certificateSeconds));

/**
 * @param {FleetSite} site
 * @param {string} wanted in small letters
 */
const fits = (site, wanted) =>
  [site.gateway, word("level", site.level), site.version, site.config, site.alarms, site.reason, bundleOf(site)]
    .some((text) => text.toLowerCase().includes(wanted));

/** @param {FleetSite[]} sites */
function fleetSheet(sites) {
  /** @type {import("./csv.js").Column<FleetSite>[]} */
  const columns = [
    [t("fleet.gateway"), ({ gateway }) => gateway],
    [t("stops.state"), ({ level }) => word("level", level)],
    [t("csv.since"), ({ since }) => instant(since)],
    [t("csv.received"), ({ received }) => instant(received)],
    [t("fleet.version"), ({ version }) => version],
    [t("fleet.config"), ({ config }) => config],
    [t("fleet.bundle"), bundleOf],
    [t("fleet.wrong"), alarmsOf],
    [inUnit(t("fleet.lag"), "s"), ({ lagSeconds }) => lagSeconds],
    [inUnit(t("fleet.log"), "B"), ({ logBytes }) => logBytes],
    [inUnit(t("fleet.certificate"), "s"), ({ certificateSeconds }) => certificateSeconds],
    [inUnit(t("fleet.clock"), "s"), ({ aheadSeconds }) => aheadSeconds],
    [t("fleet.url"), ({ url }) => url],
  ];
  return sheetOf(columns, sites, "");
}

/** @param {FleetSite} site */
function nameOf({ gateway, url }) {
  if (url === "") return element("b", "", gateway);
  const made = link("", url, gateway);
  made.rel = "noopener noreferrer";
  return made;
}

/** @param {FleetSite} site */
async function showHistory({ gateway }) {
  const sheet = openSheet(t("fleet.history"), gateway);
  const list = element("ul", "plain said-list");
  const note = element("p", "quiet");
  note.setAttribute("role", "status");
  sheet.body.append(list, note);
  try {
    const { changes } = /** @type {SiteHistory} */ (await get(`/api/v1/sites/${encodeURIComponent(gateway)}`));
    keyed(list, changes, ({ from }) => from, () => {
      const badge = element("span");
      const text = element("span", "quiet");
      return { root: element("li", "", badge, text), badge, text };
    }, ({ badge, text }, { from, level, reason }) => {
      setClass(badge, `badge ${KINDS[level]}`);
      setText(badge, word("level", level));
      setText(text, [t("fleet.from", at(Date.parse(from))), reason].filter((part) => part !== "").join(" · "));
    });
  } catch (failure) {
    setText(note, t("fetch.failed", messageOf(failure)));
  }
}

/**
 * @param {import("./address.js").Address} address
 * @returns {View}
 */
export function fleetView({ search }) {
  const heading = element("h1", "", t("view.fleet"));
  const find = element("input");
  find.type = "search";
  find.value = search.get("find") ?? "";
  setAttribute(find, "placeholder", t("fleet.find"));
  setAttribute(find, "aria-label", t("fleet.find"));
  const tally = element("span", "quiet");
  tally.setAttribute("role", "status");
  const rows = table(t("fleet.title"), [[t("fleet.gateway")], [t("stops.state")], [t("fleet.report"), "number"],
    [t("fleet.wrong")], [t("fleet.lag"), "number"], [t("fleet.log"), "number"], [t("fleet.version")],
    [t("fleet.bundle")], [t("fleet.certificate"), "number"], [t("fleet.clock"), "number"], [t("fleet.config")]]);
  const note = element("p", "quiet");
  const follows = element("p", "quiet");
  const cell = /** @type {typeof madeOnce<ReturnType<typeof makeState>>} */ (madeOnce)();
  const name = /** @type {typeof madeOnce<HTMLElement>} */ (madeOnce)();
  /** @type {Sites | null} */
  let all = null;
  /** @type {FleetSite[]} */
  let shown = [];
  const part = { root: scrolled(t("fleet.title"), rows.root), sheet: () => fleetSheet(shown) };
  part.root.classList.add("many", "cards");
  const root = element("div", "", element("div", "title", heading),
    element("div", "toolbar find", find, tally), csvPanel(t("fleet.title"), () => [], part, note, follows));

  /** @param {string} gateway */
  function makeState(gateway) {
    const badge = button("", () => {
      const site = all?.sites.find((one) => one.gateway === gateway);
      if (site !== undefined) showHistory(site);
    });
    return { root: badge, badge };
  }

  /** @param {FleetSite} site */
  function stateOf(site) {
    const { root: made } = cell(site.gateway, () => makeState(site.gateway));
    setClass(made, `badge ${KINDS[site.level]}`);
    setText(made, word("level", site.level));
    setAttribute(made, "title", t("fleet.since", at(Date.parse(site.since))));
    setAttribute(made, "aria-label", `${word("level", site.level)}, ${t("fleet.history")}: ${site.gateway}`);
    return made;
  }

  function show() {
    if (all === null) return;
    const wanted = find.value.trim().toLowerCase();
    const now = Date.parse(all.now);
    shown = all.sites.filter((site) => fits(site, wanted));
    rows.rows(shown, ({ gateway }) => gateway, (site) => [
      name(`${site.gateway}\n${site.url}`, () => nameOf(site)), stateOf(site),
      duration((now - Date.parse(site.received)) / 1000), alarmsOf(site), duration(site.lagSeconds),
      bytes(site.logBytes), site.version, bundleOf(site), certificateOf(site), clockOf(site), site.config,
    ]);
    const bad = all.sites.filter(({ level }) => level !== "well").length;
    setText(tally, t("fleet.tally", all.sites.length, bad));
    setText(note, !all.enabled ? t("fleet.off") : all.sites.length === 0 ? t("fleet.none")
      : all.leftOut > 0 ? t("fleet.leftOut", all.leftOut) : "");
    setText(follows, all.bundle === null ? ""
      : [t("fleet.follows", all.bundle.from, all.bundle.version, word("bundle", all.bundle.state)), all.bundle.fault]
        .filter((text) => text !== "").join(" · "));
  }

  find.addEventListener("input", () => {
    keepInAddress({ find: find.value });
    show();
  });
  const watching = watch(() => "/api/v1/sites", SECONDS, (/** @type {Sites} */ answer) => {
    all = answer;
    show();
  }, (reason) => setText(note, t("fetch.failed", reason)));
  return {
    title: t("view.fleet"), heading, root,
    draw() {},
    leave() {
      watching.end();
    },
  };
}
