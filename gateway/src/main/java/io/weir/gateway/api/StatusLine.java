package io.weir.gateway.api;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.log.StopSignal;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs at intervals how many readings were received, stored and are pending, and which alarms are
 * raised. The same line comes when one is raised or cleared; a part that fails and recovers again
 * and again brings at most four lines a minute. Owns the thread {@code status-line}.
 */
public final class StatusLine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StatusLine.class);
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration BETWEEN_CHANGES = Duration.ofSeconds(15);
  private static final int MOST_ALARMS = 5;

  private final Supplier<LedgerResponse> ledger;
  private final Supplier<List<Alarm>> alarms;
  private final Duration interval;
  private final Time time;
  private final StopSignal stop = new StopSignal();

  private boolean began;
  private long lastNs;
  private List<String> last = List.of();

  /**
   * @param interval how often the line comes while no alarm changes
   */
  public StatusLine(GatewayView view, AlarmConditions alarms, Duration interval, Time time) {
    this(view::ledger, alarms::now, interval, time);
  }

  StatusLine(
      Supplier<LedgerResponse> ledger, Supplier<List<Alarm>> alarms, Duration interval, Time time) {
    this.ledger = ledger;
    this.alarms = alarms;
    this.interval = interval;
    this.time = time;
  }

  public void start(Threads threads) {
    threads.start("status-line", () -> stop.repeat(EVERY, this::step));
  }

  private void step() {
    String line = due();
    if (line != null) {
      LOG.info("{}", line);
    }
  }

  /** The line, or {@code null} while it is not yet time for one. */
  @Nullable String due() {
    long now = time.elapsedNs();
    List<String> raised =
        alarms.get().stream()
            .map(alarm -> (alarm.id() + " " + alarm.subject()).strip())
            .sorted()
            .toList();
    boolean changed = !raised.equals(last) && BETWEEN_CHANGES.compareTo(interval) < 0;
    Duration wait = changed ? BETWEEN_CHANGES : interval;
    if (began && now - lastNs < wait.toNanos()) {
      return null;
    }
    began = true;
    lastNs = now;
    last = raised;
    return line(ledger.get(), raised);
  }

  /**
   * Readings, over all time.
   *
   * @param alarms those that are raised
   */
  static String line(LedgerResponse ledger, List<String> alarms) {
    long received = ledger.sources().stream().mapToLong(LedgerResponse.Source::received).sum();
    long rejected = ledger.sources().stream().mapToLong(LedgerResponse.Source::rejected).sum();
    String sinks =
        ledger.sinks().stream()
            .map(
                sink ->
                    String.format(
                        Locale.ROOT,
                        " | %s: stored %,d, pending %,d%s",
                        sink.log().equals("readings")
                            ? sink.name()
                            : sink.name() + ", " + sink.log(),
                        sink.stored(),
                        sink.pending(),
                        sink.quarantined() == 0
                            ? ""
                            : String.format(Locale.ROOT, ", quarantined %,d", sink.quarantined())))
            .collect(Collectors.joining());
    return String.format(
        Locale.ROOT,
        "readings received %,d%s%s%s",
        received,
        rejected == 0 ? "" : String.format(Locale.ROOT, ", rejected %,d", rejected),
        sinks,
        alarms.isEmpty() ? "" : " | ALARMS: " + shown(alarms));
  }

  private static String shown(List<String> alarms) {
    String first = String.join(", ", alarms.subList(0, Math.min(MOST_ALARMS, alarms.size())));
    int more = alarms.size() - MOST_ALARMS;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  @Override
  public void close() {
    stop.give();
  }
}
