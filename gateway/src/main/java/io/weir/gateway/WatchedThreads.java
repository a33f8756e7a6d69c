package io.weir.gateway;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Threads;
import io.weir.gateway.model.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts threads and remembers those that end before the gateway is asked to stop. Each thread of
 * the gateway has a loop that ends only then, so one that ended has a defect. For any thread.
 */
final class WatchedThreads implements Threads {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedThreads.class);

  private final Threads threads;

  /** Why each thread ended, by its name. */
  private final Map<String, String> ended = new ConcurrentSkipListMap<>();

  private volatile boolean stopping;

  WatchedThreads(Threads threads) {
    this.threads = threads;
  }

  @Override
  public Thread start(String name, Runnable loop) {
    return threads.start(name, () -> run(name, loop));
  }

  private void run(String name, Runnable loop) {
    String why = "its loop ended";
    try {
      loop.run();
    } catch (RuntimeException | Error e) {
      why = Failure.inWords(e);
      LOG.error("Thread {} ends: defect of the gateway", name, e);
      throw e;
    } finally {
      if (!stopping) {
        ended.put(name, why + "; restart the gateway");
      }
    }
  }

  /** From now on threads end because they are asked to. */
  void stopping() {
    stopping = true;
  }

  /** Why each thread ended that should run, by its name. */
  Map<String, String> ended() {
    return ended;
  }

  List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    ended.forEach((name, why) -> troubles.add(new Trouble(AlarmKind.THREAD_ENDED, name, why)));
    return troubles;
  }
}
