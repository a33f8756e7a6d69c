package io.weir.gateway.sink;

/**
 * One line on its way to a store.
 *
 * @param line the line, without its line feed
 * @param bytes its length in UTF-8
 */
record OutboundLine(String line, int bytes, int readings, int index, int series, Origin origin)
    implements Outbound {}
