// Figures that another gateway has made: which shift they are of, when they came, and from whom.

import { element, link, setAttribute, setHidden, setText } from "./dom.js";
import { showOee } from "./figures.js";
import { at, duration, whole } from "./format.js";
import { t } from "./i18n.js";
import { shiftLabel } from "./shiftlabels.js";

/** @typedef {import("../types/api.js").FleetSite} FleetSite */
/** @typedef {import("../types/api.js").ReceivedShift} ReceivedShift */

/** @type {Map<string, string>} where the page of each gateway is that reports here, "" where it does not say */
let pages = new Map();

/** @param {FleetSite[]} sites */
export function takeSites(sites) {
  pages = new Map(sites.map(({ gateway, url }) => [gateway, url]));
}

/** Whether any gateway has reported here. */
export const hasReports = () => pages.size > 0;

/**
 * "Received 2 min ago: shift early from 06:00, so far"
 *
 * @param {ReceivedShift} of
 * @param {number} now milliseconds
 */
export const receivedText = ({ received, shift, start, over }, now) =>
  t(over ? "received.over" : "received.running", duration((now - Date.parse(received)) / 1000),
    shiftLabel(shift), at(Date.parse(start), now));

/** @param {ReceivedShift} of */
const piecesOf = ({ good, scrap }) => [
  good === null ? "" : t("pieces.good", whole(good)), scrap === null ? "" : t("pieces.scrap", whole(scrap)),
].filter((text) => text !== "").join(" · ");

/** What stands under an OEE that was received, with a link to the page of the gateway that made it. */
export function receivedNote() {
  const made = element("div");
  const text = element("span");
  const from = element("span");
  const page = link("", "");
  page.rel = "noopener noreferrer";
  const root = element("div", "received quiet", made, text, from, page);
  return {
    root,
    /**
     * @param {ReceivedShift | null} of
     * @param {number} now milliseconds
     */
    show(of, now) {
      setHidden(root, of === null);
      if (of === null) return;
      const url = pages.get(of.gateway) ?? "";
      const maker = of.gateway === "" ? "" : t("received.from", of.gateway);
      setText(made, piecesOf(of));
      setText(text, receivedText(of, now));
      setText(from, maker === "" ? "" : url === "" ? ` · ${maker}` : " · ");
      setHidden(page, url === "");
      if (url === "") return;
      setText(page, maker);
      setAttribute(page, "href", url);
    },
  };
}

/** The OEE that was received, large, above the view of a line or a machine. */
export function receivedPanel() {
  const oee = element("b", "oee");
  const note = receivedNote();
  const root = element("section", "panel told",
    element("div", "", oee, element("div", "quiet", t("figure.oee"))), note.root);
  setAttribute(root, "aria-label", t("received.title"));
  return {
    root,
    /**
     * Hides itself where nothing was received.
     *
     * @param {ReceivedShift | null} of
     * @param {number} now milliseconds
     */
    show(of, now) {
      setHidden(root, of === null);
      showOee(oee, of);
      note.show(of, now);
    },
  };
}

/** What the plant shows where all that came are reports of gateways. */
export const onlyReports = () => element("section", "panel", element("h2", "", t("received.none")),
  element("p", "", t("received.noneWhy"), " ", link("", "#/fleet", t("view.fleet")), "."),
  element("p", "quiet", t("received.noneTo")));
