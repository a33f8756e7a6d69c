package io.weir.gateway.source.mqtt.guard;

import java.io.IOException;

/** What the broker sends is no packet, or not all of one. The message says what is wrong. */
public final class BrokenPacketException extends IOException {

  private static final long serialVersionUID = 1;

  /** How each message begins. */
  public static final String BROKEN = "the broker sent a broken packet: ";

  BrokenPacketException(String what) {
    super(BROKEN + what);
  }
}
