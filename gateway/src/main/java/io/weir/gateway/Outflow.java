package io.weir.gateway;

import io.weir.gateway.config.Config;
import io.weir.gateway.sink.Drain;

/**
 * One sink's way from one log.
 *
 * @param log {@code readings} or {@code figures}
 */
record Outflow(Config.Sink sink, String log, Drain drain) {}
