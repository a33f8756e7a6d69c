// A strip of states over time: one path for each kind, so that hundreds of strips stay light. Unknown
// time is not painted: the hatched ground shows through. Time before the first contact is left empty.

import { drawn, element, setAttribute, setClass, setText } from "./dom.js";
import { at } from "./format.js";
import { t } from "./i18n.js";
import { chosenTime } from "./pasttime.js";
import { HEIGHT, PATHS, WIDTH, outlines, placeOf, stepped, stripSummary, textAt } from "./spans.js";

/** @typedef {import("../types/api.js").Span} Span */
/** @typedef {import("./history.js").History} History */
/** @typedef {ReturnType<typeof strip>} Strip */

const KEYS = new Set(["ArrowLeft", "ArrowRight", "Home", "End"]);

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
  const text = element("span"); // for those who see where the keyboard is
  const chosen = drawn("rect", { class: "chosen", y: "0", height: String(HEIGHT) });
  let chosenMs = Infinity; // when the span begins that the keyboard is at; the last one, where there are others since

  function showChosen() {
    if (shown === null || tappable === "") return;
    const { spans, fromMs, toMs } = shown;
    const index = stepped(spans, chosenMs, "");
    const [x, width] = index < 0 ? [0, 0] : placeOf(spans[index], fromMs, toMs);
    setAttribute(chosen, "x", x.toFixed(1));
    setAttribute(chosen, "width", width.toFixed(1));
    setAttribute(root, "aria-valuemin", "1");
    setAttribute(root, "aria-valuemax", String(Math.max(1, spans.length)));
    setAttribute(root, "aria-valuenow", String(Math.max(1, index + 1)));
    const said = textAt(spans, index < 0 ? toMs : spans[index][0]);
    setAttribute(root, "aria-valuetext", said);
    setText(text, document.activeElement === root ? said : "");
  }

  root.addEventListener("pointermove", (event) => {
    if (shown === null || !(event instanceof PointerEvent)) return;
    const box = root.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    title.textContent = textAt(shown.spans, shown.fromMs + share * (shown.toMs - shown.fromMs));
  });

  return {
    root,
    /** What holds where the keyboard is, of a strip that is tapped. */
    text,
    /**
     * Calls `tapped` with the span that was tapped; the last one goes on. By the keyboard arrow keys go from
     * span to span, and Enter taps.
     *
     * @param {(fromMs: number, toMs: number, state: string, reason: string, isLast: boolean) => void} tapped
     */
    onTap(tapped) {
      tappable = "tappable";
      root.append(chosen);
      setAttribute(root, "tabindex", "0");
      setAttribute(root, "role", "slider");
      setAttribute(text, "aria-hidden", "true"); // the strip says it itself
      root.addEventListener("focus", showChosen);
      root.addEventListener("blur", showChosen);
      /** @param {number} index */
      const tap = (index) => {
        const span = shown?.spans[index];
        if (span !== undefined) tapped(...span, index === (shown?.spans.length ?? 0) - 1);
      };
      root.addEventListener("click", (event) => {
        if (shown === null || !(event instanceof MouseEvent)) return;
        const box = root.getBoundingClientRect();
        const ms = shown.fromMs + (event.clientX - box.left) / box.width * (shown.toMs - shown.fromMs);
        tap(shown.spans.findIndex(([from, to]) => from <= ms && ms < to));
      });
      root.addEventListener("keydown", (event) => {
        if (shown === null || shown.spans.length === 0 || !(event instanceof KeyboardEvent)) return;
        const { spans } = shown;
        if (event.key === "Enter" || event.key === " ") tap(stepped(spans, chosenMs, ""));
        else if (KEYS.has(event.key)) {
          const index = stepped(spans, chosenMs, event.key);
          chosenMs = index === spans.length - 1 ? Infinity : spans[index][0];
          showChosen();
        } else return;
        event.preventDefault();
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
      showChosen();
    },
  };
}

/**
 * What stands below strips: the time of both ends.
 *
 * @param {Node[]} between
 */
export function axis(...between) {
  const from = element("span");
  const to = element("span");
  return {
    root: element("div", "axis", from, ...between, to),
    /** @param {History} history */
    show(history) {
      setText(from, history.from);
      setText(to, chosenTime() === null ? t("strip.now") : at(history.toMs));
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
