package io.weir.gateway.sink;

import io.weir.gateway.sink.Sink.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * In which form a kind of sink takes readings: what makes them, and how they are handed over. A
 * further form is a file like {@link StreamSink}, and a line in {@link #of}.
 */
interface SinkForm {

  /** An encoder of its own for one thread. */
  ReadingEncoder encoder();

  /**
   * The sink's write of these lines; to be called on any thread.
   *
   * @param log name of the log that they come from
   * @param lines of the encoder
   */
  Supplier<Answer> write(String log, List<Outbound> lines);

  /** Whether a write may begin behind one whose answer is not known; only in strict order. */
  default boolean pipelines() {
    return false;
  }

  /**
   * The begin of the sink's write of these lines; to be called on any thread.
   *
   * @param behind the write before, whose answer is not known yet, or {@code null}
   */
  default Supplier<Begun> begin(String log, List<Outbound> lines, @Nullable Begun behind) {
    return begun(write(log, lines));
  }

  /** A write that is done where its answer is waited for. */
  static Supplier<Begun> begun(Supplier<Answer> write) {
    return () -> write::get;
  }

  /** The same of lines that were written before, because somebody asks for them again. */
  default Supplier<Answer> writeAgain(String log, List<Outbound> lines) {
    return write(log, lines);
  }

  /** Whether lines may be written before their turn now. */
  default boolean takesAhead(String log) {
    return true;
  }

  /**
   * The same as {@link #write} of lines before their turn.
   *
   * @param since offset from which on all lines up to these were written so
   */
  default Supplier<Answer> writeAhead(String log, long since, List<Outbound> lines) {
    return write(log, lines);
  }

  /** Whether the sink wants a line. */
  default boolean takes(Outbound line) {
    return true;
  }

  /**
   * Whether all in turn is written strictly in the order of the log, one write at a time. Else
   * lines of different series may overtake each other.
   */
  default boolean strictOrder() {
    return false;
  }

  /** The form of a sink. */
  static SinkForm of(Sink sink) {
    LineProtocol syntax = new LineProtocol(sink.dialect());
    if (sink instanceof LineSink lines) {
      return new Lines(lines, syntax);
    } else if (sink instanceof RowSink rows) {
      return new Rows(rows, syntax);
    }
    return new Entries((StreamSink) sink, syntax);
  }

  /** Ready lines of line protocol. */
  record Lines(LineSink sink, LineProtocol syntax) implements SinkForm {

    @Override
    public ReadingEncoder encoder() {
      return new LineEncoder(sink.dialect(), syntax);
    }

    @Override
    public Supplier<Answer> write(String log, List<Outbound> lines) {
      return () -> sink.write(LineTexts.ofEncoded(lines));
    }
  }

  /** Typed rows. */
  record Rows(RowSink sink, LineProtocol syntax) implements SinkForm {

    @Override
    public ReadingEncoder encoder() {
      return new RowEncoder(sink.dialect(), syntax, null);
    }

    @Override
    public Supplier<Answer> write(String log, List<Outbound> lines) {
      List<Row> rows = new ArrayList<>(lines.size());
      for (Outbound line : lines) {
        rows.add(((OutboundRow) line).row());
      }
      return () -> sink.write(rows);
    }
  }

  /** Rows with where they come from. */
  record Entries(StreamSink sink, LineProtocol syntax) implements SinkForm {

    @Override
    public ReadingEncoder encoder() {
      return new RowEncoder(sink.dialect(), syntax, sink.writer());
    }

    @Override
    public Supplier<Answer> write(String log, List<Outbound> lines) {
      List<StreamSink.Entry> entries = entries(lines);
      return () -> sink.write(log, entries);
    }

    @Override
    public Supplier<Answer> writeAgain(String log, List<Outbound> lines) {
      List<StreamSink.Entry> entries = entries(lines);
      return () -> sink.writeAgain(log, entries);
    }

    @Override
    public boolean takesAhead(String log) {
      return sink.takesAhead(log);
    }

    @Override
    public Supplier<Answer> writeAhead(String log, long since, List<Outbound> lines) {
      List<StreamSink.Entry> entries = entries(lines);
      return () -> sink.writeAhead(log, since, entries);
    }

    @Override
    public boolean takes(Outbound line) {
      return sink.takes(((StreamSink.Entry) line).series());
    }

    private static List<StreamSink.Entry> entries(List<Outbound> lines) {
      List<StreamSink.Entry> entries = new ArrayList<>(lines.size());
      for (Outbound line : lines) {
        entries.add((StreamSink.Entry) line);
      }
      return entries;
    }

    @Override
    public boolean strictOrder() {
      return true;
    }

    @Override
    public boolean pipelines() {
      return sink.pipelines();
    }

    @Override
    public Supplier<Begun> begin(String log, List<Outbound> lines, @Nullable Begun behind) {
      List<StreamSink.Entry> entries = entries(lines);
      return () -> sink.begin(log, entries, behind);
    }
  }
}
