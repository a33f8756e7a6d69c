// The gateway itself: sources, the log, stores and how far behind they are, rates, the ledger.

import { token } from "./api.js";
import { element, keyed, link, panel, setClass, setText } from "./dom.js";
import { duration, figure, whole } from "./format.js";
import { t } from "./i18n.js";
import { parts, way } from "./parts.js";
import { rateChart } from "./rates.js";

export function gatewayView() {
  const heading = element("h1", "", t("view.gateway"));
  const about = element("span", "quiet");
  const flow = parts();
  const into = element("b", "big");
  const out = element("b", "big");
  const chart = rateChart();
  const rates = element("div", "rates",
    element("div", "", into, element("span", "key in", t("rates.in"))), element("div", "", out, element("span", "key out", t("rates.out"))));
  const ledger = element("div", "ledger");
  const links = element("ul", "plain links",
    ...[["/metrics", "link.meters"], ["/api/v1/status", "link.status"], ["/api/v1/ledger", "link.ledger"], ["/health/ready", "link.health"]]
      .map(([href, key]) => element("li", "", link("", href, t(key)))));
  const more = panel(t("gateway.more"), links);
  more.hidden = token.get() !== null; // a plain link carries no token
  const root = element("div", "", element("div", "title", heading, about),
    element("div", "halves", element("div", "", panel(t("gateway.way"), flow.root)),
      element("div", "", panel(t("rates.title"), rates, chart.root), panel(t("gateway.ledger"), ledger), more)));
  return {
    title: t("view.gateway"), heading, root,
    draw({ status }) {
      setText(about, `${status.gateway} · Weir ${status.version} · ${t("gateway.up", duration(status.uptimeSeconds))}`);
      flow.show(status);
      showLedger(ledger, status);
      setText(into, figure(status.sources.reduce((sum, s) => sum + s.readingsPerSecond, 0)));
      setText(out, figure(status.sinks.reduce((sum, s) => sum + s.linesPerSecond, 0)));
      chart.show();
    },
    leave() {},
  };
}

function sums(status) {
  const lines = status.sources.map(({ ledger: l }) => ({
    key: `in ${l.name}`, name: l.name, of: ["received", l.received], unexplained: l.unexplained,
    parts: [["appended", l.appended], ["rejected", l.rejected], ["filtered", l.filtered], ["refused", l.refused]],
  }));
  for (const { ledger: l } of status.sinks) {
    lines.push({
      key: `out ${l.log} ${l.name}`, name: way(l, l.name), of: ["offered", l.offered], unexplained: l.unexplained,
      parts: [["stored", l.stored], ["pending", l.pending], ["quarantined", l.quarantined], ["withheld", l.withheld],
        ["dropped", l.dropped], ["corrupt", l.corrupt]],
    });
  }
  return lines;
}

function showLedger(root, status) {
  keyed(root, sums(status), (l) => l.key, () => element("div", "", element("b"), element("div", "sum")), (row, line) => {
    setText(row.children[0], line.name);
    const parts = line.parts.filter(([, count], at) => at === 0 || count !== 0);
    if (line.unexplained !== 0) parts.push(["unexplained", line.unexplained]);
    keyed(row.children[1], [line.of, ...parts], ([name]) => name,
      () => element("span", "", element("span"), element("b"), element("span")),
      (span, [name, count]) => {
        const sign = name === line.of[0] ? "" : name === parts[0][0] ? "= " : "+ ";
        setClass(span, name === "unexplained" ? "down-text" : "");
        setText(span.children[0], sign);
        setText(span.children[1], whole(count));
        setText(span.children[2], ` ${t(`ledger.${name}`)}`);
      });
  });
}
