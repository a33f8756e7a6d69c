package io.weir.gateway.sink;

/**
 * The drain from one log to one sink.
 *
 * @param log {@code readings} or {@code figures}
 */
public record SinkPipeline(SinkConfig sink, String log, Drain drain) {}
