package io.weir.gateway.sink.influx;

import org.jspecify.annotations.Nullable;

/**
 * An answer over HTTP.
 *
 * @param retryAfter the header as sent: seconds or a date
 * @param date the server's clock as sent
 * @param location where a redirect points
 * @param body the beginning of the body
 */
record Exchange(
    int status,
    @Nullable String retryAfter,
    @Nullable String date,
    @Nullable String location,
    String body) {}
