// What another one has changed while somebody made a draft.

import { send } from "./api.js";
import { element, panel, setText } from "./dom.js";
import { reversed } from "./configmerge.js";
import { diffOf } from "./configversions.js";
import { t } from "./i18n.js";

/** @typedef {import("../types/api.js").Site} Site */

const CHECK = "/api/v1/config/site/check";

export function meanwhilePart() {
  const said = element("p");
  const both = element("p", "down-text");
  const differences = element("div");
  const root = panel(t("config.meanwhile"), said, both, differences);
  root.tabIndex = -1;
  root.hidden = true;
  return {
    root,
    /**
     * @param {Site} base that the draft was made of
     * @param {{ both: string[], isWhole: boolean }} mine the draft on top of what holds now
     * @param {string} text
     */
    async show(base, mine, text) {
      const { status, answer, problem } = await send(CHECK, { text: base.text }, ""); // from now back to the base
      if (status !== 200) throw new Error(problem);
      setText(said, text);
      const lost = mine.isWhole ? "" : t("config.staleText");
      setText(both, mine.both.length > 0 ? t("config.staleBoth", mine.both.join(", ")) : lost);
      both.hidden = both.textContent === "";
      differences.replaceChildren(diffOf(reversed(answer.diff)));
      root.hidden = false;
    },
  };
}
