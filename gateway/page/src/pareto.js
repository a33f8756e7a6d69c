// Causes of lost time, the largest first: a list of bars that is a list for a screen reader too. What is only a
// consequence of another machine stands apart: along a line, one breakdown makes all the others wait.

import { inUnit, sheetOf } from "./csv.js";
import { reasonIdColumn } from "./csvids.js";
import { element, keyed, setAttribute, setClass, setText } from "./dom.js";
import { bar } from "./figures.js";
import { duration, percent } from "./format.js";
import { t, word } from "./i18n.js";
import { causeOf, kindOf, reasonOf } from "./states.js";

/** @typedef {import("../types/api.js").Cause} Cause */

const CONSEQUENCES = ["starved", "blocked"];

/**
 * The causes, and what follows from another machine's.
 *
 * @param {Cause[]} all
 */
export const apartOf = (all) => ({
  causes: all.filter(({ state }) => !CONSEQUENCES.includes(state)),
  consequences: all.filter(({ state }) => CONSEQUENCES.includes(state)),
});

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

/**
 * All causes, then the consequences, as a file takes them.
 *
 * @param {Cause[]} all
 */
export function causeSheet(all) {
  const { causes, consequences } = apartOf(all);
  /** @type {(Cause & { soFar: number | null })[]} */
  const rows = [...paretoOf(causes), ...consequences.map((cause) => ({ ...cause, soFar: null }))];
  return sheetOf([
    [t("stops.state"), ({ state }) => word("state", state)],
    [t("stops.reason"), ({ state, reason }) => reasonOf(state, reason)],
    [inUnit(t("stops.length"), "s"), ({ seconds }) => seconds],
    [inUnit(t("csv.provisionalPart"), "s"), ({ provisionalSeconds }) => provisionalSeconds],
    [t("report.times"), ({ count }) => count],
    [inUnit(t("csv.soFar"), "%"), ({ soFar }) => (soFar === null ? null : soFar * 100)],
    reasonIdColumn(({ reason }) => reason),
  ], rows);
}

/**
 * @param {((cause: Cause) => void) | null} onPick called with the cause that was picked; null where none can be
 * @param {number} most of the causes
 */
export function paretoList(onPick = null, most = Infinity) {
  const causes = barList(onPick, true);
  const consequences = barList(onPick, false);
  const heading = element("h3", "", t("pareto.consequences"));
  const sum = element("p", "quiet", t("pareto.sum"));
  const note = element("p", "quiet");
  /** @type {Cause[]} */
  let shown = [];
  return {
    sheet: () => causeSheet(shown),
    root: element("div", "", causes.root, heading, consequences.root, note, sum),
    /**
     * @param {Cause[]} all the largest first
     * @param {string} whenNone
     * @param {(cause: Cause) => boolean} picked
     */
    show(all, whenNone, picked = () => false) {
      shown = all;
      const apart = apartOf(all);
      causes.show(apart.causes.slice(0, most), picked);
      consequences.show(apart.consequences, picked);
      heading.hidden = apart.consequences.length === 0;
      sum.hidden = all.length === 0;
      note.hidden = apart.causes.length > 0;
      setText(note, whenNone);
    },
    /** @param {string} reason */
    fail(reason) {
      note.hidden = false;
      setText(note, t("fetch.failed", reason));
    },
  };
}

/**
 * @param {((cause: Cause) => void) | null} onPick
 * @param {boolean} weighed whether each has a bar and its part of all time; a consequence is only named
 */
function barList(onPick, weighed) {
  const root = element("ol", "pareto");

  /** @param {Cause} cause of which state and reason stay */
  function makeRow(cause) {
    const name = element("span", "cause");
    const length = element("b");
    const share = bar();
    const count = element("small");
    share.root.hidden = !weighed;
    const row = element(onPick ? "button" : "div", "", name, length, share.root, count);
    if (onPick) row.addEventListener("click", () => onPick(cause));
    return { root: element("li", "", row), row, name, length, share, count };
  }

  return {
    root,
    /**
     * @param {Cause[]} causes
     * @param {(cause: Cause) => boolean} picked
     */
    show(causes, picked) {
      root.hidden = causes.length === 0;
      keyed(root, paretoOf(causes), (c) => `${c.state} ${c.reason}`, makeRow, (part, cause) => {
        setClass(part.row, `cause-row ${kindOf(cause.state)}`);
        setClass(part.name, weighed ? "cause" : "cause shape");
        setText(part.name, weighed ? causeOf(cause) : ` ${causeOf(cause)}`);
        setText(part.length, duration(cause.seconds));
        part.share.show(cause.width);
        const parts = [onPick && weighed
          ? t("pareto.countSoFar", cause.count, percent(cause.soFar)) : t("pareto.count", cause.count)];
        if (cause.provisionalSeconds > 0) parts.push(t("pareto.provisional", duration(cause.provisionalSeconds)));
        setText(part.count, parts.join(" · "));
        if (onPick) setAttribute(part.row, "aria-pressed", String(picked(cause)));
      });
    },
  };
}
