package io.weir.gateway.source.listener;

import io.weir.gateway.log.Time;

/** When the last message came. Any thread. */
final class LastMessage {

  private final Time time;
  private volatile boolean any;
  private volatile long atNs;

  LastMessage(Time time) {
    this.time = time;
  }

  void now(long elapsedNs) {
    atNs = elapsedNs;
    any = true;
  }

  /** Nanoseconds since then, or -1 if there was none. */
  long silenceNs() {
    return any ? time.elapsedNs() - atNs : -1;
  }
}
