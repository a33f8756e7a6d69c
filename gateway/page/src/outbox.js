// What people have said and the gateway has not answered yet. Each entry is kept in the browser
// until it is answered, and sent again under its key: so the gateway keeps it once. It knows neither
// the page nor the network.

/**
 * @typedef {object} Item
 * @property {string} key under which the gateway keeps it once
 * @property {number} order ascending, as it was said
 * @property {string} path of the API
 * @property {Record<string, unknown>} body
 * @property {string} title what it says, for people
 * @property {string} machine the id of the machine that it is about
 * @property {number} fromMs of the time that it is about
 * @property {number} toMs
 * @property {string} says what a stop of that time shows meanwhile; "" for nothing
 * @property {"waiting" | "refused"} state
 * @property {boolean} tried whether it may have reached the gateway
 * @property {boolean} takenBack whether it is undone as soon as it is kept
 * @property {string} problem why the gateway refuses it
 * @property {{ who: string, text: string, id: number } | null} conflict what another person has said of the same time
 */

/** @typedef {Pick<Item, "path" | "body" | "title" | "machine" | "fromMs" | "toMs" | "says">} Said */

/**
 * What became of a request: kept with an answer, refused for good, or to be sent again.
 *
 * @typedef {{ kept: { id: number } } | { refused: string, conflict: Item["conflict"] } | { again: string }} Outcome
 */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} Store */

const PREFIX = "weir-said-";
const MOST = 500; // a shift of an operator has fewer
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];

/** Thrown where nothing more can be kept in the browser. */
export class FullError extends Error {}

/**
 * @param {object} parts
 * @param {Store} parts.store what survives a reload
 * @param {(item: Item) => Promise<Outcome>} parts.send
 * @param {() => string} parts.newKey
 * @param {() => number} parts.now milliseconds
 * @param {(run: () => void, ms: number) => unknown} parts.later
 * @param {() => void} parts.changed called when the list is another one
 * @param {(item: Item, id: number) => void} parts.kept called once the gateway has kept it
 */
export function outbox({ store, send, newKey, now, later, changed, kept }) {
  let sending = false;
  let failures = 0;
  let reason = ""; // why nothing can be sent
  let last = 0;

  /** @returns {Item[]} */
  function all() {
    const items = [];
    for (let i = 0; i < store.length; i++) {
      const name = store.key(i);
      const text = name !== null && name.startsWith(PREFIX) ? store.getItem(name) : null;
      if (text !== null) items.push(JSON.parse(text));
    }
    return items.sort((one, other) => one.order - other.order);
  }

  /** @param {Item} item */
  function save(item) {
    try {
      store.setItem(PREFIX + item.key, JSON.stringify(item));
    } catch (failure) {
      throw new FullError(String(failure));
    }
  }

  /** @param {Item} item */
  function forget(item) {
    store.removeItem(PREFIX + item.key);
  }

  /**
   * The same as the browser has it now: another tab may have changed it.
   *
   * @param {Item} item
   * @returns {Item | null}
   */
  function present(item) {
    const text = store.getItem(PREFIX + item.key);
    return text === null ? null : JSON.parse(text);
  }

  /** @param {Said} said */
  function add(said) {
    if (all().length >= MOST) throw new FullError(`${MOST} entries wait`);
    last = Math.max(now(), last + 1);
    save({
      ...said, key: newKey(), order: last, state: "waiting", tried: false, takenBack: false, problem: "",
      conflict: null,
    });
    changed();
    flush();
  }

  /** Sends what waits, one after the other, in the order in which it was said. */
  async function flush() {
    if (sending) return;
    sending = true;
    try {
      for (;;) {
        const item = all().find(({ state }) => state === "waiting");
        if (item === undefined) break;
        save({ ...item, tried: true });
        const outcome = await send(item);
        if (!take(item, outcome)) break;
      }
    } finally {
      sending = false;
    }
    changed();
  }

  /**
   * Whether the next one may be sent.
   *
   * @param {Item} item
   * @param {Outcome} outcome
   */
  function take(item, outcome) {
    if ("again" in outcome) {
      reason = outcome.again;
      later(flush, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
      return false;
    }
    failures = 0;
    reason = "";
    const of = present(item);
    if ("refused" in outcome) {
      if (of?.takenBack) forget(item);
      else if (of !== null) save({ ...of, state: "refused", problem: outcome.refused, conflict: outcome.conflict });
    } else {
      forget(item);
      if (of?.takenBack) undo(of, outcome.kept.id);
      else kept(item, outcome.kept.id);
    }
    changed();
    return true;
  }

  /**
   * Takes back what the gateway has kept.
   *
   * @param {Item} item
   * @param {number} id
   */
  function undo(item, id) {
    const path = `${item.path}/${id}/undo`;
    add({ ...item, path, body: { who: item.body.who }, says: "" });
  }

  return {
    add, all, flush, undo,
    /** Why nothing can be sent; "" while it can. */
    reason: () => reason,
    /** @param {Item} item that was refused, or is not sent yet */
    drop(item) {
      const of = present(item);
      if (of !== null && of.state === "waiting" && of.tried) save({ ...of, takenBack: true, says: "" });
      else forget(item);
      changed();
    },
    /**
     * Sends what was refused once more, as another request.
     *
     * @param {Item} item
     * @param {Record<string, unknown>} body
     */
    again(item, body) {
      forget(item);
      add({ ...item, body });
    },
  };
}
