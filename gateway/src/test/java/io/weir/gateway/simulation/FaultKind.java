package io.weir.gateway.simulation;

/** What can go wrong. The name stands in the line of a scenario. */
enum FaultKind {
  // ---- the broker
  /** The connection breaks, again and again. */
  CONNECTION_LOST,
  /** The broker forgets the session; then connections break for a while. */
  SESSION_LOST,
  /** The broker comes back as it was some time ago. */
  SESSION_OLDER,
  /** The broker makes or resumes the session, or loses it too, and its CONNACK comes too late. */
  CONNACK_LATE,
  /** The broker refuses a subscription, or grants it at QoS 0. */
  SUBACK_REFUSED,

  // ---- the disk
  OPEN_FAILS,
  READ_FAILS,
  WRITE_FAILS,
  FORCE_FAILS,
  TRUNCATE_FAILS,
  RENAME_FAILS,
  DELETE_FAILS,
  LIST_FAILS,
  /** The sync of a directory. */
  DIRECTORY_FAILS,
  DISK_FULL,
  /** Bits flip at rest, in records, headers or cursors. */
  BITS_FLIP,
  /** A page of records, headers or cursors cannot be read any more. */
  PAGE_UNREADABLE,

  // ---- a store
  /** Nothing is stored, and there is no answer. */
  STORE_DOWN,
  /** All is stored, and there is no answer. */
  STORE_SILENT,
  /** It dies half-way: a part is stored, and there is no answer. */
  STORE_HALF,
  /** It answers late. */
  STORE_SLOW,
  /** 429 or 503, with or without Retry-After. */
  STORE_BUSY,
  /** 401, 403 or 404. */
  STORE_LOCKED,
  /** 413. */
  STORE_TOO_LARGE,
  /** 400 and 422, and 500 for one line, in all their forms. */
  STORE_REFUSES,

  // ---- clocks
  /** The gateway's wall clock stands a year ahead for a while. */
  CLOCK_AHEAD,
  /** The gateway's wall clock goes back. */
  CLOCK_BACK,
  /** The clock of devices is wrong. */
  DEVICE_CLOCK,

  // ---- the gateway itself
  /** A decoder throws an Error at each message of a topic, for a while or from then on. */
  DEFECT,
  /** It dies and starts again, with the disk of that moment. */
  CRASH,

  // ---- edge nodes of Sparkplug B, which are in scenarios with this kind only
  /** One starts, or dies and starts again with other aliases. */
  NODE_STARTS,

  // ---- the gateway to which this one sends, which is in scenarios with these kinds only
  /** Requests to it do not arrive, are cut off or arrive late, or nobody hears the answer. */
  LINE_FAILS,
  /** It dies and starts again. */
  CENTRE_CRASH,
  /** Its disk fails, or is full. */
  CENTRE_DISK,
  /** Its store is down, so that its log fills. */
  CENTRE_STORE,

  /**
   * The folder of the gateway is brought back as it was when this began: from a backup, or from a
   * plain copy.
   */
  BROUGHT_BACK,

  /**
   * Routes leave readings out, and the log gives up what waits when it is nearly full, in a way of
   * several; from the beginning, and in scenarios with this kind only.
   */
  SPARES,

  /**
   * One sink gets less than the log has, in a way of several; from the beginning, and in scenarios
   * with this kind only.
   */
  LESSENS,

  // ---- people: no faults, but they come in the middle of them
  /** Somebody has the quarantine replayed: all, what a source brought, or what a sink refused. */
  REPLAY,
  /** Somebody changes the configuration, or breaks it, and has it taken over. */
  RELOAD;

  /** Whether a person does it. Such kinds are in scenarios with people only. */
  boolean isOfPeople() {
    return this == REPLAY || this == RELOAD;
  }

  /** Whether it is of the other gateway, or of the line to it. */
  boolean isOfCentre() {
    return this == LINE_FAILS
        || this == CENTRE_CRASH
        || this == CENTRE_DISK
        || this == CENTRE_STORE;
  }

  /** Whether it is in any scenario. */
  boolean isOfAll() {
    return !isOfPeople()
        && !isOfCentre()
        && this != NODE_STARTS
        && this != BROUGHT_BACK
        && this != SPARES
        && this != LESSENS;
  }
}
