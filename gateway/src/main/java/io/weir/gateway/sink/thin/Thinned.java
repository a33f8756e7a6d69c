package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Reading;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes on to the store of one record, in this order: readings of earlier records that were
 * held, readings as they are, and rows of windows. Each reading of the record is among them, stands
 * behind a row of this or a later record, or is counted as thinned.
 */
public final class Thinned {

  private final List<Row> earlier = new ArrayList<>();
  private final List<Reading> asIs = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private int thinned;
  private int late;

  /**
   * A line of its own.
   *
   * @param source of the last reading of it
   * @param fields all of one series, instant, quality and reason
   * @param readings how many it stands for, at least one: those that were folded into the window
   *     since it was sent last
   */
  public record Row(String source, List<Reading> fields, int readings) {}

  void clear() {
    earlier.clear();
    asIs.clear();
    rows.clear();
    thinned = 0;
    late = 0;
  }

  /** A reading goes on as it is. */
  void asIs(Reading reading) {
    asIs.add(reading);
  }

  /** The same of one that was held until now. */
  void held(String source, Reading reading) {
    earlier.add(new Row(source, List.of(reading), 1));
  }

  /** The same of one whose window is closed, under a name of its own. */
  void late(Reading reading) {
    asIs.add(reading);
    late++;
  }

  /** This many readings have no part in what goes on, or stand behind others. */
  void leftOut() {
    thinned++;
  }

  void row(String source, List<Reading> fields, int readings) {
    rows.add(new Row(source, fields, readings));
  }

  /** Readings that were held until now, as they were. */
  public List<Row> earlier() {
    return earlier;
  }

  /** Readings of the record, as they were. */
  public List<Reading> readings() {
    return asIs;
  }

  /** Rows of windows, in order. */
  public List<Row> rows() {
    return rows;
  }

  /** How many readings were left out. */
  public int thinned() {
    return thinned;
  }

  /** How many came after their window was closed; they are among the readings. */
  public int late() {
    return late;
  }
}
