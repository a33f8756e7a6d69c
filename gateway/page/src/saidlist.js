// What people have said of a time of a machine: who, when, what; each can be taken back.

import { listCorrections, say } from "./act.js";
import { messageOf } from "./api.js";
import { textOfCorrection } from "./corrections.js";
import { button, element, keyed, setClass, setText } from "./dom.js";
import { at } from "./format.js";
import { t } from "./i18n.js";
import { may } from "./session.js";
import { who } from "./who.js";

/** @typedef {import("../types/api.js").Correction} Correction */
/** @typedef {import("./model.js").Machine} Machine */

/** @param {Machine} machine */
export function saidList(machine) {
  const heading = element("h3", "", t("said.before"));
  const list = element("ul", "plain said-list");
  const note = element("p", "quiet");
  const root = element("div", "", heading, list, note);
  heading.hidden = true;

  /** @param {Correction} one */
  function make(one) {
    const text = element("span");
    const by = element("small", "quiet");
    const undo = button(t("act.undo"), () => {
      undo.disabled = true;
      say({
        path: `/api/v1/corrections/${one.id}/undo`, body: { who: who.get() || t("who.nobody") },
        title: t("said.undone", textOfCorrection(one)), machine: machine.id,
        fromMs: Date.parse(one.from), toMs: Date.parse(one.to), says: "",
      });
    });
    return { root: element("li", "", element("div", "", text, by), undo), text, by, undo };
  }

  /**
   * @param {ReturnType<typeof make>} part
   * @param {Correction} one
   */
  function show(part, one) {
    setText(part.text, [textOfCorrection(one), one.comment].filter(Boolean).join(" – "));
    const when = at(Date.parse(one.time));
    const back = one.undone === null || one.undone === undefined ? ""
      : ` · ${t("said.undoneBy", one.undone.who, at(Date.parse(one.undone.time)))}`;
    const whoAndWhere = one.member === undefined ? one.who : t("said.at", one.who, one.member);
    setText(part.by, `${t("said.by", whoAndWhere, when)}${back}`);
    part.undo.hidden = back !== "" || !may("operate");
    setClass(part.root, back === "" ? "" : "undone");
  }

  return {
    root,
    /**
     * @param {number} fromMs
     * @param {number} toMs
     */
    load(fromMs, toMs) {
      listCorrections(machine.place, fromMs, toMs).then(({ corrections }) => {
        heading.hidden = corrections.length === 0;
        keyed(list, corrections, ({ id }) => String(id), make, show);
      }, (failure) => setText(note, t("fetch.failed", messageOf(failure))));
    },
  };
}
