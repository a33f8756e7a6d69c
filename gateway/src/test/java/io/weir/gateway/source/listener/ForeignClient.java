package io.weir.gateway.source.listener;

/** A client of MQTT that this project did not write, connected with a session that is kept. */
interface ForeignClient extends AutoCloseable {

  String TOPIC = "t";
  int EXPIRY_S = 3600;

  /** Begins to publish. */
  void publish(int qos, boolean retained, String text) throws Exception;

  /** Waits until all that was published is acknowledged; fails if anything was not. */
  void finish() throws Exception;

  /** Whether it can publish now; a client that keeps what it is given can always. */
  default boolean isReady() {
    return true;
  }
}
