package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The names of tags and fields as a store has them. In a store of tables they keep to the
 * characters of columns, others become {@code _}, and are the same in upper and lower case. Belongs
 * to one thread.
 */
final class ColumnNames {

  private static final String NOT_IN_COLUMN_NAMES = "?.,'\"\\/:()+-*%~";
  private static final int CACHE_BOUND = 10_000;

  /** Taken by the gateway's own columns in a store of tables. */
  private static final Set<String> OWN_COLUMNS = Set.of("point", "timestamp");

  private final boolean table;
  private final LineProtocol syntax;
  private final Map<String, Column> fields = new HashMap<>();

  /**
   * A name in a store.
   *
   * @param name as the store has it
   * @param utf8 escaped for a line, up to the equals sign
   * @param key the same for all names that are one column
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed, never compared
  record Column(String name, byte[] utf8, String key) {

    /** Escaped for a line. */
    String text() {
      return new String(utf8, 0, utf8.length - 1, UTF_8);
    }
  }

  ColumnNames(Sink.Dialect dialect, LineProtocol syntax) {
    this.table = dialect.table();
    this.syntax = syntax;
  }

  boolean isOwn(Column column) {
    return table && OWN_COLUMNS.contains(column.key());
  }

  /** The column of a metric. */
  Column field(String metric) {
    Column column = fields.get(metric);
    if (column == null) {
      if (fields.size() >= CACHE_BOUND) {
        fields.clear();
      }
      column = column(metric);
      fields.put(metric, column);
    }
    return column;
  }

  Column column(String name) {
    String inStore = inStore(name);
    byte[] utf8 = (syntax.name(inStore) + '=').getBytes(UTF_8);
    String key = table ? inStore.toLowerCase(Locale.ROOT) : inStore;
    return new Column(inStore, utf8, key);
  }

  /** A name as this store can have it. */
  String inStore(String name) {
    return table ? ofTable(name) : name;
  }

  /** A name as a store of tables can have it. */
  static String ofTable(String name) {
    StringBuilder column = new StringBuilder(name);
    for (int i = 0; i < column.length(); i++) {
      char c = column.charAt(i);
      if (c < ' ' || c == 0x7f || c == 0xfeff || NOT_IN_COLUMN_NAMES.indexOf(c) >= 0) {
        column.setCharAt(i, '_');
      }
    }
    return column.toString();
  }
}
