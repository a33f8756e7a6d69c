// Booking pieces that were counted as good and were not, and a note about a moment of a machine.

import { knownEnd, reasonsOf, say } from "./act.js";
import { messageOf } from "./api.js";
import { bodyOfMoment } from "./corrections.js";
import { button, element, setAttribute, setText } from "./dom.js";
import { figure } from "./format.js";
import { t } from "./i18n.js";
import { gatewayNow } from "./now.js";
import { reasonPicker } from "./reasonpicker.js";
import { saidList } from "./saidlist.js";
import { commentField, field, openSheet } from "./sheet.js";
import { typedReason } from "./stopsheet.js";
import { whoLine } from "./who.js";
import { instantOf, localTime } from "./zone.js";

/** @typedef {import("./model.js").Machine} Machine */

const DAY_MS = 86_400_000;

/**
 * @param {Machine} machine
 * @param {number} ms of which moment it is
 * @param {Record<string, unknown>} body
 * @param {string} title
 */
function keep(machine, ms, body, title) {
  say({
    path: "/api/v1/corrections", body: { ...body, knownEnd: knownEnd() }, title: `${machine.name} · ${title}`,
    machine: machine.id, fromMs: ms, toMs: ms + 1, says: "",
  });
}

/** @param {Machine} machine */
export function openPieces(machine) {
  const sheet = openSheet(t("pieces.title"), machine.name);
  const by = whoLine();
  const amount = element("input", "amount");
  amount.type = "number";
  amount.inputMode = "decimal";
  amount.min = "0";
  amount.step = "any";
  amount.required = true;
  const step = (/** @type {number} */ change) => button(change > 0 ? `+${change}` : `−${-change}`, () => {
    amount.value = String(Math.max(0, Number(amount.value) + change));
  });
  /** @type {"scrap-booked" | "rework-booked"} */
  let kind = "scrap-booked";
  const kinds = /** @type {const} */ (["scrap-booked", "rework-booked"]).map((one) => button(t(`pieces.${one}`), () => {
    kind = one;
    showKind();
  }, "reason-button"));
  function showKind() {
    kinds.forEach((one, at) =>
      setAttribute(one, "aria-pressed", String((at === 0) === (kind === "scrap-booked"))));
  }
  showKind();
  const comment = commentField(t("pieces.comment"));
  const failure = element("p", "down-text");
  failure.setAttribute("role", "alert");
  const reasons = element("div", "act-step");
  const list = saidList(machine);
  list.load(gatewayNow() - DAY_MS, gatewayNow());

  /**
   * @param {Record<string, unknown>} says
   * @param {boolean} wantsComment
   */
  function book(says, wantsComment) {
    const pieces = Number(amount.value);
    const text = comment.input.value.trim();
    const name = by.name();
    if (!(pieces > 0)) {
      setText(failure, t("pieces.amountMissing"));
      amount.focus();
    } else if (wantsComment && text === "") {
      setText(failure, t("reason.comment"));
      comment.input.focus();
    } else if (name !== "") {
      const ms = Math.floor(gatewayNow());
      try {
        keep(machine, ms, { ...bodyOfMoment(machine.place, ms, kind, { amount: pieces, ...says }, text), who: name },
          t(`said.${kind}`, figure(pieces)));
        sheet.close();
      } catch (reason) {
        setText(failure, t("said.full", messageOf(reason)));
      }
    }
  }

  reasonsOf(machine).then((tree) => {
    if (tree.length === 0) {
      reasons.append(typedReason((reason) => book({ reason }, false)));
      return;
    }
    const picker = reasonPicker((node) => book({ reason: node.id }, node.comment));
    reasons.append(picker.root);
    picker.show(tree);
    sheet.onBack(picker.back);
    amount.focus();
  }, (reason) => reasons.append(element("p", "down-text", t("reason.unknown", messageOf(reason)))));

  sheet.body.append(by.root, element("div", "choices small", ...kinds),
    element("div", "amounts", field(t("pieces.amount"), amount), step(-1), step(1), step(10)),
    comment.root, failure, element("h3", "", t("pieces.defect")), reasons,
    button(t("pieces.noDefect"), () => book({}, false), "reason-button"), list.root);
  amount.focus();
}

/** @param {Machine} machine */
export function openNote(machine) {
  const sheet = openSheet(t("note.title"), machine.name);
  const by = whoLine();
  const comment = commentField(t("stop.commentText"));
  comment.input.required = true;
  const when = element("input");
  when.type = "datetime-local";
  when.value = localTime(gatewayNow());
  when.max = when.value;
  const failure = element("p", "down-text");
  const form = element("form", "form", field(t("note.when"), when), comment.root, failure,
    element("button", "reason-button", t("act.save")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = comment.input.value.trim();
    const ms = when.value === "" ? Math.floor(gatewayNow()) : instantOf(when.value);
    const name = by.name();
    if (name === "" || text === "") return;
    try {
      keep(machine, ms, { ...bodyOfMoment(machine.place, ms, "annotated", {}, text), who: name }, text);
      sheet.close();
    } catch (reason) {
      setText(failure, t("said.full", messageOf(reason)));
    }
  });
  const list = saidList(machine);
  list.load(gatewayNow() - DAY_MS, gatewayNow());
  sheet.body.append(by.root, form, list.root);
  comment.input.focus();
}
