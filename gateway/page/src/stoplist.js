// Stops, newest first.

import { element, link, table } from "./dom.js";
import { at, duration } from "./format.js";
import { t, word } from "./i18n.js";
import { hrefOf, idOf, kindOf, reasonOf } from "./model.js";

/** @param where whether to say which machine stopped, in which shift */
export function stopTable(where) {
  const view = table(t("stops.list"), [[t("stops.start")], ...(where ? [[t("stops.machine")]] : []), [t("stops.state")],
    [t("stops.reason")], [t("stops.length"), "number"], ...(where ? [[t("stops.shift"), "of-shift"]] : [])]);
  const note = element("p", "quiet");
  return {
    root: element("div", "scroll slim", view.root, note),
    show(answer) {
      view.root.hidden = answer.stops.length === 0;
      view.rows(answer.stops, (s) => `${idOf(s.path)} ${s.startMs} ${s.state} ${s.reason} ${s.open}`, (s) => [
        at(s.startMs),
        ...(where ? [link("", hrefOf("machine", s.path), s.path.at(-1))] : []),
        element("span", `badge ${kindOf(s.state)}`, word("state", s.state)),
        reasonOf(s.state, s.reason),
        s.open ? t("stops.open", duration(s.seconds)) : duration(s.seconds),
        ...(where ? [s.shift] : []),
      ]);
      note.textContent = answer.stops.length === 0 ? t("stops.none") : answer.more ? t("stops.more", answer.stops.length) : "";
    },
    fail(reason) {
      note.textContent = t("fetch.failed", reason);
    },
  };
}
