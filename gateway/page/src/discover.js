// What is heard at a broker and has no route, with a route that is added and taken back by one button each.

import { get, messageOf, send } from "./api.js";
import { button, choice, element, keyed, setAttribute, setText } from "./dom.js";
import { t } from "./i18n.js";
import { field } from "./sheet.js";

/** @typedef {import("../types/api.js").Discovered} Discovered */
/** @typedef {import("../types/api.js").Finding} Finding */
/** @typedef {import("../types/api.js").Site} Site */

const PATH = "/api/v1/discover";
const SITE = "/api/v1/config/site";
const SECONDS = 30;
const ASK_MS = 2000;

/**
 * @typedef {object} Changing what the view knows of the configuration
 * @property {() => boolean} isUnsaved whether there are changes that a new version would be in the way of
 * @property {() => string} whoActs asks for a name where there is none; "" where none is given
 * @property {(answer: any) => void} taken called once another version holds
 */

/**
 * Makes the routes of the configuration others, and leaves all else as it is now.
 *
 * @param {(routes: any[]) => any[]} other
 * @param {string} topic that it is about
 * @param {string} who
 * @param {(answer: any) => void} taken
 */
async function changeRoutes(other, topic, who, taken) {
  const now = /** @type {Site} */ (await get(SITE));
  /** @type {Record<string, any>} */
  const site = { ...now.site, routes: other(now.site.routes ?? []) };
  if (site.routes.length === 0) delete site.routes;
  const change = { site, version: now.version, who, comment: t("discover.comment", topic) };
  const { status, answer, problem } = await send(SITE, change, "");
  if (status === 409) throw new Error(t("config.staleList"));
  if (status !== 200) throw new Error(answer?.errors?.at(0)?.message ?? problem);
  taken(answer);
}

/** @param {Changing} changing */
export function discoverPart({ isUnsaved, whoActs, taken }) {
  const topic = element("input");
  topic.value = "#";
  let source = "";
  const sources = choice(t("discover.source"), (name) => {
    source = name;
  });
  const note = element("p", "");
  note.setAttribute("role", "status");
  const list = element("ul", "plain config-found");
  const listen = button(t("discover.listen"), begin);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Set<string>} the topics whose routes were added here */
  const added = new Set();

  /**
   * @param {HTMLButtonElement} pressed
   * @param {(who: string) => Promise<void>} run
   */
  async function change(pressed, run) {
    if (isUnsaved()) {
      setText(note, t("discover.unsaved"));
      return;
    }
    const who = whoActs();
    if (who === "") return;
    pressed.disabled = true;
    try {
      await run(who);
      await look();
    } catch (failure) {
      setText(note, t("fetch.failed", messageOf(failure)));
    }
    pressed.disabled = false;
  }

  /** @param {Finding} finding */
  function make(finding) {
    const about = element("p", "quiet");
    const name = element("b", "", finding.topic);
    const format = element("span", "quiet");
    const add = button(t("discover.add"), () => change(add, async (who) => {
      await changeRoutes((routes) => [...routes, finding.route], finding.topic, who, taken);
      added.add(finding.topic);
    }));
    setAttribute(add, "aria-label", t("discover.addOf", finding.topic));
    const undo = button(t("discover.undo"), () => change(undo, async (who) => {
      const stays = (/** @type {any} */ route) => (route.topic ?? route.preset)
        !== (finding.route?.topic ?? finding.route?.preset);
      await changeRoutes((routes) => routes.filter(stays), finding.topic, who, taken);
      added.delete(finding.topic);
    }));
    setAttribute(undo, "aria-label", t("discover.undoOf", finding.topic));
    const preview = element("pre");
    const remarks = element("p");
    const buttons = element("div", "config-buttons", name, format, add, undo);
    return { root: element("li", "", buttons, about, remarks, preview), about, format, add, undo, remarks, preview };
  }

  /** @param {Discovered} now */
  function show({ sources: names, isListening, heard }) {
    sources.root.hidden = names.length < 2;
    if (source === "") source = heard?.source ?? names.at(0) ?? "";
    sources.show(names.map((name) => [name, name]), source);
    listen.disabled = isListening || names.length === 0;
    const said = heard === null ? [] : [
      isListening ? t("discover.listening") : "", t("discover.heard", heard.messages, heard.routed),
      heard.isCut ? t("discover.cut") : "", heard.problem,
    ];
    setText(note, names.length === 0 ? t("discover.none") : said.filter((one) => one !== "").join(" "));
    keyed(list, heard?.findings ?? [], (found) => `${found.topic} ${found.format}`, make, (part, found) => {
      setText(part.about, t("discover.found", found.topics, String(found.messages + found.retained), found.example));
      setText(part.format, found.route === null ? t("discover.unknown")
        : `${found.format}${found.isRouted ? ` · ${t("discover.routed")}` : ""}`);
      part.add.hidden = found.route === null || found.isRouted;
      part.undo.hidden = !added.has(found.topic);
      setText(part.remarks, found.remarks.join("; "));
      part.remarks.hidden = found.remarks.length === 0;
      setText(part.preview, found.preview);
    });
  }

  /** Asks until the listening has ended. */
  async function look() {
    clearTimeout(timer);
    try {
      const now = /** @type {Discovered} */ (await get(PATH));
      show(now);
      if (now.isListening) timer = setTimeout(look, ASK_MS);
    } catch (failure) {
      setText(note, t("fetch.failed", messageOf(failure)));
    }
  }

  async function begin() {
    listen.disabled = true;
    const { status, problem } = await send(PATH, { source, topic: topic.value, seconds: SECONDS }, "");
    if (status !== 202) {
      listen.disabled = false;
      setText(note, t("fetch.failed", problem));
      return;
    }
    look();
  }
  return {
    root: element("div", "", element("p", "quiet", t("discover.why")),
      element("div", "config-row", sources.root, field(t("discover.topic"), topic), listen), note, list),
    look,
    leave: () => clearTimeout(timer),
  };
}
