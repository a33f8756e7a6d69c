package io.weir.gateway.decode.sparkplug;

import io.weir.gateway.decode.Decoder;

/**
 * When and how a message came, of what its payload does not name a metric.
 *
 * @param seq 0 to 255, or {@link Envelope#NO_SEQ}
 * @param timeMs of the payload, by the clock of the node; 0 where it has none
 */
record Arrival(int seq, long timeMs, Decoder.Way way) {

  static Arrival of(Envelope envelope, Decoder.Way way) {
    return new Arrival(envelope.seq(), Math.max(0, envelope.timestamp()), way);
  }
}
