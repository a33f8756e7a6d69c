package io.weir.gateway.source.listener;

import org.jspecify.annotations.Nullable;

/**
 * The message that a client leaves for the case that its connection breaks.
 *
 * @param delaySeconds how long after that it is sent, if the session is not resumed before
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Will(
    String topic, byte[] payload, int qos, @Nullable String contentType, long delaySeconds) {}
