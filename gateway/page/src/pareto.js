// Causes of lost time, the largest first: a list of bars that is a list for a screen reader too.

import { element, keyed, setAttribute, setClass, setText } from "./dom.js";
import { duration, percent } from "./format.js";
import { t, word } from "./i18n.js";
import { kindOf, reasonOf } from "./model.js";

export const causeOf = (cause) => {
  const reason = reasonOf(cause.state, cause.reason);
  return reason === "" ? word("state", cause.state) : `${word("state", cause.state)} · ${reason}`;
};

/** @param onPick called with the cause that was picked; without it nothing can be picked */
export function paretoList(onPick) {
  const list = element("ol", "pareto");
  const note = element("p", "quiet");
  return {
    root: element("div", "", list, note),
    show(causes, whenNone, picked = () => false) {
      const total = causes.reduce((sum, cause) => sum + cause.seconds, 0);
      let sum = 0;
      const rows = causes.map((cause) => {
        sum += cause.seconds;
        return { ...cause, share: cause.seconds / causes[0].seconds, upTo: sum / total };
      });
      keyed(list, rows, (r) => `${r.state} ${r.reason}`, () => {
        const row = element(onPick ? "button" : "div", "", element("span", "cause"), element("b"), element("span", "bar", element("i")), element("small"));
        const item = element("li", "", row);
        if (onPick) row.addEventListener("click", () => onPick(item.cause));
        return item;
      }, (item, cause) => {
        item.cause = cause;
        const row = item.firstChild;
        const [text, length, bar, count] = row.children;
        setClass(row, `cause-row ${kindOf(cause.state)}`);
        setText(text, causeOf(cause));
        setText(length, duration(cause.seconds));
        bar.firstChild.style.width = `${cause.share * 100}%`;
        setText(count, onPick ? t("pareto.countUpTo", cause.count, percent(cause.upTo)) : t("pareto.count", cause.count));
        if (onPick) setAttribute(row, "aria-pressed", String(picked(cause)));
      });
      note.hidden = causes.length > 0;
      setText(note, whenNone);
    },
    fail(reason) {
      note.hidden = false;
      setText(note, t("fetch.failed", reason));
    },
  };
}
