// What is wrong now, above every view, with a button for who knows of it.

import { byId, element, keyed, setClass, setText } from "./dom.js";
import { acknowledgement, noticeOf } from "./notices.js";

/** @typedef {import("./alarms.js").Alarm} Alarm */

/** @param {Alarm[]} alarms */
export function showAlarms(alarms) {
  keyed(byId("alarms"), alarms, (alarm) => alarm.title, () => {
    const title = element("b");
    const detail = element("span");
    detail.setAttribute("aria-live", "off"); // ages and waits change each second
    const known = acknowledgement();
    return { root: element("div", "", title, detail, known.root), title, detail, known };
  }, (row, { kind, title, detail, id, subject }) => {
    setClass(row.root, `alarm ${kind}`);
    setText(row.title, title);
    setText(row.detail, detail);
    row.known.show(noticeOf(id, subject) ?? null);
  });
}
