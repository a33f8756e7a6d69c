// The switch between sites in the frame; hidden where all machines are of one.

import { choice } from "./dom.js";
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
      sites.show([["", t("site.all")], ...known.map((name) => /** @type {[string, string]} */ ([name, name]))], chosen);
    },
  };
}
