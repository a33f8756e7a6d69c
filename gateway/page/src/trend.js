// Figures over 7, 30 or 90 days, of one asset or of two beside each other: day by day or shift by shift.

import uPlot from "./uplot.js";
import { get, messageOf, query } from "./api.js";
import { AXES, ink, tzDate } from "./chart.js";
import { instant, inUnit, sheetOf } from "./csv.js";
import { csvPanel } from "./csvbutton.js";
import { shiftIdColumn } from "./csvids.js";
import { choice, element, scrolled, setAttribute, setText, table } from "./dom.js";
import { at, dayOfPlant, percent, whole } from "./format.js";
import { locale, t } from "./i18n.js";
import { sourceText } from "./lookback.js";
import { lineOption } from "./model.js";
import { gatewayNow } from "./now.js";
import { chosenTime, withTime } from "./pasttime.js";
import { fullText, idIn, placeOf } from "./places.js";
import { shiftLabel } from "./shiftlabels.js";
import { siteLevels, withSite } from "./sites.js";
import { FIGURES, marksOf, rowsOf, valueOf } from "./trendrows.js";
import { inPlantZone } from "./zone.js";

/** @typedef {import("../types/api.js").FigureTrend} FigureTrend */
/** @typedef {import("../types/api.js").PastAnswer<FigureTrend>} Answer */
/** @typedef {import("../types/api.js").Shift} Shift */
/** @typedef {import("./main.js").View} View */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./api.js").Levels} Levels */

const DAY_MS = 86_400_000;
const HEIGHT = 280;
const LABEL = 60; // pixels of the width that a label of the axis needs
const RANGES = ["7", "30", "90"];
const BUCKETS = /** @type {const} */ (["day", "shift"]);
const NAMES = /** @type {const} */ ({
  oee: "figure.oee", availability: "figure.availability", effectiveness: "figure.effectiveness",
  quality: "figure.quality", good: "figure.good", coverage: "figure.known",
});

/** @typedef {import("./trendrows.js").Figure} Figure */
/** @typedef {import("./trendrows.js").Row} Row */

/** @param {Figure} figure */
const textIn = (figure) => (figure === "good" ? whole : percent);

/**
 * @param {number} width
 * @param {Figure} figure
 * @returns {uPlot.Options}
 */
const optionsOf = (width, figure) => ({
  width, height: HEIGHT, legend: { show: false }, tzDate, cursor: { show: false },
  scales: { x: { time: true }, y: { range: (_, _least, most) => [0, Math.max(1, (most ?? 0) * 1.05)] } },
  axes: [
    {
      ...AXES[0], values: (_, seconds) => seconds.map(shortDay),
      splits: (plot, _axis, least, most) => {
        const fitting = Math.max(1, plot.bbox.width / devicePixelRatio / LABEL);
        return marksOf([...plot.data[0]], shortDay, (most - least) / fitting);
      },
    },
    { ...AXES[1], values: (_, numbers) => numbers.map((one) => textIn(figure)(one)) }],
  series: [
    {},
    { stroke: ink("--in"), width: 2, points: { show: true, size: 6 } },
    { stroke: ink("--ink"), width: 2, dash: [6, 4], points: { show: true, size: 6 } },
  ],
});

const day = inPlantZone(locale, { day: "numeric", month: "numeric" });
const shortDay = (/** @type {number} */ seconds) => day.format(seconds * 1000);

/**
 * Lines and machines as choices: their ids, their names with the levels above.
 *
 * @param {Model} model
 * @returns {[string, string][]}
 */
const assetsOf = (model) => model.lines.filter((line) => line.shift !== null).flatMap((line) => [
  /** @type {[string, string]} */ (lineOption(line)),
  ...line.machines.filter((one) => one.shift !== null)
    .map((one) => /** @type {[string, string]} */ ([one.id, fullText("machine", one.levels)]))]);

