// An entry of the quarantine: where it came from, why it was rejected, and, once opened, its payload.

import { get, messageOf } from "./api.js";
import { button, element, setText } from "./dom.js";
import { at, bytes } from "./format.js";
import { t, word } from "./i18n.js";
import { onlyFor } from "./session.js";

/** @typedef {import("../types/api.js").QuarantineEntry} QuarantineEntry */
/** @typedef {import("../types/api.js").QuarantineItem} QuarantineItem */

/**
 * An entry; once opened, it is loaded whole.
 *
 * @param {QuarantineItem} entry
 * @param {() => void} onReplay
 */
export function makeEntry(entry, onReplay) {
  const reason = element("b");
  const origin = element("span", "quiet");
  const detail = element("span", "detail");
  const payload = element("div", "payload");
  const root = element("details", "", element("summary", "", reason, origin, detail), payload);
  root.addEventListener("toggle", async () => {
    if (!root.open) return;
    try {
      const loaded = await get(`/api/v1/quarantine/${encodeURIComponent(entry.id)}`);
      payload.replaceChildren(...payloadOf(loaded, onReplay));
    } catch (failure) {
      payload.replaceChildren(element("p", "", t("fetch.failed", messageOf(failure))));
    }
  });
  return { root, reason, origin, detail };
}

/**
 * @param {QuarantineEntry} entry
 * @param {() => void} onReplay
 */
function payloadOf({ size, payload, truncated }, onReplay) {
  const encoding = payload.text === undefined ? t("quality.base64") : "";
  const part = truncated ? t("quality.truncated") : "";
  const title = element("p", "quiet", t("quality.payload", bytes(size), encoding, part));
  const text = element("pre", "", payload.text ?? payload.base64 ?? "");
  return truncated ? [title, text] : [title, text, onlyFor("engineer", button(t("quality.replayOne"), onReplay))];
}

/**
 * @param {ReturnType<typeof makeEntry>} part
 * @param {QuarantineItem} entry
 */
export function showEntry(part, entry) {
  const [fault] = entry.faults;
  const origin = [at(Date.parse(entry.received)), entry.origin, entry.topic];
  if (entry.replayed !== null) origin.push(t("quality.wasReplayed", at(Date.parse(entry.replayed))));
  setText(part.reason, word("fault", fault.reason));
  setText(part.origin, origin.join(" · "));
  setText(part.detail, fault.detail);
}
