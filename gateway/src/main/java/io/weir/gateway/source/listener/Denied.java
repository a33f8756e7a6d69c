package io.weir.gateway.source.listener;

import io.weir.gateway.source.Inbox;
import java.util.List;

/** A message that is answered in its turn, and not given to the inbox. */
final class Denied extends Pending {

  private static final Inbox.Receipt NOTHING = new Inbox.Receipt(0, 0, 0, List.of());

  private final Runnable answer;

  Denied(Runnable answer) {
    this.answer = answer;
  }

  @Override
  Inbox.Answer offer(Inbox inbox) {
    durable(NOTHING);
    return Inbox.Answer.TAKEN;
  }

  @Override
  void answer() {
    answer.run();
  }

  @Override
  int bytes() {
    return 0;
  }
}
