// What a notification says in the language of the reader; its text from the gateway has that of the messages.

import { assetName } from "./assetlabels.js";
import { percentExactly } from "./format.js";
import { t, textOf } from "./i18n.js";
import { fullText, pathOf } from "./places.js";
import { hasLabel, shiftLabel } from "./shiftlabels.js";
import { reasonOf } from "./states.js";

/** @typedef {import("../types/api.js").Notification} Notice */

/** @param {Notice} notice */
const alarmTitle = ({ kind, subject }) => textOf("alarm", kind, subject);

/** @param {Notice} notice */
const figureTitle = ({ kind, levels }) => textOf("notice", kind, assetName(pathOf(levels)));

/**
 * In short; of a kind that the page does not know, the words of the gateway.
 *
 * @param {Notice} notice
 */
export const titleOf = (notice) => alarmTitle(notice) ?? figureTitle(notice) ?? notice.text;

/**
 * Where it is and why; "" where the title says all.
 *
 * @param {Notice} notice
 */
export function detailOf(notice) {
  if (alarmTitle(notice) !== undefined) return textOf("alarmWhy", notice.kind) ?? notice.facts.reason ?? "";
  if (figureTitle(notice) === undefined) return "";
  const { levels } = notice;
  const place = fullText(levels[3] === "" ? "line" : "machine", levels);
  return [place, ...figuresOf(notice)].filter((text) => text !== "").join(" · ");
}

/**
 * @param {Notice} notice
 * @returns {string[]}
 */
function figuresOf({ facts: { reason, oee, target, shift, stops } }) {
  if (reason !== undefined) return [reasonOf("down", reason)];
  if (stops !== undefined) return [t("notice.stops", stops)];
  if (shift === undefined) return [];
  const named = shiftLabel(shift);
  return [t("notice.oee", percentExactly(oee), percentExactly(target)),
    hasLabel(shift) ? named : t("notice.shift", named)];
}
