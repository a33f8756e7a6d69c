package io.weir.gateway.fleet;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.config.ConfigException;
import io.weir.gateway.log.LoopThread;
import io.weir.gateway.log.StopSignal;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a bundle: asks for it, takes one that is signed, meant for this gateway, newer and
 * without a problem, watches the gateway's health, and goes back by itself if that falls. Its work
 * is stepped, by the thread {@code fleet-follow} or by a test.
 */
public final class Following implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Following.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** So often in a row it may fail to come before that is reason for an alarm. */
  private static final int MOST_FAILURES = 3;

  private static final long LEAST_GRACE_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long MOST_GRACE_NS = TimeUnit.MINUTES.toNanos(1);

  /** The configuration of the gateway that runs. */
  public interface Configuration {

    /**
     * What the gateway would run with that bundle.
     *
     * @throws ConfigException with every problem of it
     */
    Change with(Installed candidate) throws ConfigException;

    /**
     * What it should run as the state says.
     *
     * @throws ConfigException with every problem of it
     */
    Change present() throws ConfigException;
  }

  /** A configuration that has no problem. */
  public interface Change {

    /** What a person should know before it is applied, such as that it follows no bundle. */
    List<String> notes();

    /** Applies it as a reload does; returns the sections that need a restart. */
    List<String> apply(String why);
  }

  /**
   * How the gateway follows.
   *
   * @param state {@code none} before the first bundle, {@code trial}, {@code restart} or {@code
   *     settled}
   * @param fault why what is offered is not taken, or ""
   */
  public record Status(long version, String state, String fault) {}

  private final String gateway;
  private final FleetConfig.Follow follow;
  private final BundleStore store;
  private final BundleSource source;
  private final Configuration configuration;
  private final Supplier<Map<String, String>> faults;
  private final Time time;
  private final StopSignal stop = new StopSignal();
  private final LoopThread thread = new LoopThread("fleet-follow");

  private volatile Status status;

  // Owned by the thread.
  private long nextNs;
  private long trialEndsNs;
  private boolean watching;
  private boolean needsRestart;
  private Set<String> before = Set.of();
  private long faultSinceNs;
  private boolean isFaulty;
  private String judged = "";
  private String fault = "";
  private int failures;

  /**
   * @param gateway the id of this gateway
   * @param store of the data directory
   * @param faults what is wrong with the gateway now, each with its reason: parts that are not
   *     ready, alarms that a configuration can cause
   */
  public Following(
      String gateway,
      FleetConfig.Follow follow,
      BundleStore store,
      Configuration configuration,
      Supplier<Map<String, String>> faults,
      Time time)
      throws IOException {
    this(gateway, follow, store, BundleSource.of(follow), configuration, faults, time);
  }

  Following(
      String gateway,
      FleetConfig.Follow follow,
      BundleStore store,
      BundleSource source,
      Configuration configuration,
      Supplier<Map<String, String>> faults,
      Time time) {
    this.gateway = gateway;
    this.follow = follow;
    this.store = store;
    this.source = source;
    this.configuration = configuration;
    this.faults = faults;
    this.time = time;
    nextNs = time.elapsedNs();
    if (store.state().trial()) {
      watch(Set.of(), false);
    }
    status = statusNow();
  }

  public void start(Threads threads) {
    thread.start(threads, () -> stop.repeat(EVERY, this::step));
  }

  /** Looks at the health while a bundle is tried, and asks for a bundle if that is due. */
  public void step() {
    try {
      look();
      if (time.elapsedNs() - nextNs >= 0) {
        nextNs = time.elapsedNs() + follow.every().toNanos();
        ask();
      }
    } catch (IOException e) {
      say("the data directory cannot keep which bundle is in use: " + e.getMessage());
    }
    status = statusNow();
  }

  private Status statusNow() {
    FollowState now = store.state();
    Installed running = now.running();
    String word =
        now.trial() ? "trial" : now.restart() ? "restart" : running == null ? "none" : "settled";
    FollowState.Refused refused = now.newestRefused();
    String why =
        !fault.isEmpty() || refused == null
            ? fault
            : "version " + refused.version() + " was taken back: " + refused.reason();
    return new Status(running == null ? 0 : running.version(), word, why);
  }

  // ---- A bundle that is offered

  private void ask() throws IOException {
    byte[] bytes;
    try {
      bytes = source.fetch();
    } catch (IOException e) {
      failures++;
      if (failures >= MOST_FAILURES) {
        say("it cannot be fetched: " + e.getMessage());
      } else {
        LOG.info("The bundle of {} cannot be fetched: {}", follow.origin(), e.getMessage());
      }
      return;
    }
    if (failures >= MOST_FAILURES) {
      fault = "";
      judged = "";
    }
    failures = 0;
    if (bytes == null) {
      return;
    }
    String digest = Bundle.sha256(bytes);
    if (digest.equals(judged)) {
      return;
    }
    try {
      offered(Bundle.read(bytes, follow.keys()));
      judged = digest; // for good: no later look at the same bytes finds anything else
    } catch (ConfigException e) {
      // Not for good: what it lacks on this machine may come, such as a file of a secret.
      say("it has a problem: " + e.problems().get(0) + more(e.problems().size() - 1));
    } catch (BundleException e) {
      judged = digest;
      say("it " + e.getMessage());
    }
  }

  private static String more(int count) {
    return count == 0 ? "" : ", and " + count + " more";
  }

  private void offered(Bundle bundle) throws BundleException, ConfigException, IOException {
    FollowState now = store.state();
    Installed running = now.running();
    if (running != null && running.digest().equals(bundle.digest())) {
      fault = "";
      return;
    }
    if (!bundle.isFor(gateway)) {
      throw new BundleException("is not for this gateway, '" + gateway + "'");
    }
    long runs = running == null ? 0 : running.version();
    if (bundle.version() == runs) {
      throw new BundleException("is another bundle with the version that runs, " + runs);
    }
    if (bundle.version() <= now.highest()) {
      FollowState.Refused refused = now.newestRefused();
      if (refused != null && refused.version() == bundle.version()) {
        fault = ""; // what became of it stands in the state
        return;
      }
      throw new BundleException(
          "has version %d, which is older than what was taken before, %d"
              .formatted(bundle.version(), now.highest()));
    }
    Installed next = store.stage(bundle);
    Change change = configuration.with(next);
    change.notes().forEach(note -> LOG.warn("Bundle {}: {}", next.version(), note));
    Set<String> found = faults.get().keySet();
    store.take(next);
    LOG.info("Bundle {} of {} is in use now", next.version(), follow.origin());
    fault = "";
    try {
      watch(found, !change.apply("bundle " + next.version()).isEmpty());
    } catch (RuntimeException e) {
      LOG.error("Bundle {} cannot be applied: defect", next.version(), e);
      goBack("it cannot be applied: " + e);
    }
  }

  // ---- A bundle that is tried

  private void watch(Set<String> found, boolean restart) {
    before = Set.copyOf(found);
    needsRestart = restart;
    watching = true;
    isFaulty = false;
    trialEndsNs = time.elapsedNs() + follow.settle().toNanos();
  }

  private void look() throws IOException {
    if (!watching) {
      return;
    }
    long now = time.elapsedNs();
    Map<String, String> found = new TreeMap<>(faults.get());
    found.keySet().removeAll(before);
    if (found.isEmpty()) {
      isFaulty = false;
      if (now - trialEndsNs >= 0) {
        watching = false;
        store.settled(needsRestart);
        LOG.info(
            "Bundle {} has settled{}",
            statusNow().version(),
            needsRestart ? "; parts of it hold from the next start on" : "");
      }
      return;
    }
    if (!isFaulty) {
      isFaulty = true;
      faultSinceNs = now;
    }
    if (now - faultSinceNs >= grace()) {
      List<String> said = new ArrayList<>();
      found.forEach((part, why) -> said.add(why.isEmpty() ? part : part + ": " + why));
      goBack(String.join("; ", said));
    }
  }

  /** A fault that passes is none: a source may connect again because of a new configuration. */
  private long grace() {
    long share = follow.settle().toNanos() / 5;
    return Math.max(LEAST_GRACE_NS, Math.min(share, MOST_GRACE_NS));
  }

  private void goBack(String reason) throws IOException {
    watching = false;
    store.goBack(reason);
    Installed now = store.running();
    String to = now == null ? "the main file" : "bundle " + now.version();
    LOG.error("The gateway went back to {}: {}", to, reason);
    try {
      List<String> restart = configuration.present().apply("back to " + to);
      if (!restart.isEmpty()) {
        LOG.warn("Back to {}: these need a restart: {}", to, String.join(", ", restart));
      }
    } catch (ConfigException e) {
      say("the gateway cannot go back to " + to + ": " + e.problems().get(0));
    } catch (RuntimeException e) {
      LOG.error("The gateway cannot go back to {}: defect", to, e);
      say("the gateway cannot go back to " + to + ": " + e);
    }
  }

  private void say(String reason) {
    if (!reason.equals(fault)) {
      LOG.warn("The bundle of {} is not used: {}", follow.origin(), reason);
    }
    fault = reason;
  }

  /** How it follows; for any thread. */
  public Status status() {
    return status;
  }

  /** Reasons for an alarm; for any thread. */
  public List<Trouble> troubles() {
    String why = status.fault();
    return why.isEmpty()
        ? List.of()
        : List.of(new Trouble(AlarmKind.BUNDLE_REFUSED, follow.origin(), why));
  }

  /** Ends a question that waits, and says that the gateway was stopped on purpose. */
  @Override
  public void close() throws IOException {
    stop.give();
    source.close();
    thread.join();
    store.stopped();
  }
}
