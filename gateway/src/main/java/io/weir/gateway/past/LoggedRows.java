package io.weir.gateway.past;

import io.weir.gateway.log.Feed;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Rows of figures in a log of the gateway. */
final class LoggedRows {

  private final PastLog log;

  LoggedRows(PastLog log) {
    this.log = log;
  }

  /** Whether all that was written since an instant is in this many bytes of the log. */
  boolean reaches(long from, long mostBytes) throws IOException {
    try (Feed feed = log.past(from, mostBytes)) {
      Feed.Entry first = feed.next();
      return first != null && first.receiveTimeNs() <= from;
    }
  }

  /**
   * The rows that are asked for, in the order in which they were written.
   *
   * @return what of the log could not be read, or ""
   */
  String read(Ask ask, long mostBytes, Consumer<PastRow> rows) throws IOException {
    MessageCodec codec = new MessageCodec();
    try (Feed feed = log.past(ask.from(), mostBytes)) {
      for (Feed.Entry entry = feed.next(); entry != null; entry = feed.next()) {
        try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
          read(codec.decode(entry.payload()), ask, rows);
        } catch (IllegalArgumentException e) {
          throw new IOException("record " + entry.offset() + " of its log is no message", e);
        }
      }
      return unread(feed, ask.from());
    }
  }

  /** Which files of a log a pass could not read that may have what came since an instant. */
  static String unread(Feed pass, long from) {
    return pass.missing().stream()
        .filter(each -> each.file() != null && each.beforeNs() >= from)
        .map(each -> "the gateway's own log: " + each.file() + " cannot be read")
        .collect(Collectors.joining("; "));
  }

  private static void read(Message message, Ask ask, Consumer<PastRow> rows) {
    List<Reading> readings = message.readings();
    int at = 0;
    while (at < readings.size()) {
      Reading first = readings.get(at);
      int end = at + 1;
      while (end < readings.size() && readings.get(end).sharesLineWith(first)) {
        end++;
      }
      if (first.series().measurement().equals(ask.measurement())) {
        PastRow head =
            new PastRow(first.series().asset(), first.series().tags(), first.timeNs(), Map.of());
        if (ask.holds(head)) {
          rows.accept(head.with(fields(readings.subList(at, end))));
        }
      }
      at = end;
    }
  }

  private static Map<String, Value> fields(List<Reading> readings) {
    Map<String, Value> fields = new HashMap<>();
    readings.forEach(each -> fields.put(each.metric(), each.value()));
    return fields;
  }
}
