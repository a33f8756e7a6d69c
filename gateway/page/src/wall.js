// A wall: one face at a time in type that is read from three metres, each for its seconds. Whoever touches it stops it
// for a while.

import { query, watch } from "./api.js";
import { button, element, keyed, link, setAttribute, setClass, setText } from "./dom.js";
import { badge, bar, showOee } from "./figures.js";
import { duration, percent, whole } from "./format.js";
import { t } from "./i18n.js";
import { levelsApart } from "./names.js";
import { apartOf, paretoOf } from "./pareto.js";
import { FACTORS, ratiosOf, shiftName } from "./shift.js";
import { siteLevels } from "./sites.js";
import { KINDS, causeOf, kindOf } from "./states.js";
import { around, facesOf, linkOf, placeIn } from "./wallplan.js";

/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("../types/api.js").StopList} StopList */
/** @typedef {import("../types/api.js").Cause} Cause */
/** @typedef {import("./main.js").View} View */
/** @typedef {import("./model.js").Line} Line */
/** @typedef {import("./model.js").Machine} Machine */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./wallplan.js").Face} Face */

/**
 * @typedef {object} Shown
 * @property {HTMLElement} root
 * @property {(model: Model, line: Line | null, causes: Cause[] | null) => void} show
 */

const TOUCHED_MS = 60_000; // then it goes on
const TICK_MS = 250;
const FEW = 4; // have room for larger type
const LINES = 8;
const MACHINES = 12;
const CAUSES = 6;
const CAUSES_SECONDS = 10;

/**
 * @param {import("./address.js").Address} address
 * @returns {View}
 */
export function wallView({ search }) {
  const heading = element("h1", "wall-title");
  const about = element("span", "wall-about");
  const body = element("div", "wall-face");
  const position = element("span", "wall-position");
  const left = element("span", "wall-left");
  const pause = button("", () => hold(!held));
  const earlier = button("‹", () => step(-1));
  const later = button("›", () => step(1));
  setAttribute(earlier, "aria-label", t("wall.earlier"));
  setAttribute(later, "aria-label", t("wall.later"));
  const foot = element("div", "wall-foot", earlier, pause, later, position, left, element("span", "space"),
    link("button", "#/", t("wall.leave")));
  const root = element("div", "wall", element("div", "wall-head", heading, about), body, foot);
  /** @type {Record<Face["kind"], Shown>} */
  const faces = { plant: plantFace(), line: lineFace(), stops: stopsFace() };

  let at = placeIn(search);
  let held = search.get("held") === "yes";
  let touchedUntil = 0;
  let dueAt = 0;
  let title = t("view.wall");
  /** @type {Face[]} */
  let all = [];
  /** @type {Model | null} */
  let model = null;
  /** @type {Cause[] | null} */
  let causes = null;
  const watching = watch(() => query("/api/v1/stops", { shift: "present", limit: 1 }, siteLevels()), CAUSES_SECONDS,
    (/** @type {StopList} */ { pareto }) => {
      causes = pareto;
      show();
    }, () => {}); // those of before stay; that the connection is lost is said above

  const face = () => all.at(at);

  function keep() {
    history.replaceState(null, "", linkOf(search, at, held));
  }

  function begin() {
    show(); // which finds the faces
    dueAt = Date.now() + (face()?.seconds ?? 1) * 1000;
    keep();
  }

  /** @param {-1 | 1} by */
  function step(by) {
    at = around(at + by, all.length);
    begin();
  }

  /** @param {boolean} wanted */
  function hold(wanted) {
    held = wanted;
    touchedUntil = 0;
    begin();
  }

  function touched() {
    touchedUntil = Date.now() + TOUCHED_MS;
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.altKey || event.metaKey || target.closest("dialog, select") !== null) return;
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else if (event.key === " " && target.closest("button") === null) hold(!held);
    else return;
    touched();
    event.preventDefault();
  }

  function tick() {
    const now = Date.now();
    if (held || now < touchedUntil || all.length < 2) dueAt = Math.max(dueAt, now + TICK_MS);
    else if (now >= dueAt) step(1);
    showState(now);
  }

  /** @param {number} now */
  function showState(now) {
    setText(position, t("wall.position", at + 1, Math.max(1, all.length)));
    setText(pause, t(held ? "wall.goOn" : "wall.hold"));
    setAttribute(pause, "aria-pressed", String(held));
    const touch = Math.ceil((touchedUntil - now) / 1000);
    setText(left, held ? t("wall.held") : touch > 0 ? t("wall.touched", touch) : "");
  }

  function show() {
    if (model === null) return;
    all = facesOf(search, model.lines);
    if (at >= all.length) at = 0;
    const now = face();
    if (now === undefined) return;
    const line = model.lines.find(({ id }) => id === now.line) ?? null;
    const of = now.kind === "line" ? line : model;
    title = now.kind === "line" ? line?.name ?? "" : t(now.kind === "plant" ? "view.plant" : "plant.causes");
    setText(heading, title);
    const shift = of?.shift ?? null;
    const more = [line?.apart ?? "", shift === null ? "" : shiftName(shift)];
    setText(about, more.filter((text) => text !== "").join(" · "));
    const shown = faces[now.kind];
    if (shown.root.parentNode !== body) body.replaceChildren(shown.root);
    shown.show(model, line, causes);
  }

  root.addEventListener("pointerdown", touched);
  document.addEventListener("keydown", pressed);
  document.body.classList.add("kiosk");
  const timer = setInterval(tick, TICK_MS);

  return {
    title: t("view.wall"), heading, root,
    draw(now) {
      const first = model === null;
      model = now;
      if (first) begin();
      show();
      showState(Date.now());
    },
    leave() {
      watching.end();
      clearInterval(timer);
      document.removeEventListener("keydown", pressed);
      document.body.classList.remove("kiosk");
    },
  };
}

