package io.weir.gateway.source.listener;

import io.micrometer.core.instrument.Counter;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Inbox;

/**
 * What all connections of a listener share.
 *
 * @param strangers room for what clients bring with their CONNECT, until it is known who they are
 * @param aliases room for the topics of aliases
 * @param state what a host application of Sparkplug tells its nodes
 */
record Shared(
    ListenerConfig config,
    Inbox inbox,
    Time time,
    Connections connections,
    Unannounced unannounced,
    SessionTable sessions,
    Logins logins,
    Kept strangers,
    Kept aliases,
    Wills wills,
    SharedWindow window,
    IncompleteRoom.Both incomplete,
    HostState state,
    Meters meters) {

  /** Counts. */
  record Meters(
      Counter connects,
      Counter acknowledged,
      Counter duplicates,
      Counter broken,
      Counter refused,
      Counter notAuthorised,
      LastMessage lastMessage) {}
}
