package io.weir.gateway.source.listener;

import org.jspecify.annotations.Nullable;

/**
 * The message that a client leaves for the case that its connection breaks.
 *
 * @param delaySeconds how long after that it is sent, if the session is not resumed before
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Will(
    String topic, byte[] payload, int qos, @Nullable String contentType, long delaySeconds) {

  private static final int OVERHEAD = 256;

  /** Bytes that it holds, estimated. */
  long bytes() {
    int type = contentType == null ? 0 : 2 * contentType.length();
    return OVERHEAD + 2L * topic.length() + payload.length + type;
  }
}
