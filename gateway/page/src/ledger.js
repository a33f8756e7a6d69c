// The ledger: where every reading went, in lines that add up.

import { sheetOf } from "./csv.js";
import { element, keyed, setClass, setText } from "./dom.js";
import { whole } from "./format.js";
import { t } from "./i18n.js";
import { withLog } from "./parts.js";

/** @typedef {import("../types/api.js").QuarantineLedger} QuarantineLedger */
/** @typedef {import("../types/api.js").SinkLedger} SinkLedger */
/** @typedef {import("../types/api.js").SourceLedger} SourceLedger */
/** @typedef {import("../types/api.js").Status} Status */

const OF_SOURCE = /** @type {const} */ (["appended", "rejected", "filtered", "refused", "unexplained"]);
const OF_SINK = /** @type {const} */ (
  ["stored", "sent", "thinned", "pending", "quarantined", "withheld", "dropped", "corrupt", "unexplained"]);

/**
 * @typedef {typeof OF_SOURCE[number] | typeof OF_SINK[number] | "received" | "offered" | "setAside" | "lost"
 *   | "lostAtLeast"} Count
 */

/**
 * A line of the ledger, such as "97 received = 96 in the log + 1 quarantined".
 *
 * @typedef {object} LedgerLine
 * @property {string} key
 * @property {string} name
 * @property {{ name: Count, count: number, sign: "" | "= " | "+ " }[]} terms
 */

/**
 * The terms of a line; those that are zero are left out, but for the first.
 *
 * @param {{ name: Count, count: number }} sum
 * @param {{ name: Count, count: number }[]} parts
 * @returns {LedgerLine["terms"]}
 */
function termsOf(sum, parts) {
  const shown = parts.filter(({ count }, at) => at === 0 || count !== 0);
  return [
    { ...sum, sign: "" },
    ...shown.map((part, at) => ({ ...part, sign: /** @type {"= " | "+ "} */ (at === 0 ? "= " : "+ ") })),
  ];
}

/**
 * @param {SourceLedger} source
 * @returns {LedgerLine}
 */
const sourceLine = (source) => ({
  key: `in ${source.name}`,
  name: source.name,
  terms: termsOf({ name: "received", count: source.received },
    OF_SOURCE.map((name) => ({ name, count: source[name] }))),
});

/**
 * @param {SinkLedger} sink
 * @returns {LedgerLine}
 */
const sinkLine = (sink) => ({
  key: `out ${sink.log} ${sink.name}`,
  name: withLog(sink, sink.name),
  terms: termsOf({ name: "offered", count: sink.offered }, OF_SINK.map((name) => ({ name, count: sink[name] }))),
});

/**
 * What all sources rejected, on its way to the quarantine.
 *
 * @param {QuarantineLedger} counts
 * @returns {LedgerLine}
 */
const quarantineLine = ({ rejected, copied, pending, lost, gaps, unexplained }) => ({
  key: "quarantine",
  name: t("quality.quarantine"),
  terms: termsOf({ name: "setAside", count: rejected }, [
    { name: "quarantined", count: copied }, { name: "pending", count: pending },
    { name: gaps === 0 ? "lost" : "lostAtLeast", count: lost }, { name: "unexplained", count: unexplained },
  ]),
});

/** @param {Status} status */
export const ledgerLines = (status) => [
  ...status.sources.map((source) => sourceLine(source.ledger)),
  ...status.sinks.map((sink) => sinkLine(sink.ledger)),
  ...[status.quarantine.ledger].filter(({ rejected }) => rejected > 0).map(quarantineLine),
];

export function ledger() {
  const root = element("div", "ledger");
  /** @type {LedgerLine[]} */
  let lines = [];

  function makeLine() {
    const name = element("b");
    const sum = element("div", "sum");
    return { root: element("div", "", name, sum), name, sum };
  }

  function makeTerm() {
    const sign = element("span");
    const count = element("b");
    const name = element("span");
    return { root: element("span", "", sign, count, name), sign, count, name };
  }

  return {
    root,
    sheet: () => sheetOf([
      [t("report.part"), ({ line }) => line.name],
      [t("csv.what"), ({ term }) => t(`ledger.${term.name}`)],
      [t("report.times"), ({ term }) => term.count],
    ], lines.flatMap((line) => line.terms.map((term) => ({ line, term })))),
    /** @param {Status} status */
    show(status) {
      lines = ledgerLines(status);
      keyed(root, lines, (line) => line.key, makeLine, (part, line) => {
        setText(part.name, line.name);
        keyed(part.sum, line.terms, (term) => term.name, makeTerm, (span, term) => {
          setClass(span.root, term.name === "unexplained" ? "down-text" : "");
          setText(span.sign, term.sign);
          setText(span.count, whole(term.count));
          setText(span.name, ` ${t(`ledger.${term.name}`)}`);
        });
      });
    },
  };
}
