// The stops that have no reason yet: how many, and a way to the next one.

import { onSaid, saidOf } from "./act.js";
import { get, messageOf, query, watch } from "./api.js";
import { openOf } from "./corrections.js";
import { button, element, setText } from "./dom.js";
import { t } from "./i18n.js";
import { openStop } from "./stopsheet.js";

/** @typedef {import("../types/api.js").StopList} StopList */
/** @typedef {import("./api.js").Levels} Levels */

const HOURS = 24;
const SECONDS = 10;
const AT_ONCE = 50; // of which some may have been said and not be in the figures yet

/** @param {Levels} place */
const path = (place) => query("/api/v1/stops", { hours: HOURS, uncoded: "true", limit: AT_ONCE }, place);

const isSaid = (/** @type {import("../types/api.js").Stop} */ stop) => saidOf(stop) !== null;

/** A button with the number of stops without a reason; hidden where there are none. */
export function uncodedButton() {
  const failure = element("span", "down-text");
  const open = button("", next, "uncoded");
  const root = element("span", "of-now", open, failure);
  root.hidden = true;
  /** @type {StopList | null} */
  let list = null;
  /** @type {Levels} */
  let place = {};
  /** @type {(() => void)[]} */
  let ends = [];

  function show() {
    const { count } = list === null ? { count: 0 } : openOf(list, isSaid);
    root.hidden = count <= 0;
    setText(open, t("uncoded.count", count));
  }

  async function next() {
    try {
      list = /** @type {StopList} */ (await get(path(place)));
      setText(failure, "");
    } catch (reason) {
      if (list === null) setText(failure, t("fetch.failed", messageOf(reason)));
    }
    show();
    const [stop] = list === null ? [] : openOf(list, isSaid).open;
    if (stop !== undefined) openStop(stop, next);
  }

  return {
    root,
    /** @param {Levels} of which the stops are */
    begin(of) {
      place = of;
      const watching = watch(() => path(place), SECONDS, (/** @type {StopList} */ answer) => {
        list = answer;
        show();
      }, () => {}); // the number of before stays
      ends = [watching.end, onSaid(show)];
    },
    end: () => ends.forEach((end) => end()),
  };
}
