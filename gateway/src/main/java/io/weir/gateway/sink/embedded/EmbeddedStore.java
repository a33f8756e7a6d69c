package io.weir.gateway.sink.embedded;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * What the sink asks of the store beside writing lines to it. Safe for several threads. An {@code
 * IOException} means that it cannot be done now, and may be tried again.
 */
interface EmbeddedStore extends AutoCloseable {

  /** Starts it, where it does not run from its beginning. */
  default void start() {}

  /** Why it cannot be asked now; "" where it runs. */
  String fault();

  /** Whether it is asked too early, and nothing is wrong with it. */
  default boolean isStarting() {
    return false;
  }

  /** Where it answers HTTP now. Another port after each start. */
  URI origin();

  /** What its HTTP opens to. The same as long as the gateway runs. */
  StoreTokens tokens();

  /** Sees to the tables of measurements, so that lines may be written to them. */
  Prepared prepare(Set<String> measurements) throws IOException;

  /**
   * Whether these are still the tables of their measurements, with their keys.
   *
   * @param tables their numbers, by measurement
   * @return the measurement of one that is not; "" where all are
   */
  String changed(Map<String, Integer> tables) throws IOException;

  /** The tables that QuestDB has suspended: it takes rows for them, and does not show them. */
  Set<String> suspended() throws IOException;

  /** Lets QuestDB write on with the rows that it has taken for suspended tables. */
  void resume() throws IOException;

  @Override
  void close();

  /**
   * The tables of some measurements.
   *
   * @param tables the number of each table: after a drop, another one of the same name
   * @param impossible why a measurement can have no table
   */
  record Prepared(Map<String, Integer> tables, Map<String, String> impossible) {}
}
