// The switch between sites in the frame; hidden where all machines are of one.

import { assetName } from "./assetlabels.js";
import { choice, element } from "./dom.js";
import { t } from "./i18n.js";
import { chosenSite, sitesOf, withSite } from "./sites.js";

/** @param {Element} place in the frame */
export function siteSwitch(place) {
  const sites = choice(t("site.label"), (value) => {
    location.hash = withSite(location.hash === "" ? "#/" : location.hash, value);
  });
  place.append(sites.root);
  return {
    /** @param {import("./model.js").Model} model of all sites */
    show(model) {
      const all = sitesOf(model);
      const chosen = chosenSite();
      place.toggleAttribute("hidden", all.length < 2 && chosen === "");
      const known = chosen === "" || all.includes(chosen) ? all : [...all, chosen];
      const named = known.map((name) => /** @type {[string, string]} */ ([name, assetName([name])]));
      sites.show([["", t("site.all")], ...named], chosen);
    },
  };
}

/**
 * Says of a part that it is of the whole gateway; hidden where no site is chosen.
 *
 * @param {"site.whole" | "site.wholeQuarantine"} text
 */
export function wholeNote(text) {
  const note = element("p", "quiet whole-note", t(text, assetName([chosenSite()])));
  note.hidden = chosenSite() === "";
  return note;
}
