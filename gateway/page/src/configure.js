// What changes weekly, edited as a form or as a text: checked, shown as a difference, applied, undone.

import { get, messageOf, send } from "./api.js";
import { button, element, panel, setText } from "./dom.js";
import { t } from "./i18n.js";
import { AS_PATH, problemBook, problemText } from "./configfields.js";
import { forgetDraft, keepDraft, keptDraft } from "./configdraft.js";
import { isForm } from "./configfit.js";
import { machinePart } from "./configmachines.js";
import { meanwhilePart } from "./configmeanwhile.js";
import { onTopOf } from "./configmerge.js";
import { turnTo } from "./configpages.js";
import { calendarPart, labelPart, routePart, targetPart } from "./configparts.js";
import { reasonPart } from "./configreasons.js";
import { clone } from "./configrows.js";
import { diffOf, versionList } from "./configversions.js";
import { discoverPart } from "./discover.js";
import { keepWhile, may, refusal, userName } from "./session.js";
import { commentField, field } from "./sheet.js";
import { whoLine } from "./who.js";

/** @typedef {import("../types/api.js").Site} Site */
/** @typedef {import("../types/api.js").SiteChecked} SiteChecked */
/** @typedef {import("../types/api.js").SiteProblem} SiteProblem */
/** @typedef {import("../types/api.js").SiteVersion} SiteVersion */
/** @typedef {import("./configfields.js").Form} Form */
/** @typedef {import("./configfields.js").Group} Group */
/** @typedef {import("./configfields.js").Keys} Keys */
/** @typedef {import("./i18n.js").TextKey} TextKey */
/** @typedef {import("./main.js").View} View */

const PATH = "/api/v1/config/site";

/** @type {[TextKey, (form: Form) => Node, string[]][]} each with the keys that it edits; the calendar has the others */
const PARTS = [
  ["config.labels", labelPart, ["labels"]], ["config.machinesTitle", machinePart, ["machines", "templates"]],
  ["config.reasonsTitle", reasonPart, ["reasons"]], ["config.targets", targetPart, ["target", "targets"]],
  ["config.calendar", calendarPart, []], ["config.routes", routePart, ["routes"]],
];

/** @param {Keys} path of a value */
function partOf([first, second]) {
  const key = first === "efficiency" ? second : first;
  return PARTS.find(([, , keys]) => keys.includes(String(key)))?.[0] ?? "config.calendar";
}

/**
 * What is sent: lists that stand beside those of the main file are left out where they are empty.
 *
 * @param {Group} draft
 * @returns {Group}
 */
export function sentOf(draft) {
  const site = clone(draft);
  const isNothing = (/** @type {any} */ value) => Array.isArray(value) && value.length === 0;
  for (const key of ["labels", "machines", "templates"]) {
    if (isNothing(site.efficiency?.[key])) delete site.efficiency[key];
  }
  if (isNothing(site.routes)) delete site.routes;
  if (site.efficiency !== undefined && Object.keys(site.efficiency).length === 0) delete site.efficiency;
  return site;
}

/** The parts as a form; `show` takes another configuration. */
function formOf() {
  const root = element("div", "config-parts");
  /** @type {Set<TextKey>} */
  const open = new Set(["config.labels"]);
  /** @type {Form} */
  const form = {
    draft: {}, main: {}, book: problemBook(), folds: new Set(), pages: new Map(), searches: new Map(),
    changed: () => {}, redraw,
  };

  /** @type {(part: typeof PARTS[number]) => Node} */
  function panelOf([title, make]) {
    const details = element("details", "panel", element("summary", "", element("h2", "", t(title))));
    details.open = open.has(title);
    if (details.open) details.append(make(form));
    let isMade = details.open;
    details.addEventListener("toggle", () => {
      if (!details.isConnected) return; // it was drawn again meanwhile
      if (details.open) open.add(title);
      else open.delete(title);
      if (details.open && !isMade) {
        isMade = true;
        details.append(make(form));
      }
    });
    return details;
  }

  /** @param {Keys} [focus] */
  function redraw(focus) {
    form.book.forget();
    if (focus !== undefined) turnTo(form, focus);
    root.replaceChildren(...PARTS.map(panelOf));
    if (focus !== undefined) form.book.focus(focus);
  }

  /** Opens what a value stands in. @param {SiteProblem} problem */
  function reveal({ isHere, path }) {
    if (!isHere) return;
    open.add(partOf(path));
    path.forEach((_, length) => form.folds.add(AS_PATH(path.slice(0, length + 1))));
    turnTo(form, path);
  }
  return {
    root, form,
    /** @param {Group} draft @param {Group} main */
    show(draft, main) {
      form.draft = clone(draft);
      form.main = main;
      form.pages.clear();
      form.searches.clear();
      redraw();
    },
    /** @param {SiteProblem[]} problems */
    problems(problems) {
      if (problems.length > 0) {
        for (const problem of [...problems].reverse()) reveal(problem); // the page of the first of them is shown
        redraw();
      }
      return form.book.show(problems);
    },
  };
}

