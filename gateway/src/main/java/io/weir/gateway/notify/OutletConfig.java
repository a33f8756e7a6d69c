package io.weir.gateway.notify;

import java.util.List;

/** What the configuration says of one outlet. Each kind has a record of its own. */
public interface OutletConfig {

  /** What every kind has. */
  OutletCommon common();

  default String name() {
    return common().name();
  }

  /** Its kind, by the word of the file. */
  String type();

  /** A description in one line, without secrets. */
  String summary();

  /** What is allowed and probably not meant; {@code weir check} prints it behind the name. */
  default List<String> warnings() {
    return List.of();
  }
}
