package io.weir.gateway.source.listener;

import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.source.Inbox;

/** A change of a session that is answered once it is on stable storage. */
final class SessionNote extends Pending {

  private static final int BYTES = 256;

  private final String source;
  private final SessionEvent event;
  private final Runnable answer;

  SessionNote(String source, SessionEvent event, Runnable answer) {
    this.source = source;
    this.event = event;
    this.answer = answer;
  }

  @Override
  Inbox.Answer offer(Inbox inbox) {
    return inbox.note(source, event, this);
  }

  @Override
  void answer() {
    answer.run();
  }

  @Override
  int bytes() {
    return BYTES;
  }
}
