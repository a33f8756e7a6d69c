package io.weir.gateway.normalize;

import org.jspecify.annotations.Nullable;

/**
 * A topic of a source. What is kept of one is its own key, so that a look at it needs no other
 * object: of very many topics, each of them is memory that has left the caches.
 */
class OfTopic {

  /** "" where it is one of all sources. */
  final String source;

  final String topic;

  OfTopic(String source, String topic) {
    this.source = source;
    this.topic = topic;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof OfTopic that && topic.equals(that.topic) && source.equals(that.source);
  }

  @Override
  public final int hashCode() {
    return source.hashCode() * 31 + topic.hashCode();
  }
}
