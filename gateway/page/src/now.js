// Now, by the clock of the gateway: that of a tablet at a line may be days away from it.

let aheadMs = 0; // of this browser's clock

/** @param {number} ms what the gateway's clock shows */
export function takeNow(ms) {
  aheadMs = ms - Date.now();
}

/** Milliseconds since 1970. */
export const gatewayNow = () => Date.now() + aheadMs;
