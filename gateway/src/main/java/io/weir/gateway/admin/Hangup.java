package io.weir.gateway.admin;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP. Java has no public API for signals. {@code sun.misc.Signal}, which every common JVM
 * offers, is called by reflection, so that the gateway also runs without it. If the system has no
 * SIGHUP, or the process was started to ignore it, nothing happens.
 */
final class Hangup {

  private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

  private Hangup() {}

  /**
   * Runs the action at each SIGHUP, instead of ending the process.
   *
   * @param action called by a thread of the JVM; must not wait
   */
  static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object acting =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getDeclaringClass() == handler) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), acting);
    } catch (ReflectiveOperationException e) {
      LOG.info("SIGHUP is not available here; reload with POST /api/v1/config/reload", e);
    }
  }
}
