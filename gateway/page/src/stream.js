// The stream of snapshots: followed, watched for silence, and begun again by itself.

import { headers, token } from "./api.js";

const SILENT_MS = 5000; // the gateway sends something every second
const RETRY_MS = [500, 1000, 2000, 4000];

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Follows the stream until it ends; throws when it fails or falls silent. */
async function follow(onEvent) {
  const abort = new AbortController();
  let watchdog;
  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => abort.abort(), SILENT_MS);
  };
  heard();
  // A page that the browser keeps to go back to would hold one of its few connections to the gateway.
  window.addEventListener("pagehide", () => abort.abort(), { signal: abort.signal });
  try {
    const response = await fetch("/api/v1/stream", { signal: abort.signal, cache: "no-store", headers: headers() });
    if (response.status === 401) return "unauthorized";
    if (!response.ok) throw new Error(`the gateway answers ${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parts = [];
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return "ended";
      heard();
      parts.push(value);
      if (!value.includes("\n")) continue; // a long event comes in many parts
      const events = parts.join("").split("\n\n");
      parts.length = 0;
      parts.push(events.pop());
      for (const event of events) if (event.startsWith("data: ")) onEvent(JSON.parse(event.slice(6)));
    }
  } finally {
    clearTimeout(watchdog);
    abort.abort();
  }
}

/**
 * Follows for ever.
 *
 * @param take is given each snapshot
 * @param lost is called when there is no stream; it is tried again
 * @param askForToken (whether one was refused) resolves once a token was given
 */
export async function followAlways(take, lost, askForToken) {
  for (let failures = 0; ;) {
    try {
      const end = await follow((snapshot) => {
        take(snapshot);
        failures = 0;
      });
      if (end === "unauthorized") {
        await askForToken(token.get() !== null);
        continue;
      }
    } catch (failure) {
      console.info("stream:", failure.message);
    }
    lost();
    await pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  }
}
