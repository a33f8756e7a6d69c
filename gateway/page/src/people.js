// For admins: the walls that are paired, and who did what.

import { get, headers, messageOf, post, problemOf } from "./api.js";
import { button, element, keyed, panel, scrolled, setText, table } from "./dom.js";
import { at } from "./format.js";
import { LANGUAGES, language, t, word } from "./i18n.js";
import { may, me } from "./session.js";
import { field } from "./sheet.js";
import { zoneSelect } from "./zonechoice.js";

/** @typedef {import("../types/api.js").Wall} Wall */
/** @typedef {import("../types/api.js").AuditEntry} AuditEntry */

const SHOWN = 50;

/** @param {AuditEntry} entry */
const textOfWho = ({ who, role }) => (role === undefined ? who : t("login.as", who, word("role", role)));

function wallPanel() {
  const list = element("ul", "plain said-list");
  const note = element("p", "quiet");
  note.setAttribute("role", "status");
  const code = element("input");
  code.required = true;
  code.autocomplete = "off";
  code.maxLength = 12;
  const name = element("input");
  name.required = true;
  name.maxLength = 64;
  const tongue = element("select");
  for (const [tag, its] of Object.entries(LANGUAGES)) {
    const option = element("option", "", its);
    option.value = tag;
    option.selected = tag === language;
    tongue.append(option);
  }
  const zone = zoneSelect(me()?.zone ?? "");
  const form = element("form", "form", field(t("wall.code"), code), field(t("wall.name"), name),
    field(t("languages"), tongue), field(t("zone.label"), zone),
    element("button", "", t("wall.pair")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await post("/api/v1/walls", { code: code.value, name: name.value, language: tongue.value, zone: zone.value });
      code.value = "";
      name.value = "";
      setText(note, t("wall.paired"));
      setTimeout(load, 4000); // the screen asks each three seconds
    } catch (failure) {
      setText(note, t("fetch.failed", messageOf(failure)));
    }
  });

  /** @param {Wall} wall */
  function make(wall) {
    const text = element("span");
    const end = button(t("wall.end"), async () => {
      end.disabled = true;
      try {
        const response = await fetch(`/api/v1/walls/${encodeURIComponent(wall.id)}`,
          { method: "DELETE", headers: headers() });
        if (!response.ok) throw new Error(problemOf(response.status, response.statusText, await response.text()));
      } catch (failure) {
        setText(note, t("fetch.failed", messageOf(failure)));
      }
      load();
    });
    return { root: element("li", "", text, end), text };
  }

  async function load() {
    try {
      const { walls } = /** @type {{ walls: Wall[] }} */ (await get("/api/v1/walls"));
      keyed(list, walls, ({ id }) => id, make, (part, wall) =>
        setText(part.text, t("wall.since", wall.name, at(Date.parse(wall.since)))));
      if (walls.length === 0) setText(note, t("wall.none"));
    } catch (failure) {
      setText(note, t("fetch.failed", messageOf(failure)));
    }
  }
  load();
  return panel(t("wall.title"), list, note, form);
}

function auditPanel() {
  const entries = table(t("audit.title"),
    [[t("audit.when")], [t("audit.who")], [t("audit.what")], [t("audit.from")], [t("audit.status"), "number"]]);
  const note = element("p", "down-text");
  get(`/api/v1/audit?limit=${SHOWN}`).then((page) => {
    const found = /** @type {AuditEntry[]} */ (page.entries);
    entries.rows(found, ({ id }) => String(id), (entry) =>
      [at(Date.parse(entry.time)), textOfWho(entry), entry.what, entry.address, String(entry.status ?? "")]);
  }, (failure) => setText(note, t("fetch.failed", messageOf(failure))));
  return panel(t("audit.title"), scrolled(t("audit.title"), entries.root), note);
}

/** The panels of an admin; none for others, and where there are no users. */
export const peoplePanels = (/** @type {string} */ login) =>
  (login === "users" && may("administer") ? [wallPanel(), auditPanel()] : []);
