package io.weir.gateway.sink.mqtt;

import io.weir.gateway.sink.stream.Position;

/**
 * A message of a write.
 *
 * @param entry the place of its entry in the write
 * @param position where in the log it comes from
 * @param part which of the messages of its entry
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Message(int entry, Position position, int part, String topic, byte[] payload, long timeNs) {

  /** Names it, also when it is written again. */
  record Key(Position position, int part) {}

  Key key() {
    return new Key(position, part);
  }
}
