// Causes of lost time, the largest first: a list of bars that is a list for a screen reader too.

import { element, keyed, setAttribute, setClass, setText } from "./dom.js";
import { bar } from "./figures.js";
import { duration, percent } from "./format.js";
import { t } from "./i18n.js";
import { causeOf, kindOf } from "./states.js";

/** @typedef {import("../types/api.js").Cause} Cause */

/**
 * Causes with what a Pareto chart draws: the time beside the largest, and the part of all time so far.
 *
 * @param {Cause[]} causes the largest first
 */
export function paretoOf(causes) {
  const total = causes.reduce((sum, cause) => sum + cause.seconds, 0);
  let soFar = 0;
  return causes.map((cause) => {
    soFar += cause.seconds;
    // a stop that has just begun has no length yet
    return {
      ...cause, width: total > 0 ? cause.seconds / causes[0].seconds : 0, soFar: total > 0 ? soFar / total : 1,
    };
  });
}

/** @param {((cause: Cause) => void) | null} onPick called with the cause that was picked; null where none can be */
export function paretoList(onPick = null) {
  const list = element("ol", "pareto");
  const note = element("p", "quiet");

  /** @param {Cause} cause of which state and reason stay */
  function makeRow(cause) {
    const name = element("span", "cause");
    const length = element("b");
    const share = bar();
    const count = element("small");
    const row = element(onPick ? "button" : "div", "", name, length, share.root, count);
    if (onPick) row.addEventListener("click", () => onPick(cause));
    return { root: element("li", "", row), row, name, length, share, count };
  }

  return {
    root: element("div", "", list, note),
    /**
     * @param {Cause[]} causes
     * @param {string} whenNone
     * @param {(cause: Cause) => boolean} picked
     */
    show(causes, whenNone, picked = () => false) {
      keyed(list, paretoOf(causes), (c) => `${c.state} ${c.reason}`, makeRow, (part, cause) => {
        setClass(part.row, `cause-row ${kindOf(cause.state)}`);
        setText(part.name, causeOf(cause));
        setText(part.length, cause.provisionalSeconds > 0
          ? t("pareto.provisional", duration(cause.seconds), duration(cause.provisionalSeconds))
          : duration(cause.seconds));
        part.share.show(cause.width);
        if (onPick) {
          setText(part.count, t("pareto.countSoFar", cause.count, percent(cause.soFar)));
          setAttribute(part.row, "aria-pressed", String(picked(cause)));
        } else {
          setText(part.count, t("pareto.count", cause.count));
        }
      });
      note.hidden = causes.length > 0;
      setText(note, whenNone);
    },
    /** @param {string} reason */
    fail(reason) {
      note.hidden = false;
      setText(note, t("fetch.failed", reason));
    },
  };
}
