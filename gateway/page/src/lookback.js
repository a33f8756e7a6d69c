// The plant in the chosen span, as the views take it: asked for once, and again while the span goes on.

import { get, messageOf } from "./api.js";
import { at } from "./format.js";
import { t } from "./i18n.js";
import { modelOf } from "./model.js";
import { gatewayNow } from "./now.js";
import { chosenTime, efficiencyPath } from "./pasttime.js";

/** @typedef {import("../types/api.js").PastAnswer<import("../types/api.js").Efficiency>} Answer */
/** @typedef {import("./model.js").Model} Model */

const AGAIN_MS = 60_000;
const LATE_MS = 3_600_000; // so much later than the span its first data is worth a word

/**
 * Where the answer comes from, and what is not there any more.
 *
 * @param {import("../types/api.js").PastAnswer<unknown>} answer
 * @param {number} fromMs the begin of the span
 */
export function sourceText({ source, fromMs: since, problem }, fromMs) {
  const from = source === "gateway" ? t("past.fromGateway") : t("past.fromStore", source);
  if (since === null) return [t("past.nothing"), problem].filter((text) => text !== "").join(" · ");
  const gone = since > fromMs + LATE_MS ? t("past.since", at(since)) : "";
  return [from, gone, problem].filter((text) => text !== "").join(" · ");
}

/**
 * Machines of the past are in no state of their own: the strip tells what they did.
 *
 * @param {Model} model
 * @returns {Model}
 */
const withoutStates = (model) => ({
  ...model, figuresAsOf: null, valuesAsOf: null, states: "",
  machines: model.machines.map(withoutState),
  lines: model.lines.map((line) => ({ ...line, machines: line.machines.map(withoutState) })),
});

/** @param {import("./model.js").Machine} machine */
const withoutState = (machine) => ({
  ...machine, age: null,
  state: { kind: /** @type {const} */ ("other"), word: "", reason: "", sinceMs: null, seconds: null, metric: null },
});

/**
 * @param {() => Model | null} present
 * @param {(model: Model | null, note: string, failed: boolean) => void} show
 */
export function lookBack(present, show) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = 0;

  async function ask() {
    clearTimeout(timer);
    const mine = ++asked;
    const time = chosenTime();
    if (time === null) return;
    try {
      const answer = /** @type {Answer} */ (await get(efficiencyPath(time)));
      const now = present();
      if (mine !== asked || now === null) return;
      show(withoutStates(modelOf({ status: now.status, assets: [], efficiency: answer.answer })),
        sourceText(answer, time.span.fromMs), answer.problem !== "");
      if (time.span.toMs > gatewayNow()) timer = setTimeout(ask, AGAIN_MS);
    } catch (failure) {
      if (mine !== asked) return;
      show(null, t("fetch.failed", messageOf(failure)), true);
      timer = setTimeout(ask, AGAIN_MS);
    }
  }

  return { ask };
}
