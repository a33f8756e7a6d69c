package io.weir.gateway.source;

/**
 * The place of a record in the stream from which a source read it, and may read it again.
 *
 * @param timeMs when it was written, milliseconds since the epoch; negative if that is not known
 * @param timed whether that time stands for the sender's where the payload has none
 * @param deletion whether it has no content: it says only that the stream keeps nothing of its key
 */
public record StreamRecord(
    String topic, int partition, long offset, long timeMs, boolean timed, boolean deletion) {

  /** A hash that tells it from all others. */
  public long place() {
    long place = mixed(topic.hashCode() * 0x1_0000_0000L + partition);
    return mixed(mixed(place + offset) + timeMs);
  }

  private static long mixed(long bits) {
    long once = (bits ^ bits >>> 32) * 0xD6E8FEB86659FD93L;
    return once ^ once >>> 29;
  }

  /** In words, for whoever looks for it. */
  public String where() {
    return "topic " + topic + ", partition " + partition + ", offset " + offset;
  }
}
