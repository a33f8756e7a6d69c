// A strip of states over time: one path for each kind, so that hundreds of strips stay light. Unknown
// time is not painted: the hatched ground shows through. Time before the first contact is left empty.

import { drawn, element, setAttribute, setClass, setText } from "./dom.js";
import { t } from "./i18n.js";
import { HEIGHT, PATHS, WIDTH, outlines, stripSummary, textAt } from "./spans.js";

/** @typedef {import("../types/api.js").Span} Span */
/** @typedef {import("./history.js").History} History */
/** @typedef {ReturnType<typeof strip>} Strip */

/** An empty strip; `show` fills it. */
export function strip() {
  const title = drawn("title");
  const paths = PATHS.map((name) => ({ name, root: drawn("path", { class: name }) }));
  const root = drawn("svg",
    { class: "strip", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" },
    title, ...paths.map((path) => path.root));
  /** @type {{ spans: Span[], fromMs: number, toMs: number } | null} */
  let shown = null;
  let tappable = "";

  root.addEventListener("pointermove", (event) => {
    if (shown === null || !(event instanceof PointerEvent)) return;
    const box = root.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    title.textContent = textAt(shown.spans, shown.fromMs + share * (shown.toMs - shown.fromMs));
  });

  return {
    root,
    /**
     * Calls `tapped` with the span that was tapped; the last one goes on. Whoever has no pointer finds
     * the same stops in their list.
     *
     * @param {(fromMs: number, toMs: number, state: string, reason: string, isLast: boolean) => void} tapped
     */
    onTap(tapped) {
      tappable = "tappable";
      root.addEventListener("click", (event) => {
        if (shown === null || !(event instanceof MouseEvent)) return;
        const box = root.getBoundingClientRect();
        const ms = shown.fromMs + (event.clientX - box.left) / box.width * (shown.toMs - shown.fromMs);
        const span = shown.spans.find(([from, to]) => from <= ms && ms < to);
        if (span !== undefined) tapped(...span, span === shown.spans[shown.spans.length - 1]);
      });
    },
    /**
     * @param {Span[]} spans ascending
     * @param {number} fromMs
     * @param {number} toMs
     */
    show(spans, fromMs, toMs) {
      if (shown !== null && shown.spans === spans && shown.toMs === toMs) return;
      shown = { spans, fromMs, toMs };
      const drawnPaths = outlines(spans, fromMs, toMs);
      const begins = drawnPaths.before === "" ? "" : "begins";
      setClass(root, ["strip", spans.length === 0 ? "empty" : begins, tappable].filter((one) => one !== "").join(" "));
      for (const path of paths) setAttribute(path.root, "d", drawnPaths[path.name]);
      setAttribute(root, "aria-label", stripSummary(spans, fromMs, toMs));
    },
  };
}

/** What stands below strips: the time of both ends. */
export function axis() {
  const from = element("span");
  const to = element("span");
  return {
    root: element("div", "axis", from, to),
    /** @param {History} history */
    show(history) {
      setText(from, history.from);
      setText(to, t("strip.now"));
    },
  };
}

/**
 * @param {Strip} states
 * @param {string} machine its id
 * @param {History} history
 */
export function showHistory(states, machine, history) {
  states.show(history.spans.get(machine) ?? [], history.fromMs, history.toMs);
}
