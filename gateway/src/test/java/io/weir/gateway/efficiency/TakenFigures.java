package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.model.Message;
import java.util.function.Consumer;

/** A log of figures that gives all to a test at once. */
record TakenFigures(Consumer<Message> taker) implements FiguresLog {

  @Override
  public boolean isBehind() {
    return false;
  }

  @Override
  public void append(Message message) {
    taker.accept(message);
  }

  @Override
  public void sync() {
    // all is taken at once
  }
}
