package io.weir.gateway.sink;

/**
 * One line on its way to a store.
 *
 * @param text the line, without its line feed
 * @param bytes its length in UTF-8
 * @param readings how many readings it stands for
 * @param index place in its record of the first reading it holds; names the line with the offset
 * @param series the same for all lines of one series
 * @param origin the record it comes from
 */
record OutboundLine(String text, int bytes, int readings, int index, int series, Origin origin) {

  /** The record that lines come from. */
  record Origin(long offset, String topic, long receiveTimeNs) {}
}
