package io.weir.gateway;

import io.weir.gateway.config.SinkConfig;
import io.weir.gateway.sink.Drain;

/**
 * One sink's way from one log.
 *
 * @param log {@code readings} or {@code figures}
 */
record SinkPipeline(SinkConfig sink, String log, Drain drain) {}