/**
 * The levels of a line or machine that is chosen; null of what an earlier address has, which is there no more.
 *
 * @param {string} id
 * @returns {import("./places.js").Levels | null}
 */
function levelsIn(id) {
  try {
    const levels = JSON.parse(id);
    return Array.isArray(levels) && levels.length === 4 ? /** @type {import("./places.js").Levels} */ (levels) : null;
  } catch {
    return null; // typed by hand
  }
}

/** @param {string} id */
function textOfId(id) {
  const levels = levelsIn(id);
  if (levels === null) return id;
  return fullText(levels[3] === "" ? "line" : "machine", levels);
}

/**
 * @param {import("./address.js").Address} address
 * @returns {View}
 */
export function trendView({ search }) {
  const heading = element("h1", "", t("view.trend"));
  const state = {
    one: search.get("one") ?? "", other: search.get("other") ?? "none", days: search.get("days") ?? "30",
    bucket: search.get("bucket") ?? "day", figure: /** @type {Figure} */ (search.get("figure") ?? "oee"),
  };
  if (!FIGURES.includes(state.figure)) state.figure = "oee";
  const set = (/** @type {Partial<typeof state>} */ values) => {
    Object.assign(state, values);
    history.replaceState(null, "", withSite(withTime(`#/trend?${new URLSearchParams(state)}`)));
    show();
    ask();
  };
  const one = choice(t("trend.of"), (value) => set({ one: value }));
  const other = choice(t("trend.with"), (value) => set({ other: value }));
  const days = choice(t("stops.range"), (value) => set({ days: value }));
  const bucket = choice(t("trend.by"), (value) => set({ bucket: value }));
  const figure = choice(t("trend.figure"), (value) => set({ figure: /** @type {Figure} */ (value) }));
  const area = element("div", "plot");
  area.setAttribute("role", "img");
  setAttribute(area, "aria-label", t("view.trend")); // until there are figures
  const key = element("p", "legend trend-key");
  const note = element("p", "quiet");
  note.setAttribute("role", "status");
  const list = table(t("view.trend"), [[t("trend.begin")], [t("report.shift"), "by-shift"],
    [t("trend.first"), "number"], [t("figure.known"), "number"],
    [t("trend.second"), "number"], [t("figure.known"), "number"]]);
  const scroll = scrolled(t("view.trend"), list.root);
  const sheet = () => sheetOf(/** @type {import("./csv.js").Column<Row>[]} */ ([
    [t("trend.begin"), (row) => instant(row.startMs)], [t("report.shift"), (row) => shiftLabel(row.shift)],
    [inUnit(`${nameOf(state.one)} ${t(NAMES[state.figure])}`, unit()), (row) => amount(row.one)],
    [inUnit(`${t("trend.first")} ${t("figure.known")}`, "%"), (row) => hundred(row.one?.coverage)],
    [inUnit(`${nameOf(state.other)} ${t(NAMES[state.figure])}`, unit()), (row) => amount(row.other)],
    [inUnit(`${t("trend.second")} ${t("figure.known")}`, "%"), (row) => hundred(row.other?.coverage)],
    shiftIdColumn((row) => row.shift),
  ]), rows);
  const root = element("div", "trend", element("div", "title", heading),
    element("div", "toolbar", one.root, other.root, days.root, bucket.root, figure.root),
    csvPanel(t("view.trend"), () => [], { root: area, sheet }, key, note, scroll));
  /** @type {Row[]} */
  let rows = [];
  /** @type {Model | null} */
  let model = null;
  /** @type {uPlot | null} */
  let plot = null;
  let drawn = "";
  let asked = 0;
  const resized = new ResizeObserver(() => plot?.setSize({ width: area.clientWidth, height: HEIGHT }));
  resized.observe(area);

  const unit = () => (state.figure === "good" ? "" : "%");
  const hundred = (/** @type {number | null | undefined} */ ratio) =>
    ratio === null || ratio === undefined ? null : ratio * 100;
  const amount = (/** @type {Shift | null} */ shift) => {
    const value = valueOf(state.figure, shift);
    return state.figure === "good" ? value : hundred(value);
  };
  const nameOf = (/** @type {string} */ id) => (id === "" ? t("report.plant")
    : id === "none" ? t("trend.none") : textOfId(id));

  function show() {
    if (model === null) return;
    const assets = assetsOf(model);
    const known = [...model.lines, ...model.machines];
    state.one = idIn(known, state.one);
    state.other = idIn(known, state.other);
    /** @type {[string, string][]} */
    const all = [["", t("report.plant")], ...assets];
    one.show(all, state.one);
    other.show([["none", t("trend.none")], ...all], state.other);
    days.show(RANGES.map((range) => [range, t("trend.days", Number(range))]), state.days);
    bucket.show(BUCKETS.map((name) => [name, t(`past.${name}`)]), state.bucket);
    figure.show(FIGURES.map((name) => [name, t(NAMES[name])]), state.figure);
  }

  /** @param {string} id */
  async function rowsFor(id) {
    if (id === "none" || model === null) return null;
    const levels = id === "" ? null : levelsIn(id);
    if (id !== "" && levels === null) throw new Error(t("view.gone"));
    const toMs = chosenTime()?.span.toMs ?? Math.ceil(gatewayNow() / 60_000) * 60_000;
    const fromMs = toMs - Number(state.days) * DAY_MS;
    const path = query("/api/v1/past/figures", { bucket: state.bucket, fromMs, toMs },
      levels === null ? siteLevels() : placeOf(levels));
    return { answer: /** @type {Answer} */ (await get(path)), fromMs };
  }

  async function ask() {
    const mine = ++asked;
    setText(note, t("past.loading"));
    try {
      const [first, second] = await Promise.all([rowsFor(state.one), rowsFor(state.other)]);
      if (mine !== asked || first === null) return;
      rows = rowsOf(first.answer.answer.rows, second?.answer.answer.rows ?? []);
      setText(note, sourceText(first.answer, first.fromMs + DAY_MS));
      draw();
    } catch (failure) {
      if (mine === asked) setText(note, t("fetch.failed", messageOf(failure)));
    }
  }

  function draw() {
    if (drawn !== state.figure) {
      plot?.destroy();
      plot = null;
      drawn = state.figure;
    }
    plot ??= new uPlot(optionsOf(area.clientWidth, state.figure), [[], [], []], area);
    plot.setData([rows.map((row) => row.startMs / 1000), rows.map((row) => valueOf(state.figure, row.one)),
      rows.map((row) => valueOf(state.figure, row.other))]);
    const what = t(NAMES[state.figure]);
    root.classList.toggle("alone", state.other === "none");
    root.classList.toggle("by-day", state.bucket === "day");
    setText(key, state.other === "none" ? `━ ${nameOf(state.one)} · ${what}`
      : `━ ${nameOf(state.one)} · ╍ ${nameOf(state.other)} · ${what}`);
    setAttribute(area, "aria-label", t("trend.chart", what, nameOf(state.one), rows.length));
    const text = textIn(state.figure);
    list.title(2, state.other === "none" ? what : t("trend.first"));
    list.rows([...rows].reverse(), (row) => String(row.startMs), (row) => [
      state.bucket === "day" ? dayOfPlant(row.startMs) : at(row.startMs),
      state.bucket === "day" ? "" : shiftLabel(row.shift),
      text(valueOf(state.figure, row.one)), percent(row.one?.coverage),
      text(valueOf(state.figure, row.other)), percent(row.other?.coverage)]);
  }

  return {
    title: t("view.trend"), heading, root,
    draw(now) {
      const first = model === null;
      model = now;
      if (first) {
        show();
        ask();
      }
    },
    leave() {
      asked++;
      resized.disconnect();
      plot?.destroy();
    },
  };
}
