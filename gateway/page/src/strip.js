// A strip of states over time: one path a kind, so that hundreds of strips stay light. Time of
// which nothing is known is not painted: the hatched ground shows through. Kinds differ in height
// too, so that they can be told apart without colour.

import { drawn, setAttribute } from "./dom.js";
import { at, duration } from "./format.js";
import { t, word } from "./i18n.js";
import { kindOf, reasonOf } from "./model.js";

const HEIGHTS = { running: 10, down: 10, micro: 10, setup: 7, waiting: 4.5, planned: 2.5 };
const WIDTH = 1000;

/** An empty strip; `showStrip` fills it. */
export function strip() {
  const title = drawn("title");
  const root = drawn("svg", { class: "strip", viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: "none", role: "img" }, title,
    drawn("path", { class: "ground" }), ...Object.keys(HEIGHTS).map((kind) => drawn("path", { class: kind })));
  root.addEventListener("pointermove", (event) => point(root, title, event));
  return root;
}

/** @param spans [fromMs, toMs, state, reason], ascending; undefined where none came yet */
export function showStrip(root, spans, fromMs, toMs) {
  if (root.spans === spans && root.toMs === toMs) return;
  Object.assign(root, { spans, fromMs, toMs });
  const paths = { ground: "" };
  const seconds = new Map();
  for (const [from, to, state] of spans) {
    const left = Math.max(from, fromMs);
    const right = Math.min(to, toMs);
    if (right <= left) continue;
    seconds.set(state, (seconds.get(state) ?? 0) + (right - left) / 1000);
    const kind = kindOf(state);
    const height = HEIGHTS[kind];
    if (!height) continue;
    const x = (ms) => ((ms - fromMs) / (toMs - fromMs)) * WIDTH;
    const start = x(left).toFixed(1);
    const end = Math.max(x(left) + 0.8, x(right)).toFixed(1); // absolute: what meets in time meets here
    const box = (h) => `M${start} ${10 - h}H${end}V10H${start}z`;
    paths[kind] = (paths[kind] ?? "") + box(height);
    if (height < 10) paths.ground += box(10);
  }
  for (const path of root.querySelectorAll("path")) setAttribute(path, "d", paths[path.getAttribute("class")] ?? "");
  const parts = [...seconds].sort((a, b) => b[1] - a[1]).map(([state, length]) => `${word("state", state)} ${duration(length)}`);
  setAttribute(root, "aria-label", t("strip.summary", at(fromMs), at(toMs), parts.join(", ") || word("state", "unknown")));
}

/** What stood under the pointer, as the strip's tooltip. */
function point(root, title, event) {
  if (!root.spans) return;
  const box = root.getBoundingClientRect();
  const ms = root.fromMs + ((event.clientX - box.left) / box.width) * (root.toMs - root.fromMs);
  const span = root.spans.find(([from, to]) => from <= ms && ms < to);
  const reason = span ? reasonOf(span[2], span[3]) : "";
  title.textContent = span
    ? `${word("state", span[2])}${reason ? ` (${reason})` : ""}: ${at(span[0])}–${at(span[1])}, ${duration((span[1] - span[0]) / 1000)}`
    : `${word("state", "unknown")}: ${at(ms)}`;
}
