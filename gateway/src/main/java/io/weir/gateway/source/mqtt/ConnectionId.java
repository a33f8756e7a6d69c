package io.weir.gateway.source.mqtt;

/**
 * Which connection it is.
 *
 * @param epoch its number among those of this process
 * @param number its number among all connections of the source, over restarts
 * @param resumed the number of the connection before, if the broker resumed its session for sure;
 *     else 0
 * @param since the number of the connection that began the session, as far as this process knows,
 *     also if that is in doubt; its own where it resumed none
 */
record ConnectionId(int epoch, long number, long resumed, long since) {}
