// The first start: what to do while nothing was heard yet.

import { element, keyed, setText } from "./dom.js";
import { t } from "./i18n.js";

/** A command that sends one reading to the first topic of the routes. */
function example(status, mqtt) {
  const topic = (status.topics[0] ?? "factory/machine").replaceAll(/\{(\w+)(\.\.\.)?\}/g, "$1-1").replaceAll(/[+#]/g, "x");
  let host = "localhost";
  let port = "1883";
  if (mqtt && /^\w+:\/\/\[?[^\]/]+\]?:\d+/.test(mqtt.url)) {
    const url = new URL(mqtt.url.replace(/^\w+:/, "http:"));
    [host, port] = [url.hostname, url.port || port];
  }
  return mqtt
    ? `mosquitto_pub -q 1 -h ${host} -p ${port} -t '${topic}' -m '{"temperature": 21.5}'`
    : `curl -X POST ${location.origin}/write -d 'telemetry,machine=m-1 temperature=21.5'`;
}

function steps(status) {
  const mqtt = status.sources.find((s) => s.type === "mqtt");
  const received = status.sources.reduce((sum, s) => sum + s.ledger.received, 0);
  const rejected = status.sources.reduce((sum, s) => sum + s.ledger.rejected, 0);
  const address = mqtt ? mqtt.url : "";
  const list = [];
  if (received > 0) {
    list.push(rejected === received ? [t("first.unreadable"), t("first.unreadableWhy")] : [t("first.silent"), t("first.silentWhy")]);
  }
  if (mqtt && !mqtt.ready) {
    list.push([t("first.broker", address), t("first.brokerWhy", mqtt.reason || mqtt.state)]);
  } else if (mqtt) {
    list.push([t("first.connected", address), t("first.waiting"), status.topics.join("\n") || t("first.noRoute")],
      [t("first.discover"), t("first.discoverWhy"), `weir discover --url ${address} --for 60s`]);
  }
  list.push([t("first.send"), t("first.sendFrom"), example(status, mqtt)]);
  list.push([t("first.simulate"), t("first.simulateWhat"),
    mqtt && !mqtt.ready ? `weir-sim run --broker --url ${address}` : `weir-sim run --url ${address || "tcp://127.0.0.1:1883"}`]);
  return list;
}

export function firstSteps() {
  const list = element("div");
  return {
    root: element("section", "panel first", element("h2", "", t("first.title")), list),
    show(status) {
      keyed(list, steps(status), ([title]) => title,
        () => element("div", "", element("h3"), element("p", "quiet"), element("pre")),
        (row, [title, text, code]) => {
          setText(row.children[0], title);
          setText(row.children[1], text);
          row.children[2].hidden = code === undefined;
          setText(row.children[2], code ?? "");
        });
    },
  };
}
