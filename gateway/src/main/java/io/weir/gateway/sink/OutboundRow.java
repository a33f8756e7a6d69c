package io.weir.gateway.sink;

/**
 * One row on its way to a store.
 *
 * @param syntax says the row as a line, where it is refused
 */
record OutboundRow(
    Row row, LineProtocol syntax, int bytes, int readings, int index, int series, Origin origin)
    implements Outbound {

  @Override
  public String line() {
    return syntax.line(row);
  }
}
