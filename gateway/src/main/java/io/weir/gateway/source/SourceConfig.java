package io.weir.gateway.source;

import java.util.List;

/** What the configuration says of one source. Each kind has a record of its own. */
public interface SourceConfig {

  String name();

  /** Its kind, by the word of the file. */
  String type();

  /** Where it connects to, scheme, host and port; "" for one that is connected to. */
  String address();

  /**
   * The largest number of messages that are sent to it before it acknowledges the first; up to this
   * number may come a second time.
   */
  default int receiveMaximum() {
    return 1;
  }

  /** A description in one line. */
  String summary();

  /** What is allowed and probably not meant; {@code weir check} prints it behind the name. */
  default List<String> warnings() {
    return List.of();
  }
}