/** The OEE as large as it goes, its target, and the pieces beside those that are aimed at. */
function keyFigures() {
  const oee = element("b", "oee");
  const aim = element("span", "wall-small");
  const good = element("b", "wall-good");
  const plan = element("span", "wall-small");
  const rows = FACTORS.map((name) => ({ name, text: element("b") }));
  const list = element("dl", "wall-factors", ...rows.map(({ name, text }) =>
    element("div", "", element("dt", "", t(`figure.${name}`)), element("dd", "", text))));
  const root = element("div", "wall-key", oee, aim, good, plan, list);
  return {
    root,
    /**
     * @param {Shift | null} shift
     * @param {number | null} target
     */
    show(shift, target) {
      root.hidden = shift === null;
      if (shift === null) return;
      const ratios = ratiosOf(shift);
      showOee(oee, shift);
      const wanted = shift.targetOee ?? target;
      setText(aim, wanted === null ? t("figure.oee") : t("wall.oee", percent(wanted)));
      good.hidden = shift.good === null;
      setText(good, whole(shift.good));
      setText(plan, shift.good === null ? ratios.coverage
        : shift.plan === null ? t("figure.good") : t("wall.plan", whole(shift.plan)));
      for (const { name, text } of rows) setText(text, ratios[name]);
    },
  };
}

/**
 * The machines that need somebody first.
 *
 * @param {Machine[]} machines
 */
const byNeed = (machines) => [...machines].sort((a, b) =>
  KINDS.indexOf(a.state.kind) - KINDS.indexOf(b.state.kind) || (b.state.seconds ?? 0) - (a.state.seconds ?? 0));

/** A name, and below it what tells it from others of that name: beside it there may be no room. */
function namePart() {
  const name = element("b", "wall-name");
  const apart = element("span", "wall-apart");
  return {
    root: element("div", "wall-named", name, apart),
    /**
     * @param {string} text
     * @param {string} levels "" where no other has the name
     */
    show(text, levels) {
      setText(name, text);
      apart.hidden = levels === "";
      setText(apart, levels);
    },
  };
}

/**
 * The names that have no room in one row.
 *
 * @param {HTMLElement} root
 */
function cutNames(root) {
  const names = [...root.querySelectorAll(".wall-named > .wall-name")];
  for (const name of names) name.classList.remove("long");
  return names.filter((name) => name.scrollWidth > name.clientWidth + 1);
}

/**
 * Gives names that have no room in one row two smaller ones.
 *
 * @param {HTMLElement} root
 */
function showWhole(root) {
  for (const name of cutNames(root)) name.classList.add("long");
}

function machineTile() {
  const name = namePart();
  const state = badge();
  const received = element("span", "wall-small");
  return { root: element("li", "", name.root, state.root, received), name, state, received };
}

function machineTiles() {
  const list = element("ul", "plain wall-tiles");
  const more = element("p", "wall-more");
  return {
    root: element("div", "wall-machines", list, more),
    /**
     * @param {Machine[]} machines
     * @param {boolean} inOrder of the flow, as long as all have room
     * @param {number} most
     * @param {number} few so many have room for larger type
     */
    show(machines, inOrder, most, few) {
      const shown = inOrder && machines.length <= most ? machines : byNeed(machines).slice(0, most);
      setClass(list, `plain wall-tiles ${shown.length <= few ? "few" : shown.length <= 8 ? "some" : ""}`);
      const apart = levelsApart(shown.map(({ levels }) => levels));
      const named = shown.map((machine, at) => ({ ...machine, apart: apart[at] }));
      keyed(list, named, ({ id }) => id, machineTile, (part, { name, apart: levels, state, isOld, received }) => {
        setClass(part.root, `wall-tile ${state.kind}`);
        part.name.show(name, levels);
        part.state.show(isOld ? { ...state, seconds: null } : state); // there is room for how old it is, or how long
        setText(part.received, received === null ? "" : t("received.oee", ratiosOf(received).oee));
      });
      more.hidden = machines.length <= shown.length;
      setText(more, t("wall.more", machines.length - shown.length));
    },
  };
}

