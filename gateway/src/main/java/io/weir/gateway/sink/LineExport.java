package io.weir.gateway.sink;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import java.util.List;
import java.util.function.Consumer;

/**
 * Readings as lines of line protocol with times in nanoseconds: what a drain would write to an
 * InfluxDB 2. Owned by one thread.
 */
public final class LineExport {

  /** Where lines come from is not written. */
  private static final Outbound.Origin ORIGIN = new Outbound.Origin(0, "", 0);

  private final ReadingEncoder encoder;

  public LineExport() {
    Sink.Dialect dialect = new Sink.Dialect(SinkConfig.Precision.NS, true, false);
    encoder = new LineEncoder(dialect, new LineProtocol(dialect));
  }

  /**
   * Writes the readings of one message.
   *
   * @param lines takes each line, without a line feed
   * @param unwritable takes what is said of readings that no line can hold
   */
  public void write(List<Reading> readings, Consumer<String> lines, Consumer<String> unwritable) {
    encoder.write(readings, ORIGIN, new Out(lines, unwritable));
  }

  private record Out(Consumer<String> lines, Consumer<String> unwritable)
      implements ReadingEncoder.Out {

    @Override
    public void line(Outbound line) {
      lines.accept(line.line());
    }

    @Override
    public void withheld(int readings) {
      throw new IllegalStateException("all types are written here");
    }

    @Override
    public void unwritable(String text, int readings, int index, Reason reason, String detail) {
      unwritable.accept(text + ": " + detail);
    }
  }
}
