// The picker of the time in the frame: now, or a shift, a day or a week, and what it is compared with.

import { get, messageOf, query } from "./api.js";
import { button, choice, element, setAttribute, setText } from "./dom.js";
import { t } from "./i18n.js";
import { gatewayNow } from "./now.js";
import {
  COMPARISONS, SPAN_KINDS, chosenTime, dateAfter, mondayOf, shiftBeside, stretchIn, withTime,
} from "./pasttime.js";
import { shiftLabel } from "./shiftlabels.js";

/** @typedef {import("../types/api.js").ShiftPlan} ShiftPlan */
/** @typedef {import("./pasttime.js").Chosen} Chosen */
/** @typedef {import("./pasttime.js").SpanKind} SpanKind */
/** @typedef {import("./pasttime.js").Stretch} Stretch */

const DAY_MS = 86_400_000;
const AROUND_DAYS = 5; // a long weekend has no shift

/**
 * @param {number} fromMs
 * @param {number} toMs
 * @returns {Promise<ShiftPlan>}
 */
const planOf = (fromMs, toMs) =>
  get(query("/api/v1/past/shifts", { fromMs: Math.round(fromMs), toMs: Math.round(toMs) }));

/** @param {string} date */
const aroundDate = (date) => {
  const noon = Date.parse(`${date}T12:00:00Z`);
  return planOf(noon - 8 * DAY_MS, noon + 9 * DAY_MS);
};

/**
 * @param {string} text
 * @param {(date: string) => void} onDate
 */
function dateInput(text, onDate) {
  const input = element("input");
  input.type = "date";
  input.addEventListener("change", () => {
    if (input.value !== "") onDate(input.value);
  });
  return { root: element("label", "choice", element("span", "", text), input), input };
}

