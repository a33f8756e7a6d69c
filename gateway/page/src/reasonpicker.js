// The tree of reasons as buttons: a category, then a reason or its detail. Two taps, or the arrow keys
// and Enter.

import { button, element } from "./dom.js";
import { t } from "./i18n.js";
import { reasonLabel } from "./reasonnames.js";

/** @typedef {import("../types/api.js").ReasonNode} ReasonNode */

/** @typedef {{ left: number, top: number }} Corner of a button */

/**
 * The button to which an arrow key leads; buttons stand in rows.
 *
 * @param {Corner[]} corners
 * @param {number} from
 * @param {string} key
 */
export function nextButton(corners, from, key) {
  if (key === "ArrowRight") return Math.min(from + 1, corners.length - 1);
  if (key === "ArrowLeft") return Math.max(from - 1, 0);
  const way = key === "ArrowDown" ? 1 : -1;
  const here = corners[from];
  let best = from;
  let least = Infinity;
  corners.forEach(({ left, top }, at) => {
    const down = way * (top - here.top);
    const far = down * 10_000 + Math.abs(left - here.left); // the next row, there the nearest
    if (down > 0 && far < least) {
      best = at;
      least = far;
    }
  });
  return best;
}

const ARROWS = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"];

/** @param {HTMLElement} root whose buttons the arrow keys reach */
export function byArrows(root) {
  root.addEventListener("keydown", (event) => {
    if (!ARROWS.includes(event.key) || !(event.target instanceof HTMLButtonElement)) return;
    const all = [...root.querySelectorAll("button")].filter((one) => !one.disabled);
    const from = all.indexOf(event.target);
    if (from < 0) return;
    event.preventDefault();
    all[nextButton(all.map((one) => one.getBoundingClientRect()), from, event.key)].focus();
  });
}

/**
 * @param {(node: ReasonNode) => void} onPick
 */
export function reasonPicker(onPick) {
  const root = element("div", "picker");
  byArrows(root);
  /** @type {ReasonNode[]} */
  let categories = [];
  let inside = false;

  /** @param {ReasonNode} node */
  const reason = (node) => button(reasonLabel(node), () => onPick(node), "reason-button");

  /** @param {Node[]} content */
  function fill(...content) {
    root.replaceChildren(...content);
    root.querySelector("button")?.focus();
  }

  function showCategories() {
    inside = false;
    fill(element("div", "choices", ...categories.map((node) =>
      node.reasons.length === 0 ? reason(node)
        : button(reasonLabel(node), () => showReasons(node), "reason-button category"))));
  }

  /** @param {ReasonNode} category */
  function showReasons(category) {
    inside = true;
    const choices = category.reasons.flatMap((node) =>
      [reason(node), ...node.reasons.map((detail) =>
        button(`${reasonLabel(node)} · ${reasonLabel(detail)}`, () => onPick(detail), "reason-button detail"))]);
    const alone = button(t("reason.only", reasonLabel(category)), () => onPick(category), "reason-button alone");
    const back = button(t("reason.back"), showCategories, "reason-button back");
    fill(element("h3", "", reasonLabel(category)), element("div", "choices", ...choices, alone, back));
  }

  return {
    root,
    /** @param {ReasonNode[]} nodes */
    show(nodes) {
      categories = nodes;
      showCategories();
    },
    /** One step back; whether there was one. */
    back() {
      if (!inside) return false;
      showCategories();
      return true;
    },
  };
}
