// The group of the gateway: who is there, who sends how much, and how far behind each is.

import { csvButton } from "./csvbutton.js";
import { sheetOf } from "./csv.js";
import { element, setText } from "./dom.js";
import { duration, whole } from "./format.js";
import { t, word } from "./i18n.js";
import { isHere, kindOfMember, nodeList } from "./parts.js";

/** @typedef {import("../types/api.js").Group} Group */
/** @typedef {import("../types/api.js").GroupMember} GroupMember */
/** @typedef {import("../types/api.js").Status} Status */
/** @typedef {import("./parts.js").FlowNode} FlowNode */

/**
 * @param {GroupMember} member
 * @param {Group} group
 * @returns {FlowNode}
 */
export function memberNode(member, group) {
  const { id, state, behindSeconds: behind, heardSecondsAgo: heard, historySeconds: history } = member;
  const here = isHere(member);
  return {
    name: id === group.member ? t("members.this", id) : id, short: id, type: "",
    kind: kindOfMember(member), state: word("member", state),
    figure: t("members.share", whole(member.machines), whole(group.machines)), share: null,
    detail: here
      ? [behind === null ? "" : t("members.late", duration(behind)),
        history === null ? "" : t("members.since", duration(history))]
      : [heard === null ? t("members.never") : t("members.heard", duration(heard))],
    why: "",
  };
}

/** The members; hidden where the gateway is in no group. */
export function groupPanel() {
  const heading = element("h2");
  const list = nodeList();
  /** @type {Group | null} */
  let shown = null;
  const head = element("div", "csv-head", heading, csvButton(t("members.type"), sheet));
  const root = element("section", "panel", head, list.root);
  root.hidden = true;

  function sheet() {
    return sheetOf([
      [t("csv.member"), ({ id }) => id],
      [t("csv.state"), ({ state }) => word("member", state)],
      [t("csv.memberMachines"), ({ machines }) => machines],
      [t("csv.memberBehind"), ({ behindSeconds }) => behindSeconds],
      [t("csv.memberHeard"), ({ heardSecondsAgo }) => heardSecondsAgo],
      [t("csv.memberHistory"), ({ historySeconds }) => historySeconds],
    ], shown?.members ?? []);
  }

  return {
    root,
    /** @param {Status} status */
    show({ group }) {
      shown = group ?? null;
      root.hidden = shown === null;
      if (shown === null) return;
      const of = shown;
      setText(heading, t("members.title", of.name, word("groupmode", of.mode)));
      list.show(of.members.map((each) => memberNode(each, of)));
    },
  };
}