/** @param {Element} place in the frame */
export function timePicker(place) {
  const now = button(t("past.now"), () => go(null));
  const earlier = button("‹", () => run(() => step(-1)));
  const later = button("›", () => run(() => step(1)));
  const kinds = choice(t("past.span"), (value) => run(() => pick(/** @type {SpanKind} */ (value), date(), shift)));
  const day = dateInput(t("past.date"), (value) => run(() => pick(kind(), value, shift)));
  const shifts = choice(t("report.shift"), (value) => run(() => pick(kind(), date(), value)));
  const compare = choice(t("past.compare"), (value) => run(() => compareWith(value, date2())));
  const other = dateInput(t("past.otherDate"), (value) => run(() => compareWith("date", value)));
  const note = element("span", "quiet note");
  note.setAttribute("role", "status");
  setAttribute(earlier, "aria-label", t("past.earlier"));
  setAttribute(later, "aria-label", t("past.later"));
  for (const one of [earlier, later]) setAttribute(one, "title", one.getAttribute("aria-label") ?? "");
  place.replaceChildren(now, earlier, later, kinds.root, day.root, shifts.root, compare.root, other.root, note);
  let shift = "";
  /** @type {ShiftPlan | null} of the days around the chosen one */
  let plan = null;

  const kind = () => chosenTime()?.kind ?? "shift";
  const date = () => chosenTime()?.span.date || new Date(gatewayNow()).toISOString().slice(0, 10);
  const date2 = () => chosenTime()?.against?.date || dateAfter(date(), -1);

  /** @param {Chosen | null} time */
  function go(time) {
    location.hash = withTime(location.hash === "" ? "#/" : location.hash, time);
  }

  /** @param {() => Promise<void>} what */
  async function run(what) {
    try {
      await what();
    } catch (failure) {
      setText(note, t("fetch.failed", messageOf(failure)));
    }
  }

  /**
   * @param {SpanKind} wanted
   * @param {string} of
   * @param {string} name of the shift
   */
  async function pick(wanted, of, name) {
    const around = await aroundDate(of);
    const span = stretchIn(around, wanted, of, name);
    if (span === null) return setText(note, t("past.noShift"));
    await choose(wanted, span, chosenTime()?.vs ?? "previous", date2());
  }

  /** @param {-1 | 1} direction */
  async function step(direction) {
    const time = chosenTime();
    const of = kind();
    if (of !== "shift" && time !== null) {
      return pick(of, dateAfter(time.span.date, of === "week" ? 7 * direction : direction), shift);
    }
    const from = time?.span.fromMs ?? (await present())?.fromMs ?? gatewayNow();
    const span = shiftBeside(await planOf(from - AROUND_DAYS * DAY_MS, from + AROUND_DAYS * DAY_MS), from, direction);
    if (span === null) return setText(note, t("past.noShift"));
    if (span.fromMs > gatewayNow()) return go(null);
    await choose("shift", span, time?.vs ?? "previous", date2());
  }

  /** The shift that runs, or the last one. */
  async function present() {
    const ms = gatewayNow();
    return shiftBeside(await planOf(ms - AROUND_DAYS * DAY_MS, ms + DAY_MS), ms, -1);
  }

  /**
   * @param {SpanKind} wanted
   * @param {Stretch} span
   * @param {string} vs
   * @param {string} otherDate
   */
  async function choose(wanted, span, vs, otherDate) {
    go({ kind: wanted, span, vs, against: await againstOf(wanted, span, vs, otherDate) });
  }

  /**
   * @param {string} vs
   * @param {string} otherDate
   */
  async function compareWith(vs, otherDate) {
    const time = chosenTime();
    if (time !== null) await choose(time.kind, time.span, vs, otherDate);
  }

  /**
   * @param {SpanKind} wanted
   * @param {Stretch} span
   * @param {string} vs
   * @param {string} otherDate
   * @returns {Promise<Stretch | null>}
   */
  async function againstOf(wanted, span, vs, otherDate) {
    if (vs === "previous" && wanted === "shift") {
      return shiftBeside(await planOf(span.fromMs - AROUND_DAYS * DAY_MS, span.fromMs), span.fromMs, -1);
    }
    const of = vs === "date" ? otherDate
      : dateAfter(span.date, vs === "week" || wanted === "week" ? -7 : -1);
    return stretchIn(await aroundDate(of), wanted, of, await nameOf(span));
  }

  /** @param {Stretch} span */
  async function nameOf(span) {
    const { days } = await aroundDate(span.date);
    return days.flatMap((one) => one.shifts).find((one) => one.startMs === span.fromMs)?.name ?? "";
  }

  async function fillShifts() {
    const time = chosenTime();
    if (time === null || time.kind !== "shift") return;
    plan = await aroundDate(time.span.date);
    const all = plan.days.find((one) => one.date === time.span.date)?.shifts ?? [];
    shift = all.find((one) => one.startMs === time.span.fromMs)?.name ?? shift;
    shifts.show(all.map(({ name }) => [name, shiftLabel(name)]), shift);
  }

  return {
    /** Shows what is chosen. */
    show() {
      const time = chosenTime();
      place.classList.toggle("back", time !== null);
      setAttribute(now, "aria-pressed", String(time === null));
      kinds.show(SPAN_KINDS.map((one) => [one, t(`past.${one}`)]), kind());
      compare.show(COMPARISONS.map((one) => [one, t(`past.vs.${one}`)]), time?.vs ?? "previous");
      for (const part of [kinds, day, compare]) part.root.hidden = time === null;
      shifts.root.hidden = time?.kind !== "shift";
      other.root.hidden = time === null || time.vs !== "date";
      later.hidden = time === null;
      day.input.value = time?.kind === "week" ? mondayOf(date()) : date();
      other.input.value = date2();
      setText(note, time === null ? "" : t("past.loading"));
      run(fillShifts);
    },
    /**
     * @param {string} text where the answer comes from, or why there is none
     * @param {boolean} failed
     */
    say(text, failed) {
      setText(note, text);
      note.classList.toggle("down-text", failed);
    },
  };
}
