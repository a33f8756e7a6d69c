// Quality of data: which machine is silent, whose clock is wrong, whose values are in doubt, and
// which messages were not accepted.

import { query, watch } from "./api.js";
import { assetName } from "./assetlabels.js";
import { instant, inUnit, sheetOf } from "./csv.js";
import { csvPanel } from "./csvbutton.js";
import { pathColumn, placeColumns } from "./csvids.js";
import { element, link, madeOnce, setText, table } from "./dom.js";
import { NOTHING, at, duration, whole } from "./format.js";
import { t } from "./i18n.js";
import { aboveText, hrefOf, idOf } from "./places.js";
import { quarantinePanel } from "./quarantine.js";
import { siteLevels } from "./sites.js";
import { wholeNote } from "./siteswitch.js";

/** @typedef {import("../types/api.js").MachineQuality} MachineQuality */
/** @typedef {import("../types/api.js").QualityList} QualityList */
/** @typedef {import("./main.js").View} View */

const SECONDS = 10;

/**
 * @param {import("./address.js").Address} address
 * @returns {View}
 */
export function qualityView({ search }) {
  const heading = element("h1", "", t("view.quality"));
  const machines = machinePanel();
  const quarantine = quarantinePanel(search);
  const root = element("div", "", element("div", "title", heading),
    element("div", "halves uneven", machines.root,
      element("div", "", wholeNote("site.wholeQuarantine"), quarantine.root)));
  const path = () => query("/api/v1/quality", {}, siteLevels());
  const watching = watch(path, SECONDS, (/** @type {QualityList} */ answer) => {
    machines.show(answer);
    quarantine.showReasons(answer.quarantine);
  }, machines.fail);
  const entries = quarantine.begin(() => watching.ask());
  return {
    title: t("view.quality"), heading, root,
    draw() {},
    leave() {
      watching.end();
      entries.end();
    },
  };
}

/** @param {MachineQuality} machine */
const isSilent = ({ silent, silentSeconds, silentAfterSeconds }) =>
  silent || (silentAfterSeconds !== null && silentSeconds > silentAfterSeconds);

/**
 * Messages that never arrived: counted by their numbers, or estimated, or both.
 *
 * @param {MachineQuality} machine
 */
function missingOf({ missing, missingEstimated }) {
  const estimated = missingEstimated > 0 ? t("quality.about", whole(missingEstimated)) : "";
  return missing > 0 && estimated !== "" ? `${whole(missing)} ${estimated}` : estimated || whole(missing);
}

/** @param {MachineQuality} machine */
const keyOf = ({ levels, device }) => (device === null ? idOf(levels) : `device ${device}`);

/** @param {MachineQuality} machine */
const skewOf = ({ skewSeconds }) =>
  (skewSeconds === null ? NOTHING : t("quality.seconds", Math.round(skewSeconds) || 0)); // no -0

/** @param {QualityList | null} list */
function machineSheet(list) {
  /** @type {import("./csv.js").Column<MachineQuality>[]} */
  const columns = [
    ...placeColumns,
    [t("csv.device"), ({ device }) => device],
    [t("stops.state"), (m) => (isSilent(m) ? t("quality.isSilent") : "")],
    [inUnit(t("quality.silent"), "s"), ({ silentSeconds }) => silentSeconds],
    [t("quality.missing"), ({ missing }) => missing],
    [t("csv.missingEstimated"), ({ missingEstimated }) => missingEstimated],
    [t("quality.gap"), ({ gapMs }) => instant(gapMs)],
    [inUnit(t("quality.skew"), "s"), ({ skewSeconds }) => skewSeconds],
    [t("quality.uncertain"), ({ uncertain }) => uncertain],
    [t("quality.bad"), ({ bad }) => bad],
    [t("quality.late"), ({ late }) => late],
    [t("quality.implausible"), ({ implausible }) => implausible],
    pathColumn(({ levels }) => levels),
  ];
  return sheetOf(columns, list?.machines ?? [], list?.more ? t("quality.more", list.machines.length) : "");
}

/** The machines, the worst first. */
function machinePanel() {
  const view = table(t("quality.machines"), [[t("stops.machine")], [t("quality.silent"), "number"],
    [t("quality.missing"), "number"], [t("quality.gap"), "number"], [t("quality.skew"), "number"],
    [t("quality.uncertain"), "number"], [t("quality.bad"), "number"], [t("quality.late"), "number"],
    [t("quality.implausible"), "number"]]);
  const note = element("p", "quiet");
  const legend = element("p", "quiet", t("quality.missingNote"));
  const cell = /** @type {typeof madeOnce<ReturnType<typeof makeCell>>} */ (madeOnce)();

  /** @param {MachineQuality} machine */
  function makeCell({ path, levels, device }) {
    const silent = element("span", "badge unknown");
    const place = element("div", "quiet", aboveText("machine", levels));
    const name = device === null
      ? link("", hrefOf("machine", levels), assetName(path) || t("place.none"))
      : element("span", "device", device);
    return { root: element("div", "", name, " ", silent, " ", place), silent };
  }

  /** @param {MachineQuality} machine */
  function nameOf(machine) {
    const { root, silent } = cell(keyOf(machine), () => makeCell(machine));
    silent.hidden = !isSilent(machine);
    setText(silent, isSilent(machine) ? t("quality.isSilent") : "");
    return root;
  }

  /** @type {QualityList | null} */
  let shown = null;
  const part = { root: element("div", "scroll cards", view.root), sheet: () => machineSheet(shown) };

  return {
    root: csvPanel(t("quality.machines"), () => [], part, note, legend),
    /** @param {QualityList} answer */
    show(answer) {
      shown = answer;
      const { machines, more } = answer;
      legend.hidden = machines.every((m) => m.missing + m.missingEstimated === 0);
      view.rows(machines, keyOf, (m) => [
        nameOf(m), duration(m.silentSeconds), missingOf(m), m.gapMs === null ? NOTHING : at(m.gapMs), skewOf(m),
        whole(m.uncertain), whole(m.bad), whole(m.late), whole(m.implausible),
      ]);
      setText(note, machines.length === 0 ? t("quality.noMachines") : more ? t("quality.more", machines.length) : "");
    },
    /** @param {string} reason */
    fail(reason) {
      setText(note, t("fetch.failed", reason));
    },
  };
}
