package io.weir.gateway.intake;

import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Defects of the gateway that a message met. The message is quarantined, so that it does not hold
 * those behind it, and each defect is logged once with its stack. For any thread.
 */
final class Defects {

  private static final Logger LOG = LoggerFactory.getLogger(Defects.class);

  /** Different defects that are logged; more are as good as the same ones. */
  private static final int MOST = 100;

  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  /**
   * A message as it is kept after a defect: whole, in the quarantine.
   *
   * @throws OutOfMemoryError if that is the defect: it concerns the process, not the message
   */
  Decoded quarantined(String source, String topic, byte[] payload, Throwable defect) {
    if (defect instanceof OutOfMemoryError outOfMemory) {
      throw outOfMemory;
    }
    log(source, topic, defect);
    return Decoded.rejected(
        new Rejected(Reason.INTERNAL, "defect of the gateway, its log has more: " + defect),
        payload);
  }

  void log(String source, String topic, Throwable defect) {
    StackTraceElement[] stack = defect.getStackTrace();
    String where = defect.getClass().getName() + (stack.length == 0 ? "" : " at " + stack[0]);
    if (logged.size() < MOST && logged.add(where)) {
      LOG.error(
          "{}: defect of the gateway on a message of {}; it is quarantined. The same defect is not"
              + " logged again",
          source,
          topic,
          defect);
    }
  }
}
