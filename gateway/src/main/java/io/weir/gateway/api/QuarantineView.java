package io.weir.gateway.api;

import io.weir.gateway.log.Time;
import io.weir.gateway.quarantine.Evidence;
import io.weir.gateway.quarantine.Quarantine;
import io.weir.gateway.quarantine.QuarantineBook;
import io.weir.gateway.quarantine.Quarantined;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The quarantine for the API. For any thread; a page and an entry read the disk. */
public final class QuarantineView {

  private static final int PREVIEW_BYTES = 200;

  private final Quarantine quarantine;
  private final QuarantineBook book;

  public QuarantineView(Quarantine quarantine, QuarantineBook book) {
    this.quarantine = quarantine;
    this.book = book;
  }

  /** How many there are, and the newest. */
  Status.QuarantineStatus status(LedgerResponse counts) {
    return new Status.QuarantineStatus(
        quarantine.entries(),
        quarantine.newest().stream().map(QuarantineView::recent).toList(),
        counts.quarantine());
  }

  private static Status.Recent recent(Quarantined entry) {
    Quarantined.Fault fault = entry.faults().get(0);
    return new Status.Recent(
        entry.label(),
        Time.instant(entry.receiveTimeNs()),
        entry.origin().name(),
        entry.topic(),
        fault.reason().label(),
        fault.detail());
  }

  QuarantinePage page(int limit, long before) throws IOException {
    QuarantineBook.Page page = book.list(QuarantineBook.Selection.ALL, limit, before);
    return new QuarantinePage(
        page.lines().stream().map(QuarantineView::line).toList(), page.next());
  }

  private static QuarantinePage.Entry line(QuarantineBook.Line line) {
    Quarantined entry = line.entry();
    return new QuarantinePage.Entry(
        entry.label(),
        entry.origin().name(),
        entry.topic(),
        Time.instant(entry.receiveTimeNs()),
        faults(entry),
        entry.rawLength(),
        Evidence.preview(entry.raw(), PREVIEW_BYTES),
        replayed(line));
  }

  /** One complete entry, or {@code null} if the quarantine has none (any more). */
  @Nullable QuarantineEntry entry(long id) throws IOException {
    QuarantineBook.Line line = book.show(id);
    if (line == null) {
      return null;
    }
    Quarantined entry = line.entry();
    Quarantined.Fault first = entry.faults().get(0);
    String text = Evidence.text(entry.raw());
    return new QuarantineEntry(
        entry.label(),
        entry.topic(),
        entry.origin().name(),
        Time.instant(entry.receiveTimeNs()),
        first.reason().label(),
        first.detail(),
        faults(entry),
        new QuarantineEntry.Payload(
            text, text == null ? Base64.getEncoder().encodeToString(entry.raw()) : null),
        entry.rawLength(),
        !entry.whole(),
        replayed(line));
  }

  private static List<QuarantinePage.Fault> faults(Quarantined entry) {
    return entry.faults().stream()
        .map(
            fault ->
                new QuarantinePage.Fault(fault.reason().label(), fault.detail(), fault.readings()))
        .toList();
  }

  private static @Nullable Instant replayed(QuarantineBook.Line line) {
    Long ns = line.replayedNs();
    return ns == null ? null : Time.instant(ns);
  }
}
