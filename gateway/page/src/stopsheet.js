// A stop: its reason in two taps, and what else can be said of it. Below, what people have said.

import { machineOf, reasonsOf, sayOfStop } from "./act.js";
import { get, messageOf, query } from "./api.js";
import { asOne, bodyOfSplit, bodyOfStop, endOf, neighboursOf, textOfStop } from "./corrections.js";
import { button, element, setText } from "./dom.js";
import { at, clock, duration } from "./format.js";
import { t, word } from "./i18n.js";
import { gatewayNow } from "./now.js";
import { reasonLabel } from "./reasonnames.js";
import { byArrows, reasonPicker } from "./reasonpicker.js";
import { saidList } from "./saidlist.js";
import { may, refusal } from "./session.js";
import { commentField, field, openSheet } from "./sheet.js";
import { whoLine } from "./who.js";

/** @typedef {import("../types/api.js").ReasonNode} ReasonNode */
/** @typedef {import("../types/api.js").Stop} Stop */
/** @typedef {import("../types/api.js").StopList} StopList */
/** @typedef {import("./model.js").Machine} Machine */

const LIST = 1000; // stops of a machine in which its neighbours are looked for

const STATES = ["down", "setup", "idle", "starved", "blocked", "running"];

/**
 * @param {Stop} stop
 * @param {(() => void) | null} next called once something was said, to go on with the next stop
 * @param {() => void} closed called once the sheet is closed
 */
