package io.weir.gateway.uplink;

import java.util.List;

/**
 * A part of a log on its way to another gateway.
 *
 * @param gateway the id of the gateway whose log it is
 * @param incarnation names the logs: an offset is used once in one incarnation
 * @param log name of the log
 * @param again whether somebody asked for rows that were sent before, which are then stored again
 * @param since {@link #IN_TURN}; or, where the rows go before their turn, the offset from which on
 *     all rows up to these have gone so
 * @param rows in the order of the log
 */
public record LinkBatch(
    String gateway, String incarnation, String log, boolean again, long since, List<LinkRow> rows) {

  /** The sender is done with all rows below. */
  public static final long IN_TURN = -1;

  /** In turn. */
  public LinkBatch(
      String gateway, String incarnation, String log, boolean again, List<LinkRow> rows) {
    this(gateway, incarnation, log, again, IN_TURN, rows);
  }
}
