package io.weir.gateway.source;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.Time;
import java.util.List;

/**
 * What a source is built with.
 *
 * @param inbox where it hands in what it receives
 * @param subscriptions what its routes ask for; the filters do not overlap
 * @param store keeps over restarts what is known of its session
 * @param sessions those of its senders, where they connect to it
 * @param passage where it hands in what other gateways have decoded
 */
public record SourceContext(
    Inbox inbox,
    Time time,
    MeterRegistry meters,
    List<SubscribeRequest> subscriptions,
    SessionStore store,
    KnownSessions sessions,
    Passage passage) {}
