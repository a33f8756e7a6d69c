package io.weir.gateway.cli;

import io.weir.gateway.log.Feed;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.sink.thin.ThinRule;
import io.weir.gateway.sink.thin.ThinState;
import io.weir.gateway.sink.thin.Thinned;
import io.weir.gateway.sink.thin.Thinner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of a sink make of a log that is read from its oldest record on. A window may lack
 * readings that the log no longer has; such a row would replace a better one, so it is left out.
 */
final class ThinnedLog {

  private final @Nullable Thinner thinner;
  private boolean hasBegun;
  private long wholeFromNs = Long.MIN_VALUE;
  private int leftOut;

  ThinnedLog(List<ThinRule> rules) {
    thinner = rules.isEmpty() ? null : new Thinner(rules, new ThinState());
  }

  /** The offset from which records must be read. */
  long firstNeeded(long wanted) {
    return thinner == null ? wanted : 0;
  }

  /**
   * What goes on of a record.
   *
   * @param earlier readings of earlier records, each a line of its own
   * @param rows rows of windows
   */
  record Sent(List<List<Reading>> earlier, List<Reading> readings, List<List<Reading>> rows) {

    /** All of it in order. */
    void forEach(Consumer<List<Reading>> consumer) {
      map(
          each -> {
            consumer.accept(each);
            return each;
          });
    }

    /** The same with other readings in its parts, which are asked for in order. */
    Sent map(UnaryOperator<List<Reading>> other) {
      List<List<Reading>> first = earlier.stream().map(other).toList();
      List<Reading> then = other.apply(readings);
      return new Sent(first, then, rows.stream().map(other).toList());
    }
  }

  /** Takes the next record. */
  Sent take(Feed.Entry entry, Message message) {
    leftOut = 0;
    List<Reading> readings = message.readings();
    if (thinner == null) {
      return new Sent(List.of(), readings, List.of());
    }
    if (!hasBegun) {
      hasBegun = true;
      wholeFromNs = entry.offset() > 0 ? entry.receiveTimeNs() : Long.MIN_VALUE;
    }
    Thinned made = thinner.thin(readings, message.source(), entry.receiveTimeNs());
    List<List<Reading>> rows = new ArrayList<>();
    for (Thinned.Row row : made.rows()) {
      if (row.fields().get(0).timeNs() < wholeFromNs) {
        leftOut++;
      } else {
        rows.add(row.fields());
      }
    }
    return new Sent(
        made.earlier().stream().map(Thinned.Row::fields).toList(),
        List.copyOf(made.readings()),
        rows);
  }

  /** Windows of the last record that were left out. */
  int leftOut() {
    return leftOut;
  }
}
