package io.weir.gateway.notify;

import java.io.IOException;

/** A way to people. Used by one thread at a time. */
public interface Outlet extends AutoCloseable {

  /**
   * Sends a message. Returns once the receiver has taken it.
   *
   * @throws IOException if it has not, or it is not known; the message says why, without secrets
   */
  void send(Notice notice) throws IOException;

  /**
   * Says that the gateway lives.
   *
   * @throws IOException as above
   */
  default void beat(Beat beat) throws IOException {
    throw new IOException("this kind of outlet sends no heartbeat");
  }

  @Override
  default void close() {}
}
