package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SourceConnection;

/**
 * Which connection it is.
 *
 * @param epoch its number among those of this process
 * @param connection the same among all of the source
 */
record ConnectionId(int epoch, SourceConnection connection) {}
