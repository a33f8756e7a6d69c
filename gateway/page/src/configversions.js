// Earlier versions of what people changed: what differs from now, and the way back to each.

import { get, messageOf, send } from "./api.js";
import { button, element, keyed, setAttribute, setText } from "./dom.js";
import { at } from "./format.js";
import { t } from "./i18n.js";

/** @typedef {import("../types/api.js").SiteVersion} SiteVersion */
/** @typedef {SiteVersion & { isPresent: boolean }} ListedVersion */

const PATH = "/api/v1/config/site/versions";

/** Of a difference so many lines are shown. */
const MOST_LINES = 400;

/** A text that does not turn around what stands behind it, whatever its direction. @param {string} text */
const isolated = (text) => (text === "" ? "" : `\u2068${text}\u2069`);

/** @param {SiteVersion} version */
function aboutVersion({ number, time, who, comment, isEdited }) {
  if (number === 0) return t("config.empty");
  const parts = [time === null ? "" : at(Date.parse(time)), isolated(who), isolated(comment),
    isEdited ? t("config.edited") : ""];
  return parts.filter((part) => part !== "").join(" · ");
}

/**
 * Lines that differ, each with its sign.
 *
 * @param {string[]} lines
 */
export function diffOf(lines) {
  if (lines.length === 0) return element("p", "quiet", t("config.same"));
  const more = lines.length > MOST_LINES ? [t("config.diffMore", lines.length - MOST_LINES)] : [];
  return element("pre", "config-diff", ...lines.slice(0, MOST_LINES).map((line) => {
    const kind = line.startsWith("+") ? "ins" : line.startsWith("-") ? "del" : "span";
    return element(kind, "", `${line}\n`);
  }), ...more);
}

/**
 * The list of versions.
 *
 * @param {() => string} whoActs asks for a name where there is none; "" where none is given
 * @param {(answer: any) => void} undone
 */
export function versionList(whoActs, undone) {
  let present = ""; // the version that an undo is to follow: who undoes sees it in the list
  const list = element("ul", "plain said-list config-versions");
  const note = element("p", "down-text");
  note.setAttribute("role", "alert");

  /** @param {ListedVersion} version */
  function make(version) {
    const text = element("span");
    const shown = element("div");
    const show = button(t("config.showVersion"), async () => {
      try {
        const found = await get(`${PATH}/${version.number}`);
        shown.replaceChildren(diffOf(found.diff));
        setText(note, "");
      } catch (failure) {
        setText(note, t("fetch.failed", messageOf(failure)));
      }
    });
    setAttribute(show, "aria-label", t("config.showOf", String(version.number)));
    const back = button(t("config.restore"), async () => {
      const who = whoActs();
      if (who === "") return;
      back.disabled = true;
      const change = { version: present, who, comment: t("config.restoreOf", String(version.number)) };
      const { status, answer, problem } = await send(`${PATH}/${version.number}/restore`, change, "");
      back.disabled = false;
      if (status === 409) await load();
      setText(note, status === 200 ? "" : status === 409 ? t("config.staleList") : t("fetch.failed", problem));
      if (status === 200) undone(answer);
    });
    setAttribute(back, "aria-label", t("config.restoreOf", String(version.number)));
    return { root: element("li", "", text, show, back, shown), text, back, show };
  }

  async function load() {
    try {
      const { versions } = /** @type {{ versions: ListedVersion[] }} */ (await get(PATH));
      present = versions.find((one) => one.isPresent)?.version ?? "";
      keyed(list, versions, ({ number }) => String(number), make, (part, version) => {
        const name = version.number === 0 ? "" : t("config.number", String(version.number));
        const now = version.isPresent ? t("config.present") : "";
        setText(part.text, [name, now, aboutVersion(version)].filter((one) => one !== "").join(" · "));
        part.back.hidden = version.isPresent;
        part.show.hidden = version.isPresent;
      });
      setText(note, "");
    } catch (failure) {
      setText(note, t("fetch.failed", messageOf(failure)));
    }
  }
  return { root: element("div", "", list, note), load };
}
