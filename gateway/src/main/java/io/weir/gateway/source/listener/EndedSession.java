package io.weir.gateway.source.listener;

import io.weir.gateway.model.SessionEvent;

/**
 * A session that has ended, until its end is durable: before that a start of the gateway would find
 * it again. Belongs to the {@link SessionTable}, under its monitor.
 */
final class EndedSession {

  final String client;
  final long number;

  /** Whether a new message of the client could be taken for one of this session. */
  final boolean holds;

  /** Whether the inbox has its end from the table. */
  boolean offered;

  EndedSession(ClientSession ended) {
    client = ended.client;
    number = ended.number;
    holds = !ended.held.isEmpty();
  }

  SessionEvent event() {
    return SessionEvent.ended(number);
  }
}
