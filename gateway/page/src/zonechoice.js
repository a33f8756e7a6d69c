// The zone of all times, named in the frame, and the choice of another one.

import { element, setAttribute, setText } from "./dom.js";
import { t } from "./i18n.js";
import { keepLook, me } from "./session.js";
import { field, openSheet } from "./sheet.js";
import { allZones, browserZone, zoneName } from "./zone.js";

/** @param {string} name such as Europe/Berlin */
const shortName = (name) => (name.split("/").at(-1) ?? name).replaceAll("_", " ");

/**
 * A choice of zones; "" is that of the plant.
 *
 * @param {string} chosen
 */
export function zoneSelect(chosen) {
  const select = element("select");
  const plant = me()?.plantZone ?? "";
  const own = browserZone();
  const option = (/** @type {string} */ value, /** @type {string} */ text) => {
    const made = element("option", "", text);
    made.value = value;
    made.selected = value === chosen;
    return made;
  };
  select.append(option("", plant === "" ? t("zone.browser", own) : t("zone.plant", plant)));
  if (plant !== "") select.append(option(own, t("zone.browser", own)));
  for (const name of allZones()) if (name !== own) select.append(option(name, name.replaceAll("_", " ")));
  return select;
}

/** @param {HTMLElement} button in the frame that names the zone and opens the choice */
export function beginZone(button) {
  button.addEventListener("click", () => {
    const sheet = openSheet(t("zone.title"), t("zone.why"));
    const select = zoneSelect(me()?.zone ?? "");
    const form = element("form", "form", field(t("zone.label"), select), element("button", "", t("zone.take")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await keepLook({ zone: select.value });
      location.reload();
    });
    sheet.body.append(form);
  });
  return () => {
    setText(button, shortName(zoneName()));
    setAttribute(button, "aria-label", t("zone.is", zoneName()));
    setAttribute(button, "title", t("zone.is", zoneName()));
  };
}
