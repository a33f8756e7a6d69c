package io.weir.gateway.source;

import io.weir.gateway.model.Message;
import java.util.List;

/** What the configuration says of one source. Each kind has a record of its own. */
public interface SourceConfig {

  /** The source that replayed entries of the quarantine count under; none is configured so. */
  String REPLAY = Message.REPLAY;

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

  /** Whether its senders show certificates to the gateway's own HTTP server. */
  default boolean needsCertificates() {
    return false;
  }

  /**
   * Whether each of several gateways with this source receives everything. Else a message comes to
   * one of them alone.
   */
  default boolean isWhole() {
    return false;
  }

  /**
   * Whether what is published at a broker of MQTT reaches this source, if it subscribes to it.
   *
   * @param host as the file names it, or an address
   */
  default boolean hears(String host, int port) {
    return false;
  }

  /** A description in one line. */
  String summary();

  /** What is allowed and probably not meant; {@code weir check} prints it behind the name. */
  default List<String> warnings() {
    return List.of();
  }
}
