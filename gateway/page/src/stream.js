// The stream of snapshots: followed, watched for silence, and opened again by itself.

import { headers, messageOf, token } from "./api.js";
import { loadSession } from "./session.js";
import { takeVersion } from "./upgrade.js";

/** @typedef {import("../types/api.js").Snapshot} Snapshot */

const SILENT_MS = 5000; // the gateway sends something every second
const RETRY_MS = [500, 1000, 2000, 4000];

const pause = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Takes the parts of a stream of server-sent events and calls `onData` with the data of each event
 * that is whole. The gateway writes an event's data as one line; a comment is skipped.
 *
 * @param {(data: string) => void} onData
 * @returns {(part: string) => void}
 */
export function eventParser(onData) {
  /** @type {string[]} */
  let parts = [];
  return (part) => {
    parts.push(part);
    if (!part.includes("\n")) return; // a long event comes in many parts
    const events = parts.join("").split("\n\n");
    parts = [events.pop() ?? ""];
    for (const event of events) if (event.startsWith("data: ")) onData(event.slice("data: ".length));
  };
}

/**
 * Follows the stream until it ends; throws when it fails or falls silent.
 *
 * @param {(snapshot: Snapshot) => void} onSnapshot
 * @returns {Promise<"unauthorized" | "ended">}
 */
async function follow(onSnapshot) {
  const abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watchdog;
  const restartWatchdog = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => abort.abort(), SILENT_MS);
  };
  restartWatchdog();
  // A page that the browser keeps to go back to would hold one of its few connections to the gateway.
  window.addEventListener("pagehide", () => abort.abort(), { signal: abort.signal });
  try {
    const response = await fetch("/api/v1/stream", { signal: abort.signal, cache: "no-store", headers: headers() });
    if (response.status === 401) return "unauthorized";
    takeVersion(response.headers.get("X-Weir-Page"));
    if (!response.ok || response.body === null) throw new Error(`the gateway answers ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = eventParser((data) => onSnapshot(JSON.parse(data)));
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return "ended";
      restartWatchdog();
      parse(value);
    }
  } finally {
    clearTimeout(watchdog);
    abort.abort();
  }
}

/**
 * Follows the stream for ever.
 *
 * @param {(snapshot: Snapshot) => void} take
 * @param {() => void} onLost called when there is no stream; it is tried again
 * @param {(refused: boolean) => Promise<void>} askForToken resolves once a token was given
 * @returns {Promise<never>}
 */
export async function followAlways(take, onLost, askForToken) {
  for (let failures = 0; ;) {
    try {
      await loadSession(); // a role may be another one now
      const end = await follow((snapshot) => {
        take(snapshot);
        failures = 0;
      });
      if (end === "unauthorized") {
        await askForToken(token.get() !== null);
        continue;
      }
    } catch (failure) {
      console.info("stream:", messageOf(failure));
    }
    onLost();
    await pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  }
}