/** What a reload does, or did, in words. */
function deedsOf(/** @type {SiteChecked["does"]} */ does) {
  if (does === null) return [];
  const lines = [
    ...does.added.map((topic) => t("config.routeAdded", topic)),
    ...does.changed.map((topic) => t("config.routeChanged", topic)),
    ...does.removed.map((topic) => t("config.routeRemoved", topic)),
    ...(does.efficiency ? [t("config.figures")] : []),
    ...(does.needsRestart.length > 0 ? [t("config.restart", does.needsRestart.join(", "))] : []),
    ...(does.pending.length > 0 ? [t("config.pending", does.pending.join("; "))] : []),
  ];
  return lines.map((line) => element("li", "", line));
}

/** @returns {View} */
export function configureView() {
  const heading = element("h1", "", t("view.configure"));
  const root = element("div", "config", element("div", "title", heading));
  const view = { title: t("view.configure"), heading, root, draw() {}, leave() {} };
  if (!may("engineer")) {
    root.append(refusal());
    return view;
  }
  /** @type {Site | null} */
  let site = null;
  let isText = false;
  let isUnsaved = false;
  const about = element("p", "quiet");
  const note = element("p", "config-note");
  note.setAttribute("role", "status");
  const done = element("ul", "plain");
  const wrong = element("ul", "down-text");
  wrong.setAttribute("role", "alert");
  const parts = formOf();
  const text = element("textarea", "config-text");
  text.spellcheck = false;
  const textPanel = element("div", "panel", field(t("config.text"), text));
  textPanel.hidden = true;
  const who = whoLine();
  const why = commentField(t("config.why"));
  const differences = element("div");
  const deeds = element("ul", "plain");
  const apply = button(t("config.apply"), replace);
  const review = panel(t("config.review"), differences, deeds, why.root,
    element("div", "toolbar", apply));
  review.tabIndex = -1;
  review.hidden = true;
  const check = button(t("config.check"), () => ask());
  const asText = button(t("config.asText"), toText);
  asText.setAttribute("aria-pressed", "false");
  const discard = button(t("config.discard"), () => load(t("config.loaded")));
  const meanwhile = meanwhilePart();
  const versions = versionList(() => who.name(), (answer) => {
    taken(answer);
    versions.load();
  });
  const found = discoverPart({
    isUnsaved: () => isUnsaved,
    whoActs: () => who.name(),
    taken: () => load(""),
  });
  const summary = element("summary", "", element("h2", "", t("discover.title")));
  const discover = element("details", "panel", summary, found.root);
  discover.addEventListener("toggle", () => {
    if (discover.open) found.look();
  });
  const free = keepWhile(() => isUnsaved);
  const user = userName(); // another one may log in before the page is left
  const keep = () => {
    if (!isUnsaved || site === null) return;
    const { version, site: values, text: lines } = site;
    keepDraft({ user, version, base: { site: values, text: lines }, ...given() });
  };
  window.addEventListener("pagehide", keep);
  view.leave = () => {
    keep();
    window.removeEventListener("pagehide", keep);
    free();
    found.leave();
  };
  root.append(about, note, done, wrong, element("div", "toolbar", check, asText, discard), who.root,
    meanwhile.root, review, parts.root, textPanel, discover, panel(t("config.history"), versions.root));

  const given = () => (isText ? { text: text.value } : { site: sentOf(parts.form.draft) });

  function changed() {
    isUnsaved = true;
    review.hidden = true; // it shows what was, and applies what is
    done.replaceChildren();
    setText(note, t("config.unsaved"));
  }
  parts.form.changed = changed;
  text.addEventListener("input", changed);

  /** @param {SiteProblem[]} problems */
  function complain(problems) {
    const others = isText ? problems : parts.problems(problems);
    wrong.replaceChildren(...others.map((problem) => {
      const place = problem.isHere ? t("config.line", problem.line) : `${problem.file}:${problem.line}`;
      const said = [place, problem.key, problemText(problem)].filter((one) => one !== "");
      return element("li", "", said.join(": "));
    }));
    if (problems.length > 0) setText(note, t("config.problems", problems.length));
  }

  /** Asks what is wrong and what differs. */
  async function ask() {
    review.hidden = true;
    check.disabled = true;
    const { status, answer, problem } = await send(`${PATH}/check`, given(), "");
    check.disabled = false;
    if (status !== 200) {
      setText(note, t("fetch.failed", problem));
      return null;
    }
    const checked = /** @type {SiteChecked} */ (answer);
    complain(checked.errors);
    if (checked.errors.length > 0) return checked;
    differences.replaceChildren(diffOf(checked.diff), ...(checked.isRewritten && checked.diff.length > 0
      ? [element("p", "quiet", t("config.rewritten"))] : []));
    deeds.replaceChildren(...deedsOf(checked.does));
    apply.disabled = checked.diff.length === 0;
    setText(note, "");
    review.hidden = false;
    review.focus();
    return checked;
  }

  async function replace() {
    const name = who.name();
    if (name === "" || site === null) return;
    apply.disabled = true;
    const change = { ...given(), version: site.version, who: name, comment: why.input.value };
    const { status, answer, problem } = await send(PATH, change, "");
    apply.disabled = false;
    if (status === 200) {
      why.input.value = "";
      taken(answer);
    } else if (status === 422) {
      review.hidden = true;
      complain(answer.errors);
    } else if (status === 409) {
      await followOther(site, answer.present);
    } else {
      setText(note, t("fetch.failed", problem));
    }
  }

  /**
   * Puts what was changed here on top of what another one has changed meanwhile.
   *
   * @param {Site} base
   * @param {SiteVersion} other
   */
  async function followOther(base, { who: name, isEdited }) {
    try {
      const now = /** @type {Site} */ (await get(PATH));
      const mine = onTopOf(base, given(), now);
      await meanwhile.show(base, mine, t("config.stale", isEdited || name === "" ? t("config.somebody") : name));
      site = now;
      changed();
      show(isText, { ...now, site: mine.site, text: mine.text });
      await ask();
      meanwhile.root.focus();
    } catch (failure) {
      setText(note, t("fetch.failed", messageOf(failure)));
    }
  }

  /** @param {any} answer of a change that holds */
  async function taken(answer) {
    await load(t("config.applied", String(answer.number)));
    deeds.replaceChildren();
    done.replaceChildren(...deedsOf(answer.does));
    note.tabIndex = -1;
    note.focus();
  }

  async function toText() {
    const checked = await ask();
    if (checked === null || (isText && checked.errors.length > 0)) return; // a form of it would lose it
    review.hidden = true;
    show(!isText, checked);
  }

  /** @param {boolean} asIs whether as text @param {SiteChecked | Site} shown */
  function show(asIs, shown) {
    isText = asIs || !isForm(shown.text, shown.site);
    asText.setAttribute("aria-pressed", String(isText));
    text.value = isText ? shown.text : "";
    parts.show(isText ? {} : shown.site, isText ? {} : site?.main ?? {});
    parts.root.hidden = isText;
    textPanel.hidden = !isText;
    if (isText && !asIs) setText(note, t("config.notAForm"));
  }

  /** Shows what was changed before and not applied; apart from that, what holds. */
  async function begin() {
    await load("");
    const draft = keptDraft(user);
    if (draft === null || site === null) return;
    forgetDraft(); // it is kept again with the next leave
    site = { ...site, ...draft.base, version: draft.version };
    changed();
    show(draft.site === undefined, { ...site, text: draft.text ?? "", site: draft.site ?? {} });
    setText(note, t("config.kept"));
  }

  /** @param {string} said */
  async function load(said) {
    try {
      const now = /** @type {Site} */ (await get(PATH));
      site = now;
      isUnsaved = false;
      review.hidden = true;
      meanwhile.root.hidden = true;
      done.replaceChildren();
      setText(about, t("config.about", now.file, now.mainFile));
      setText(note, said);
      show(isText, now);
      complain(now.errors);
      versions.load();
    } catch (failure) {
      setText(note, t("fetch.failed", messageOf(failure)));
    }
  }
  begin();
  return view;
}
