package io.weir.gateway.sink;

/** One line or row on its way to a store. */
sealed interface Outbound permits OutboundLine, OutboundRow {

  /** About its length in bytes. */
  int bytes();

  /** How many readings it stands for. */
  int readings();

  /** Place in its record of the first reading it holds; names the line with the offset. */
  int index();

  /** The same for all lines of one series. */
  int series();

  Origin origin();

  /** What it says in line protocol, as evidence for the quarantine. */
  String line();

  /** The record that lines come from. */
  record Origin(long offset, String topic, long receiveTimeNs) {}
}
