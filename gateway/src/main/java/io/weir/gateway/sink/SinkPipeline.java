package io.weir.gateway.sink;

/**
 * One sink's way from one log.
 *
 * @param log {@code readings} or {@code figures}
 */
public record SinkPipeline(SinkConfig sink, String log, Drain drain) {}
