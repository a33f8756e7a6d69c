package io.weir.gateway.source.listener;

/**
 * The room for what sessions keep. Each kind has its own: who fills one takes nothing from those
 * who need another.
 *
 * @param held packet ids of QoS 2 that are not released
 * @param unsent packet ids of QoS 1 whose PUBACK was never sent
 * @param filters of subscriptions
 */
record SessionRoom(Kept held, Kept unsent, Kept filters) {

  /**
   * Room for so much of each kind.
   *
   * @param bytes that all sessions together may take
   */
  static SessionRoom of(long bytes) {
    return new SessionRoom(new Kept(bytes), new Kept(bytes), new Kept(bytes));
  }
}
