// Work on many parts of the page, a few of them in each frame: the browser answers the reader in between.

/** So many machines are drawn before the browser may do something else. */
export const SLICE = 30;

/**
 * Draws parts in the order in which they were asked for, a slice at once and then one in each frame. What is asked
 * for again before its turn keeps its place, and only the newest of it is drawn.
 */
export function slices() {
  /** @type {Map<string, () => void>} */
  const waiting = new Map();
  /** @type {number | null} */
  let frame = null;

  function next() {
    frame = null;
    for (const [key, draw] of [...waiting].slice(0, SLICE)) {
      waiting.delete(key);
      draw();
    }
    if (waiting.size > 0) frame = requestAnimationFrame(next);
  }

  return {
    /**
     * @param {string} key of the part
     * @param {() => void} draw
     */
    add(key, draw) {
      waiting.set(key, draw);
    },
    /** Begins with what was added; goes on where it has begun already. */
    begin() {
      if (frame === null) next();
    },
    end() {
      if (frame !== null) cancelAnimationFrame(frame);
      frame = null;
      waiting.clear();
    },
  };
}
