package io.weir.gateway.sink;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a store gives back of the readings that were written to it. Each call is one question,
 * bounded in time and in the bytes of its answer. For one thread at a time.
 */
public interface StoreReadings {

  /** The answer is larger than may be: fewer rows are to be asked for. */
  final class TooLongException extends IOException {

    private static final long serialVersionUID = 1;

    public TooLongException(String message) {
      super(message);
    }
  }

  /**
   * A measurement or table.
   *
   * @param fields the names of its fields, as {@link #field} has them
   * @param unsure those of which the store does not say whether a line has them
   * @param numbers those that hold numbers
   */
  record Table(String name, List<String> fields, Set<String> unsure, Set<String> numbers) {

    public Table(String name, List<String> fields, Set<String> unsure) {
      this(name, fields, unsure, Set.of());
    }
  }

  /**
   * What was written of one instant in one line.
   *
   * @param uncertain whether its quality is uncertain
   * @param fields those that were asked for and that the line has, by name
   * @param tags those that were asked for and that the line has
   */
  record StoredRow(
      long timeNs,
      Asset asset,
      boolean uncertain,
      Map<String, Value> fields,
      Map<String, String> tags) {

    public StoredRow(long timeNs, Asset asset, boolean uncertain, Map<String, Value> fields) {
      this(timeNs, asset, uncertain, fields, Map.of());
    }
  }

  /**
   * One page.
   *
   * @param more whether there may be rows behind
   */
  record Rows(List<StoredRow> rows, boolean more) {}

  /**
   * Which rows.
   *
   * @param table one of {@link #tables}
   * @param fields of it; a row has one of them at least
   * @param where the values of tags, by their names; "" where a row has no such tag
   * @param tags that rows are to tell, beside those of the asset
   * @param from nanoseconds since the epoch
   * @param to behind it
   */
  record Question(
      Table table,
      List<String> fields,
      Map<String, String> where,
      List<String> tags,
      long from,
      long to) {

    /**
     * @param site of this site only, or {@code null}
     */
    public Question(Table table, List<String> fields, @Nullable String site, long from, long to) {
      this(table, fields, site == null ? Map.of() : Map.of("site", site), List.of(), from, to);
    }

    /** The same of other fields. */
    public Question of(List<String> others) {
      return new Question(table, others, where, tags, from, to);
    }

    /** The same from a later instant on. */
    public Question from(long later) {
      return new Question(table, fields, where, tags, later, to);
    }
  }

  /**
   * The numbers of a field in a stretch of time.
   *
   * @param startNs of the stretch
   */
  record Sample(String field, long startNs, double min, double max, double last) {}

  /** The name that the store has for the field of a metric. */
  String field(String metric);

  /** The same in a store of tables, in lower case: there, cases are the same. */
  static String column(String metric) {
    return ColumnNames.ofTable(metric).toLowerCase(Locale.ROOT);
  }

  /**
   * What the store holds, the figures too.
   *
   * @throws IOException if it does not answer, or gives no readings back; says why
   */
  List<Table> tables() throws IOException;

  /**
   * Rows in the order of time.
   *
   * @param most rows at most
   * @throws TooLongException if the answer is too long
   * @throws IOException if the store does not answer, or does not say it
   */
  Rows rows(Question question, int most) throws IOException;

  /**
   * Fields of numbers by stretches of time, each field in the order of time; stretches without a
   * value are left out.
   *
   * @param stepNs length of a stretch, whole seconds
   * @throws TooLongException if the answer is too long
   * @throws IOException if the store does not answer, or does not say it
   */
  List<Sample> samples(Question question, long stepNs) throws IOException;
}
