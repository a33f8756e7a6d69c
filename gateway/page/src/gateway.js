// The gateway itself: sources, the log, stores and how far behind they are, rates, the ledger.

import { token } from "./api.js";
import { csvButton, csvHead, csvPanel } from "./csvbutton.js";
import { element, link, panel, setText } from "./dom.js";
import { duration, figure } from "./format.js";
import { groupPanel } from "./group.js";
import { t } from "./i18n.js";
import { ledger } from "./ledger.js";
import { linesPerSecond, nodeList, nodesOf, readingsPerSecond } from "./parts.js";
import { noticePanel } from "./notices.js";
import { peoplePanels } from "./people.js";
import { rateChart } from "./ratechart.js";
import { me } from "./session.js";
import { wholeNote } from "./siteswitch.js";

/** @typedef {import("./i18n.js").TextKey} TextKey */
/** @typedef {import("./main.js").View} View */

/** @type {[href: string, text: TextKey][]} */
const LINKS = [
  ["/metrics", "link.meters"], ["/api/v1/status", "link.status"],
  ["/api/v1/ledger", "link.ledger"], ["/health/ready", "link.health"],
];

/** @returns {View} */
export function gatewayView() {
  const heading = element("h1", "", t("view.gateway"));
  const about = element("span", "quiet");
  const flow = nodeList();
  const group = groupPanel();
  const into = element("b", "big");
  const out = element("b", "big");
  const chart = rateChart();
  const rates = element("div", "rates",
    element("div", "", into, element("span", "key in", t("rates.in"))),
    element("div", "", out, element("span", "key out", t("rates.out"))));
  const sums = ledger();
  const notices = noticePanel(() => true, Infinity);
  const links = LINKS.map(([href, text]) => element("li", "", link("", href, t(text))));
  const more = panel(t("gateway.more"), element("ul", "plain links", ...links));
  more.hidden = token.get() !== null; // a plain link carries no token
  const root = element("div", "", element("div", "title", heading, about), wholeNote("site.whole"),
    element("div", "halves",
      element("div", "", panel(t("gateway.flow"), flow.root), group.root),
      element("div", "",
        element("section", "panel",
          csvHead(t("rates.title"), csvButton(t("rates.title"), chart.sheet)), rates, chart.root),
        notices.root, csvPanel(t("gateway.ledger"), () => [], sums), more, ...peoplePanels(me()?.login ?? ""))));
  return {
    title: t("view.gateway"), heading, root,
    draw(model) {
      const { status } = model;
      notices.draw(model);
      setText(about, `${status.gateway} · Weir ${status.version} · ${t("gateway.up", duration(status.uptimeSeconds))}`);
      flow.show(nodesOf(status));
      group.show(status);
      sums.show(status);
      setText(into, figure(readingsPerSecond(status)));
      setText(out, figure(linesPerSecond(status)));
      chart.show();
    },
    leave: notices.end,
  };
}
