package io.weir.gateway.sink.embedded;

import io.weir.gateway.log.Time;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store in a process of its own, so that what ends it ends nothing else. A thread starts the
 * process, waits for its end and starts it again, sooner the first time than after repeated ends.
 */
final class WatchedStore implements EmbeddedStore {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedStore.class);

  private static final long STOP_WAIT_S = 20;
  private static final long SHORTEST_PAUSE_S = 1;
  private static final long LONGEST_PAUSE_S = 60;

  /** A process that ran for this long was well started. */
  private static final long WELL_STARTED_NS = TimeUnit.MINUTES.toNanos(1);

  private static final String STARTING = "QuestDB is being started";

  /** A first start that takes longer is a fault. */
  private static final long LONGEST_START_NS = TimeUnit.MINUTES.toNanos(1);

  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  private final StoreSettings settings;
  private final Time time;
  private final Duration patience;
  private final long beginNs;
  private final Thread watch = new Thread(this::run, "store-watch");
  private final CountDownLatch firstTry = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile String fault = STARTING;
  private volatile URI origin = NOWHERE;
  private volatile @Nullable StoreProcess process;

  /**
   * @param patience how long a start waits until the store answers or has failed once
   */
  WatchedStore(StoreSettings settings, Time time, Duration patience) {
    this.settings = settings;
    this.time = time;
    this.patience = patience;
    this.beginNs = time.elapsedNs();
  }

  /** One that is started. */
  static WatchedStore start(StoreSettings settings, Time time, Duration patience) {
    WatchedStore store = new WatchedStore(settings, time, patience);
    store.start();
    return store;
  }

  @Override
  public void start() {
    watch.setDaemon(true);
    watch.start();
    try {
      if (!firstTry.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("QuestDB is still starting; readings wait in the log");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long pauseS = SHORTEST_PAUSE_S;
    try {
      while (!isClosing()) {
        long startNs = time.elapsedNs();
        String end = runOnce();
        if (time.elapsedNs() - startNs > WELL_STARTED_NS) {
          pauseS = SHORTEST_PAUSE_S;
        }
        fault = "QuestDB does not run: " + end + "; it is started again by itself";
        firstTry.countDown();
        if (!isClosing()) {
          LOG.error("QuestDB does not run: {}. It is started again in {} s", end, pauseS);
        }
        if (closing.await(pauseS, TimeUnit.SECONDS)) {
          return;
        }
        pauseS = Math.min(LONGEST_PAUSE_S, 2 * pauseS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why it has ended, or was not started. */
  private String runOnce() throws InterruptedException {
    StoreProcess started;
    try {
      started = StoreProcess.launch(settings, time);
    } catch (IOException e) {
      return "its process cannot be started: " + e.getMessage();
    }
    process = started;
    try {
      origin = URI.create("http://127.0.0.1:" + started.ready());
      fault = "";
      firstTry.countDown();
    } catch (IOException e) {
      LOG.debug("the store did not start", e);
    }
    started.awaitEnd();
    process = null;
    return started.end();
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  @Override
  public String fault() {
    return fault;
  }

  @Override
  public boolean isStarting() {
    return fault.equals(STARTING) && time.elapsedNs() - beginNs < LONGEST_START_NS;
  }

  @Override
  public URI origin() {
    return origin;
  }

  @Override
  public StoreTokens tokens() {
    return settings.tokens();
  }

  /** The process that runs now, if one does. */
  @Nullable Long pid() {
    StoreProcess running = process;
    return running == null ? null : running.pid();
  }

  private Frame call(Frame question) throws IOException {
    StoreProcess running = process;
    if (running == null || !fault.isEmpty()) {
      throw new IOException(fault);
    }
    return running.call(question);
  }

  @Override
  public Prepared prepare(Set<String> measurements) throws IOException {
    return StoreCalls.prepared(
        call(StoreCalls.put(new Frame().put(StoreCalls.PREPARE), measurements)));
  }

  @Override
  public String changed(Map<String, Integer> tables) throws IOException {
    return call(StoreCalls.put(new Frame().put(StoreCalls.CHANGED), tables)).text();
  }

  @Override
  public Set<String> suspended() throws IOException {
    return StoreCalls.names(call(new Frame().put(StoreCalls.SUSPENDED)));
  }

  @Override
  public void resume() throws IOException {
    call(new Frame().put(StoreCalls.RESUME));
  }

  @Override
  public void close() {
    closing.countDown();
    StoreProcess running = process;
    try {
      if (running != null) {
        end(running);
      }
      watch.join(TimeUnit.SECONDS.toMillis(STOP_WAIT_S));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(StoreProcess running) throws InterruptedException {
    try {
      if (fault.isEmpty()) {
        running.call(new Frame().put(StoreCalls.CLOSE));
      }
    } catch (IOException e) {
      LOG.debug("the store has ended already", e);
    }
    if (!fault.isEmpty() || !running.endsWithin(STOP_WAIT_S)) {
      running.kill();
    }
  }
}
