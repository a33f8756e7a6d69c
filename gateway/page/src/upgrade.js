// After an upgrade the gateway serves other files of the page than those that run here. The page then loads itself
// again: a wall at once, another page when that disturbs nobody.

/**
 * How the page is used now.
 *
 * @typedef {object} Use
 * @property {boolean} isWall nobody works at a wall
 * @property {boolean} moves whether another view is opened, so that nothing of this one is lost
 * @property {boolean} isTyping whether something was typed or chosen in this view
 * @property {boolean} isAsked whether a sheet is open
 * @property {number} idleMs since it was last touched
 */

const IDLE_MS = 60_000;
const LOADED_FOR = "weir-page"; // kept for the tab

/**
 * Whether the page is to load itself again.
 *
 * @param {string} own version of the files that run here; "" where the page does not tell it
 * @param {string} served version of those that the gateway has; "" where it does not tell it
 * @param {string | null} loadedFor the version for which the page loaded itself last: where something between it and
 *     the gateway keeps old files, loading them again and again would help nobody
 * @param {Use} use
 */
export function isDue(own, served, loadedFor, { isWall, moves, isTyping, isAsked, idleMs }) {
  if (own === "" || served === "" || own === served || served === loadedFor) return false;
  if (isAsked) return false;
  return isWall || moves || (!isTyping && idleMs >= IDLE_MS);
}

let served = "";
let typed = false;
let usedAt = Date.now();

/** @param {string | null} version as the stream tells it */
export function takeVersion(version) {
  served = version ?? "";
}

/**
 * Loads the page again if it is of another version than the gateway, and nobody is disturbed.
 *
 * @param {boolean} moves whether another view is opened, so that nothing in this one is lost
 */
export function keepUp(moves) {
  if (moves) typed = false;
  const own = document.querySelector('meta[name="weir-page"]')?.getAttribute("content") ?? "";
  const due = isDue(own, served, sessionStorage.getItem(LOADED_FOR), {
    isWall: document.body.classList.contains("kiosk"), moves, isTyping: typed,
    isAsked: document.querySelector("dialog[open]") !== null, idleMs: Date.now() - usedAt,
  });
  if (!due) return;
  sessionStorage.setItem(LOADED_FOR, served);
  location.reload();
}

const used = () => {
  usedAt = Date.now();
};

/** Watches whether somebody uses the page. */
export function beginUse() {
  for (const use of ["pointerdown", "keydown", "scroll"]) document.addEventListener(use, used, true);
  document.addEventListener("input", () => { typed = true; }, true);
}
