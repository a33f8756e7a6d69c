package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.figure.FiguresLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import java.io.IOException;
import java.util.List;

/**
 * Appends rows to the log of figures, as messages of bounded size in which no row is split.
 *
 * <p>Mutable; belongs to the thread that appends.
 */
public final class FigureMessages {

  /** Readings of a message, about. */
  static final int READINGS = 1000;

  private static final String SOURCE = "efficiency";

  private final FiguresLog figures;
  private final Time time;
  private long stampNs;
  private boolean unsynced;

  public FigureMessages(FiguresLog figures, Time time) {
    this.figures = figures;
    this.time = time;
  }

  public void append(List<Reading> rows) throws IOException {
    int from = 0;
    while (from < rows.size()) {
      int to = Math.min(from + READINGS, rows.size());
      while (to < rows.size() && rows.get(to).sharesLineWith(rows.get(to - 1))) {
        to++;
      }
      List<Reading> part = List.copyOf(rows.subList(from, to));
      unsynced = true;
      stampNs = Math.max(stampNs + 1, time.wallNs());
      figures.append(
          new Message(
              SOURCE, SOURCE, stampNs, 0, 0, part.size(), 0, 0, part, List.of(), new byte[0]));
      from = to;
    }
  }

  /** Makes all that was appended durable. */
  void sync() throws IOException {
    if (unsynced) {
      figures.sync();
      unsynced = false;
    }
  }
}
