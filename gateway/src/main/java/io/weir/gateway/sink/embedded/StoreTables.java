package io.weir.gateway.sink.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.questdb.cairo.CairoColumn;
import io.questdb.cairo.CairoEngine;
import io.questdb.cairo.CairoException;
import io.questdb.cairo.CairoTable;
import io.questdb.cairo.MetadataCacheReader;
import io.questdb.cairo.TableToken;
import io.questdb.cairo.TableUtils;
import io.questdb.griffin.SqlException;
import io.questdb.std.ObjHashSet;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of the measurements. Each exists before its first line, with the keys that let rows of
 * one time and {@code point} replace each other; tags and fields become columns when they are first
 * written. It is looked at again with every write: a table that somebody dropped is created again,
 * lost keys are set again, and a table that QuestDB suspended because the disk failed it is
 * resumed.
 *
 * <p>Safe for several threads.
 */
final class StoreTables {

  private static final Logger LOG = LoggerFactory.getLogger(StoreTables.class);
  private static final List<String> KEYS = List.of("timestamp", "point");

  /** Bytes of the folder of a table, without the number that QuestDB puts behind its name. */
  private static final int LONGEST_FOLDER = 240;

  private static final String ANNOTATIONS = "annotations";

  /** Columns that a table has before its first line, as lines would make them. */
  private static final Map<String, String> COLUMNS =
      Map.of(
          ANNOTATIONS,
          ", site SYMBOL, area SYMBOL, line SYMBOL, machine SYMBOL, level SYMBOL, text VARCHAR,"
              + " who VARCHAR, id LONG, until_ms LONG, count DOUBLE, revision LONG");

  private final CairoEngine engine;
  private final TableInCreation creation;
  private final Map<String, TableToken> known = new HashMap<>(); // guarded by this
  private final Set<String> mending = new HashSet<>(); // guarded by this
  private final Set<String> suspended = new TreeSet<>(); // guarded by this

  StoreTables(CairoEngine engine, TableInCreation creation) {
    this.engine = engine;
    this.creation = creation;
  }

  /**
   * Sees to the table of a measurement.
   *
   * @param name that a table may have
   * @return which table it is: after a drop, another one of the same name
   * @throws IOException if it cannot be made ready now; the message names it
   */
  synchronized TableToken ready(String name) throws IOException {
    TableToken table = engine.getTableTokenIfExists(name);
    TableToken before = known.get(name);
    if (before != null && !before.equals(table)) {
      LOG.error("Table {} was dropped, and what it held is gone; it is created again", name);
    }
    if (table == null) {
      creation.begin(name);
      execute(
          "CREATE TABLE IF NOT EXISTS \"%s\" (timestamp TIMESTAMP_NS, point LONG"
              + COLUMNS.getOrDefault(name, "")
              + ")"
              + " TIMESTAMP(timestamp) PARTITION BY DAY WAL DEDUP UPSERT KEYS(timestamp, point)",
          name);
      creation.end();
      table = engine.getTableTokenIfExists(name);
      if (table == null) {
        throw failed(name, "it was not created", null);
      }
    } else if (!hasKeys(table)) {
      setKeys(name);
    }
    mending.remove(name);
    known.put(name, table);
    return table;
  }

  /** The table that every dashboard asks for, also where nobody has written a comment yet. */
  void prepareForDashboards() throws IOException {
    ready(ANNOTATIONS);
  }

  /**
   * Sees to the tables of measurements.
   *
   * @throws IOException if one cannot be made ready now
   */
  EmbeddedStore.Prepared prepare(Set<String> names) throws IOException {
    Map<String, Integer> tables = new HashMap<>();
    Map<String, String> impossible = new TreeMap<>();
    for (String each : names) {
      if (!mayBeTable(each)) {
        impossible.put(
            each,
            "no table can be named '%s': QuestDB takes %d characters and %d bytes, and no ?,'\"\\/:()+*%%~"
                .formatted(each, longestName(), LONGEST_FOLDER));
        continue;
      }
      tables.put(each, ready(each).getTableId());
    }
    return new EmbeddedStore.Prepared(tables, impossible);
  }

  private boolean mayBeTable(String name) {
    return TableUtils.isValidTableName(name, longestName())
        && name.getBytes(UTF_8).length <= LONGEST_FOLDER;
  }

  private int longestName() {
    return engine.getConfiguration().getMaxFileNameLength();
  }

  private void setKeys(String name) throws IOException {
    if (mending.add(name)) {
      LOG.error("Table {} has lost the keys that make a repeat harmless; they are set again", name);
    }
    execute("ALTER TABLE \"%s\" ADD COLUMN IF NOT EXISTS point LONG", name);
    execute("ALTER TABLE \"%s\" DEDUP ENABLE UPSERT KEYS(timestamp, point)", name);
    throw failed(name, "its keys were lost and are being set again", null);
  }

  /** QuestDB reports a disk that fails as a fault of the statement, too. */
  private void execute(String sql, String name) throws IOException {
    try {
      engine.execute(sql.formatted(name));
    } catch (SqlException e) {
      throw failed(name, e.getFlyweightMessage(), e);
    } catch (CairoException e) {
      throw failed(name, e.getFlyweightMessage(), e);
    }
  }

  private static IOException failed(String table, CharSequence why, @Nullable Exception cause) {
    return new IOException("table " + table + ": " + why, cause);
  }

  private boolean hasKeys(TableToken table) {
    try (MetadataCacheReader tables = engine.getMetadataCache().readLock()) {
      CairoTable found = tables.getTable(table);
      return found == null || KEYS.stream().allMatch(key -> isKey(found.getColumnQuiet(key)));
    }
  }

  private static boolean isKey(@Nullable CairoColumn column) {
    return column != null && column.isDedupKey();
  }

  /**
   * Whether these are still the tables of their measurements, with their keys.
   *
   * @return the measurement of one that is not; "" where all are
   */
  String changed(Map<String, Integer> tables) {
    for (Map.Entry<String, Integer> each : tables.entrySet()) {
      TableToken table = engine.getTableTokenIfExists(each.getKey());
      if (table == null || table.getTableId() != each.getValue() || !hasKeys(table)) {
        return each.getKey();
      }
    }
    return "";
  }

  /**
   * The tables that QuestDB has suspended: it takes rows for them, and shows them only after a
   * resume.
   */
  synchronized Set<String> suspended() {
    ObjHashSet<TableToken> all = new ObjHashSet<>();
    engine.getTableTokens(all, false);
    Set<String> now = new TreeSet<>();
    for (int i = 0; i < all.size(); i++) {
      TableToken table = all.get(i);
      if (table.isWal() && engine.getTableSequencerAPI().isSuspended(table)) {
        now.add(table.getTableName());
      }
    }
    for (String name : now) {
      if (suspended.add(name)) {
        LOG.error("Table {} is suspended: QuestDB could not write its rows to the disk", name);
      }
    }
    suspended.retainAll(now);
    return now;
  }

  /** Lets QuestDB write on with the rows that it has taken for suspended tables. */
  synchronized void resume() throws IOException {
    for (String name : suspended) {
      execute("ALTER TABLE \"%s\" RESUME WAL", name);
      LOG.warn("Table {} is resumed", name);
    }
  }
}
