// The first start: what to do while nothing has been received yet.

import { element, keyed, setText } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {import("../types/api.js").Source} Source */
/** @typedef {import("../types/api.js").Status} Status */

/**
 * A topic that a pattern of the routes takes, such as factory/site-1/machine-1.
 *
 * @param {string} pattern
 */
export const exampleTopic = (pattern) => pattern.replaceAll(/\{(\w+)(\.\.\.)?\}/g, "$1-1").replaceAll(/[+#]/g, "x");

/**
 * Host and port of a broker's address.
 *
 * @param {string} url such as tcp://127.0.0.1:1883
 */
export function brokerOf(url) {
  if (!/^\w+:\/\/\[?[^\]/]+\]?:\d+/.test(url)) return { host: "localhost", port: "1883" };
  const { hostname, port } = new URL(url.replace(/^\w+:/, "http:"));
  return { host: hostname, port: port || "1883" };
}

/**
 * A command that sends one reading to the first topic of the routes.
 *
 * @param {Status} status
 * @param {Source | undefined} mqtt
 */
function sendCommand(status, mqtt) {
  if (mqtt === undefined) {
    return `curl -X POST ${location.origin}/write -d 'telemetry,machine=m-1 temperature=21.5'`;
  }
  const topic = exampleTopic(status.topics.at(0) ?? "factory/machine");
  const { host, port } = brokerOf(mqtt.url);
  return `mosquitto_pub -q 1 -h ${host} -p ${port} -t '${topic}' -m '{"temperature": 21.5}'`;
}

/** @typedef {{ title: string, text: string, code?: string }} Step */

/**
 * @param {Status} status
 * @returns {Step[]}
 */
function steps(status) {
  const mqtt = status.sources.find((s) => s.type === "mqtt");
  return [
    ...receivedSteps(status),
    ...(mqtt === undefined ? [] : brokerSteps(mqtt, status.topics)),
    { title: t("first.send"), text: t("first.sendFrom"), code: sendCommand(status, mqtt) },
    { title: t("first.simulate"), text: t("first.simulateWhat"), code: simulateCommand(mqtt) },
  ];
}

/**
 * @param {Status} status
 * @returns {Step[]}
 */
function receivedSteps({ sources }) {
  const received = sources.reduce((sum, s) => sum + s.ledger.received, 0);
  const rejected = sources.reduce((sum, s) => sum + s.ledger.rejected, 0);
  if (received === 0) return [];
  return [rejected === received
    ? { title: t("first.unreadable"), text: t("first.unreadableWhy") }
    : { title: t("first.silent"), text: t("first.silentWhy") }];
}

/**
 * @param {Source} mqtt
 * @param {string[]} topics
 * @returns {Step[]}
 */
function brokerSteps({ url, ready, reason, state }, topics) {
  if (!ready) return [{ title: t("first.broker", url), text: t("first.brokerWhy", reason || state) }];
  return [
    { title: t("first.connected", url), text: t("first.waiting"), code: topics.join("\n") || t("first.noRoute") },
    { title: t("first.discover"), text: t("first.discoverWhy"), code: `weir discover --url ${url} --for 60s` },
  ];
}

/** @param {Source | undefined} mqtt */
function simulateCommand(mqtt) {
  if (mqtt === undefined) return "weir-sim run --url tcp://127.0.0.1:1883";
  return mqtt.ready ? `weir-sim run --url ${mqtt.url}` : `weir-sim run --broker --url ${mqtt.url}`;
}

export function firstSteps() {
  const list = element("div");

  function makeStep() {
    const title = element("h3");
    const text = element("p", "quiet");
    const code = element("pre");
    return { root: element("div", "", title, text, code), title, text, code };
  }

  return {
    root: element("section", "panel first", element("h2", "", t("first.title")), list),
    /** @param {Status} status */
    show(status) {
      keyed(list, steps(status), ({ title }) => title, makeStep, (part, { title, text, code }) => {
        setText(part.title, title);
        setText(part.text, text);
        part.code.hidden = code === undefined;
        setText(part.code, code ?? "");
      });
    },
  };
}
