package io.weir.gateway.source.http;

import org.jspecify.annotations.Nullable;

/**
 * What a request says before its body.
 *
 * @param uri path and query
 * @param contentLength in bytes, -1 if not announced
 */
public record RequestHead(
    String method,
    String uri,
    @Nullable String contentType,
    @Nullable String contentEncoding,
    long contentLength) {

  String path() {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }
}
