package io.weir.gateway.sink;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.sink.Sink.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends readings to a store again, in the order given, one write after the other. A store that is
 * away or busy is tried again for some time. What it refuses is reported, not quarantined: the
 * quarantine got it when it was sent first. Owned by one thread.
 */
public final class Resender {

  private static final int MOST_TRIES = 30;

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How to wait between two tries. */
  public interface Pause {
    void take(Duration duration) throws InterruptedException;
  }

  private final SinkForm form;
  private final String log;
  private final SinkConfig.Batch limits;
  private final ReadingEncoder encoder;
  private final Pause pause;
  private final Consumer<String> refusals;
  private final FieldConflicts conflicts = new FieldConflicts();
  private final List<Outbound> waiting = new ArrayList<>();
  private long waitingBytes;

  private long stored;
  private long refused;
  private long withheld;

  /**
   * @param log name of the log that they come from
   * @param refusals takes a sentence for each line that the store does not take
   */
  public Resender(
      Sink sink, String log, SinkConfig.Batch limits, Pause pause, Consumer<String> refusals) {
    this.form = SinkForm.of(sink);
    this.log = log;
    this.limits = limits;
    this.encoder = form.encoder();
    this.pause = pause;
    this.refusals = refusals;
  }

  /** Readings that the store took. */
  public long stored() {
    return stored;
  }

  /** Readings that it refused, or that no line can say. */
  public long refused() {
    return refused;
  }

  /** Readings of a type that it does not keep. */
  public long withheld() {
    return withheld;
  }

  /**
   * Adds the readings of one message, and writes when a batch is full.
   *
   * @param offset of the record that holds them
   * @throws IOException if the store is away for too long, or is not configured for this sink
   */
  public void add(List<Reading> readings, long offset, String topic, long receiveTimeNs)
      throws IOException {
    add(List.of(), readings, List.of(), offset, topic, receiveTimeNs);
  }

  /**
   * The same with rows that stay lines of their own.
   *
   * @param earlier those before the readings
   * @param rows those behind them
   * @param offset of the record that holds them
   * @throws IOException if the store is away for too long, or is not configured for this sink
   */
  public void add(
      List<List<Reading>> earlier,
      List<Reading> readings,
      List<List<Reading>> rows,
      long offset,
      String topic,
      long receiveTimeNs)
      throws IOException {
    Outbound.Origin origin = new Outbound.Origin(offset, topic, receiveTimeNs);
    Out out = new Out();
    List<Reading> all = new ArrayList<>();
    earlier.forEach(row -> writeLine(row, all, origin, out));
    int from = all.size();
    all.addAll(readings);
    encoder.write(all, from, origin, out, null);
    rows.forEach(row -> writeLine(row, all, origin, out));
    if (waiting.size() >= limits.maxLines() || waitingBytes >= limits.maxBytes()) {
      flush();
    }
  }

  private void writeLine(List<Reading> row, List<Reading> all, Outbound.Origin origin, Out out) {
    if (!row.isEmpty()) {
      int start = all.size();
      all.addAll(row);
      encoder.writeLine(all, start, all.size(), origin, out);
    }
  }

  /** Writes what waits. */
  public void flush() throws IOException {
    if (!waiting.isEmpty()) {
      write(List.copyOf(waiting));
      waiting.clear();
      waitingBytes = 0;
    }
  }

  private void write(List<Outbound> wanted) throws IOException {
    List<Outbound> lines = conflicts.strip(wanted, this::refuse);
    if (lines.isEmpty()) {
      return;
    }
    Answer answer = tried(lines);
    if (answer instanceof Answer.Stored) {
      lines.forEach(line -> stored += line.readings());
    } else if (answer instanceof Answer.Refused some && conflicts.learn(some.fields())) {
      write(lines);
    } else if (answer instanceof Answer.Refused some && isAnyNamed(some, lines.size())) {
      refused(lines, some);
    } else if (lines.size() > 1) {
      write(lines.subList(0, lines.size() / 2));
      write(lines.subList(lines.size() / 2, lines.size()));
    } else {
      refuse(Rejection.of(lines.get(0), Reason.STORE_REJECTED, detail(answer)));
    }
  }

  private static boolean isAnyNamed(Answer.Refused answer, int lines) {
    return answer.refused().stream().anyMatch(each -> each.index() >= 0 && each.index() < lines);
  }

  private void refused(List<Outbound> lines, Answer.Refused answer) throws IOException {
    Map<Integer, String> named = new HashMap<>();
    answer.refused().forEach(each -> named.put(each.index(), each.detail()));
    List<Outbound> others = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String detail = named.get(i);
      if (detail == null) {
        others.add(lines.get(i));
      } else {
        refuse(Rejection.of(lines.get(i), Reason.STORE_REJECTED, detail));
      }
    }
    if (answer.othersStored()) {
      others.forEach(line -> stored += line.readings());
    } else {
      write(others);
    }
  }

  private void refuse(Rejection rejection) {
    refused += rejection.readings();
    refusals.accept(rejection.line() + ": " + rejection.detail());
  }

  private static String detail(Answer answer) {
    return answer instanceof Answer.Refused refused
        ? refused.detail()
        : answer instanceof Answer.TooLarge tooLarge ? tooLarge.detail() : "not stored";
  }

  /** The answer of a store that is there. */
  private Answer tried(List<Outbound> lines) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Answer answer = form.writeAgain(log, lines).get();
      Duration wait = PAUSE;
      String detail;
      if (answer instanceof Answer.Misconfigured wrong) {
        throw new IOException("the store refuses: " + wrong.detail());
      } else if (answer instanceof Answer.Busy busy) {
        wait = busy.retryAfter() == null ? PAUSE : busy.retryAfter();
        detail = busy.detail();
      } else if (answer instanceof Answer.Down down) {
        detail = down.detail();
      } else {
        return answer;
      }
      if (attempt == MOST_TRIES) {
        throw new IOException("the store does not answer: " + detail);
      }
      try {
        pause.take(wait.compareTo(LONGEST_PAUSE) < 0 ? wait : LONGEST_PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while waiting for the store", e);
      }
    }
  }

  private final class Out implements ReadingEncoder.Out {

    @Override
    public void line(Outbound line) {
      waiting.add(line);
      waitingBytes += line.bytes() + 1L;
    }

    @Override
    public void withheld(int readings) {
      withheld += readings;
    }

    @Override
    public void unwritable(String text, int readings, int index, Reason reason, String detail) {
      refused += readings;
      refusals.accept(text + ": " + detail);
    }
  }
}
