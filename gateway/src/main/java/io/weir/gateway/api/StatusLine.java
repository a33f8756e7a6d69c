package io.weir.gateway.api;

import io.weir.gateway.log.Threads;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every few seconds how many readings were received, stored and are pending. Logs nothing
 * while nothing changes. Owns the thread {@code status-line}.
 */
public final class StatusLine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StatusLine.class);
  private static final long EVERY_S = 5;

  private final GatewayView view;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private String last = "";

  public StatusLine(GatewayView view) {
    this.view = view;
  }

  public void start(Threads threads) {
    threads.start("status-line", this::run);
  }

  private void run() {
    try {
      while (!stopped.await(EVERY_S, TimeUnit.SECONDS)) {
        print();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void print() {
    String line = line(view.ledger());
    if (!line.equals(last)) {
      LOG.info("{}", line);
      last = line;
    }
  }

  /** Readings, over all time. */
  static String line(LedgerResponse ledger) {
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
        "readings received %,d%s%s",
        received,
        rejected == 0 ? "" : String.format(Locale.ROOT, ", rejected %,d", rejected),
        sinks);
  }

  @Override
  public void close() {
    stopped.countDown();
  }
}
