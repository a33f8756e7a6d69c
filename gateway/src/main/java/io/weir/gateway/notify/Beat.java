package io.weir.gateway.notify;

import java.time.Duration;
import java.time.Instant;

/**
 * A sign of life.
 *
 * @param ready whether readings are received and kept
 * @param interval when the next one comes; without one for some of these the gateway is dead
 */
public record Beat(String gateway, Instant at, boolean ready, Duration interval) {}
