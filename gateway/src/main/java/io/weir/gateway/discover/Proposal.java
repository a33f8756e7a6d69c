package io.weir.gateway.discover;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one group of topics is read.
 *
 * @param levels of their pattern, as found
 * @param naming of them
 * @param route keys without the topic; {@code null} where nothing reads them
 */
record Proposal(
    List<Topic> topics,
    Naming naming,
    @Nullable String format,
    @Nullable Map<String, Object> route,
    List<String> remarks,
    List<String> rivals) {

  Finding finding() {
    return Finding.of(naming.pattern(), format, topics, route, remarks, rivals);
  }

  /** The same with another route. */
  Proposal with(Map<String, Object> other) {
    return new Proposal(topics, naming, format, other, remarks, rivals);
  }
}