function plantFace() {
  const key = keyFigures();
  const list = element("ul", "plain wall-lines");
  const down = machineTiles();
  const more = element("p", "wall-more");
  const side = element("div", "wall-side", list, more, down.root);
  const root = element("div", "wall-two", key.root, side);

  function make() {
    const name = namePart();
    const oee = element("b", "oee");
    const tally = element("span", "wall-tally");
    return { root: element("li", "", name.root, tally, oee), name, oee, tally };
  }

  /**
   * @param {Line[]} lines
   * @param {number} count of those that are shown; how many others there are is said
   */
  function showLines(lines, count) {
    keyed(list, lines.slice(0, count), ({ id }) => id, make, (part, line) => {
      part.name.show(line.name, line.apart);
      part.oee.hidden = line.shift === null;
      showOee(part.oee, line.shift);
      showTally(part.tally, line);
    });
    more.hidden = lines.length > 0 && lines.length <= count;
    setText(more, lines.length === 0 ? t("quality.noMachines") : t("wall.moreLines", lines.length - count));
  }

  const isFull = () => side.scrollHeight > side.clientHeight + 1;

  return {
    root,
    /** @param {Model} model */
    show(model) {
      key.show(model.shift, model.target);
      const isSmall = model.lines.length <= FEW;
      const stopped = model.machines.filter(({ state }) => state.kind === "down");
      down.root.hidden = stopped.length === 0;
      down.show(stopped, false, isSmall ? 4 : 2, isSmall ? 2 : 0);
      let count = Math.min(LINES, model.lines.length);
      showLines(model.lines, count);
      setClass(list, `plain wall-lines ${isSmall ? "few large" : ""}`);
      if (isSmall && (isFull() || cutNames(list).length > 0)) setClass(list, "plain wall-lines few");
      showWhole(root);
      // many states of a line take several rows
      while (count > 1 && isFull()) showLines(model.lines, --count);
    },
  };
}

/**
 * How many machines of a line are in which state.
 *
 * @param {HTMLElement} node
 * @param {Line} line
 */
function showTally(node, { machines }) {
  const counts = KINDS.map((kind) => ({ kind, count: machines.filter(({ state }) => state.kind === kind).length }))
    .filter(({ count }) => count > 0);
  keyed(node, counts, ({ kind }) => kind, () => ({ root: element("span") }), ({ root }, { kind, count }) => {
    setClass(root, `badge ${kind}`);
    setText(root, `${count} ${t(`kind.${kind}`)}`);
  });
}

function lineFace() {
  const key = keyFigures();
  const machines = machineTiles();
  const root = element("div", "wall-two", key.root, element("div", "wall-side", machines.root));
  return {
    root,
    /**
     * @param {Model} model
     * @param {Line | null} line
     */
    show(model, line) {
      key.show(line?.shift ?? null, model.target);
      machines.show(line?.machines ?? [], true, MACHINES, FEW);
      showWhole(root);
    },
  };
}

function stopsFace() {
  const list = element("ol", "plain wall-causes");
  const note = element("p", "wall-more");
  const root = element("div", "wall-one", list, note);

  function make() {
    const text = element("span", "wall-name badge");
    const length = element("b", "wall-length");
    const share = bar();
    return { root: element("li", "", text, length, share.root), text, length, share };
  }

  return {
    root,
    /**
     * @param {Model} _model
     * @param {Line | null} _line
     * @param {Cause[] | null} all
     */
    show(_model, _line, all) {
      const causes = paretoOf(apartOf(all ?? []).causes).slice(0, CAUSES);
      note.hidden = causes.length > 0;
      setText(note, all === null ? "" : t("plant.noStops"));
      keyed(list, causes, ({ state, reason }) => `${state} ${reason}`, make, (part, cause) => {
        setClass(part.root, kindOf(cause.state));
        setClass(part.text, `wall-name badge ${kindOf(cause.state)}`);
        setText(part.text, causeOf(cause));
        setText(part.length, duration(cause.seconds));
        part.share.show(cause.width);
      });
    },
  };
}
