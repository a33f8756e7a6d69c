package io.weir.gateway.source.mqtt;

import java.util.ResourceBundle;
import org.eclipse.paho.mqttv5.client.logging.JSR47Logger;
import org.eclipse.paho.mqttv5.client.logging.LoggerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Paho's logger, which is asked for a trace a dozen times a message. Whether traces are logged is
 * known when a client is made, and does not change.
 *
 * <p>Public, with a constructor without arguments: Paho makes it by its name.
 */
public final class PahoLogger extends JSR47Logger {

  private boolean traces = true;

  /** Has the clients that are made from now on use it. */
  static void use() {
    LoggerFactory.setLogger(PahoLogger.class.getName());
  }

  @Override
  public void initialise(ResourceBundle messages, String name, @Nullable String resource) {
    super.initialise(messages, name, resource);
    traces = isLoggable(FINE);
  }

  @Override
  public void trace(
      int level,
      String sourceClass,
      String sourceMethod,
      String message,
      Object @Nullable [] inserts,
      @Nullable Throwable thrown) {
    if (traces) {
      super.trace(level, sourceClass, sourceMethod, message, inserts, thrown);
    }
  }
}
