/**
 * What the sinks that write streams have in common: the names of their topics, the JSON of a row,
 * where a row comes from, and how Sparkplug says a value. Knows no client.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.stream;