export function openStop(stop, next = null, closed = () => {}) {
  const machine = machineOf(stop.levels);
  if (machine === undefined) return;
  const sheet = openSheet(`${machine.name} · ${word("state", stop.state)}`, textOfStop(stop));
  sheet.onClosed(closed);
  if (!may("operate")) {
    const before = saidList(machine);
    sheet.body.append(refusal(), before.root);
    before.load(stop.startMs, endOf(stop));
    return;
  }
  const by = whoLine();
  const place = element("div", "act-step");
  const more = element("div", "choices small",
    button(t("stop.planned"), () => step(reasonStep((why, comment) =>
      said("planned-stop-declared", why, comment, word("state", "planned"))))),
    button(t("stop.state"), () => step(stateStep())),
    button(t("stop.split"), () => step(splitStep())),
    button(t("stop.merge"), () => step(mergeStep())),
    button(t("stop.comment"), () => step(commentStep())));
  byArrows(more);
  const list = saidList(machine);
  sheet.body.append(by.root, place, element("h3", "", t("stop.more")), more, list.root);
  list.load(stop.startMs, endOf(stop));

  /** @type {() => boolean} */
  let back = () => false;
  sheet.onBack(() => back());

  /** @param {Node} content */
  function step(content) {
    back = () => {
      start();
      return true;
    };
    place.replaceChildren(content);
    /** @type {HTMLElement | null} */ (place.querySelector("input, textarea, button"))?.focus();
  }

  /**
   * @param {string} kind
   * @param {Record<string, unknown>} says
   * @param {string} comment
   * @param {string} text what the stop shows meanwhile
   */
  function said(kind, says, comment, text) {
    const name = by.name();
    if (name === "") return;
    keep({ ...bodyOfStop(known.place, stop, kind, says, comment), who: name }, text);
  }

  /**
   * @param {Record<string, unknown>} body
   * @param {string} text
   * @param {Stop} of
   */
  function keep(body, text, of = stop) {
    try {
      sayOfStop(of, body, `${known.name} · ${at(of.startMs)} · ${text}`, body.kind === "annotated" ? "" : text);
    } catch (failure) {
      place.replaceChildren(element("p", "down-text", t("said.full", messageOf(failure))));
      return;
    }
    sheet.close();
    if (body.kind !== "annotated") next?.(); // a comment codes nothing
  }
  const known = machine;

  /**
   * A reason of the tree, or one that is typed where there is no tree.
   *
   * @param {(says: Record<string, unknown>, comment: string, name: string) => void} done
   */
  function reasonStep(done) {
    const root = element("div", "", element("p", "quiet", t("reason.loading")));
    reasonsOf(known).then((reasons) => {
      if (reasons.length === 0) {
        root.replaceChildren(typedReason((name) => done({ reason: name }, "", name)));
        return;
      }
      const picker = reasonPicker((node) => {
        if (!node.comment) done({ reason: node.id }, "", reasonLabel(node));
        else askComment(node);
      });
      /** @param {ReasonNode} node */
      const askComment = (node) => {
        back = () => {
          step(reasonStep(done));
          return true;
        };
        root.replaceChildren(element("h3", "", reasonLabel(node)),
          commentForm(t("reason.comment"), (comment) => done({ reason: node.id }, comment, reasonLabel(node))));
      };
      root.replaceChildren(picker.root);
      picker.show(reasons);
      const before = back;
      back = () => picker.back() || before();
    }, (failure) => {
      root.replaceChildren(element("p", "down-text", t("reason.unknown", messageOf(failure))));
    });
    return root;
  }

  function stateStep() {
    const choices = element("div", "choices", ...STATES.map((state) =>
      button(word("state", state), () => said("reclassified", { state }, "", word("state", state)),
        "reason-button")));
    byArrows(choices);
    return choices;
  }

  function splitStep() {
    const from = Math.ceil(stop.startMs / 1000);
    const to = Math.floor(Math.min(endOf(stop), gatewayNow()) / 1000);
    const input = element("input");
    input.type = "range";
    input.min = String(from + 1);
    input.max = String(to - 1);
    input.value = String(Math.round((from + to) / 2));
    const text = element("output");
    const show = () => {
      const seconds = Number(input.value);
      const parts = [duration(seconds - stop.startMs / 1000), duration(endOf(stop) / 1000 - seconds)];
      setText(text, t("stop.splitAt", clock(seconds * 1000), ...parts));
    };
    input.addEventListener("input", show);
    show();
    const save = button(t("act.save"), () => {
      const name = by.name();
      const body = { ...bodyOfSplit(known.place, stop, Number(input.value) * 1000), who: name };
      if (name !== "") keep(body, t("said.stop-split", 2));
    }, "reason-button");
    save.disabled = to - from < 2;
    return element("div", "form", field(t("stop.splitWhen"), input), text, save);
  }

  /** The stops before and behind, one of which was the same stop. */
  function mergeStep() {
    const root = element("div", "", element("p", "quiet", t("stop.loading")));
    /** @param {Stop} other */
    const merge = (other) => {
      const name = by.name();
      const whole = asOne(stop, other);
      const body = { ...bodyOfStop(known.place, whole, "stops-merged", {}, ""), who: name };
      if (name !== "") keep(body, word("said", "stops-merged"), whole);
    };
    get(query("/api/v1/stops", { limit: LIST }, known.place)).then((/** @type {StopList} */ { stops }) => {
      const near = neighboursOf(stops, stop);
      if (near.length === 0) {
        root.replaceChildren(element("p", "quiet", t("stop.alone")));
        return;
      }
      const choices = element("div", "choices", ...near.map((other) =>
        button(t(other.startMs < stop.startMs ? "stop.withBefore" : "stop.withNext", textOfStop(other)),
          () => merge(other), "reason-button")));
      byArrows(choices);
      root.replaceChildren(choices);
      choices.querySelector("button")?.focus();
    }, (failure) => {
      root.replaceChildren(element("p", "down-text", t("fetch.failed", messageOf(failure))));
    });
    return root;
  }

  const commentStep = () => commentForm(t("stop.commentText"), (comment) => said("annotated", {}, comment, comment));

  function start() {
    back = () => false;
    place.replaceChildren(reasonStep((says, comment, name) => said("reason-given", says, comment, name)));
  }
  start();
}

/**
 * @param {string} label
 * @param {(comment: string) => void} done called with a comment that is not empty
 */
function commentForm(label, done) {
  const comment = commentField(label);
  comment.input.required = true;
  const form = element("form", "form", comment.root, element("button", "reason-button", t("act.save")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = comment.input.value.trim();
    if (text === "") comment.input.focus();
    else done(text);
  });
  queueMicrotask(() => comment.input.focus());
  return form;
}

/** @param {(name: string) => void} done */
export function typedReason(done) {
  const input = element("input");
  input.maxLength = 128;
  input.required = true;
  const form = element("form", "form", field(t("reason.typed"), input),
    element("button", "reason-button", t("act.save")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim() !== "") done(input.value.trim());
  });
  return form;
}
