package io.weir.gateway.group;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.StopSignal;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Stepped;
import io.weir.gateway.sink.Portion;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a group: says each second that it is there, hears the others, and tells each drain
 * which part of its log is ours. Its thread, {@code group}, decides a few times a second; the
 * source's thread brings presences, the drains ask. All of them use one monitor, and none waits in
 * it but for the file of what must be remembered, which is written when the members change.
 */
public final class Group implements Stepped, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Group.class);

  /** What people said at a member comes below its presence. */
  private static final String SAID = "/said";

  /** Who lacks for so long what people said has no right figures. */
  private static final long LACKS_NS = TimeUnit.SECONDS.toNanos(30);

  private static final Duration EVERY = Duration.ofMillis(200);
  private static final long SAY_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

  /** After a member was behind with its figures, it is asked to be well for so long. */
  private static final long CAUGHT_UP_NS = TimeUnit.SECONDS.toNanos(60);

  /** What the gateway knows of itself. Asked a few times a second; must not wait. */
  public interface Life {

    /** Whether all sources receive. */
    boolean isReady();

    /** Whether the figures are of about now. */
    boolean isCaughtUp();

    /** Whether the stores take what they are sent. */
    boolean isWell();

    /** How often a source's session was lost since the start. */
    long sessionsLost();
  }

  /** Where presences go; what cannot be sent is dropped. */
  public interface Link {

    /**
     * Publishes a presence to all members, also to those that come later.
     *
     * @param payload empty when this member leaves
     */
    void say(String topic, byte[] payload);

    /** Publishes what people said to those that are there. */
    default void pass(String topic, byte[] payload) {}
  }

  /** Where the memory of a member is kept. */
  public interface Store {

    /** What was saved last; empty where nothing was. */
    Optional<byte[]> load() throws IOException;

    /** Replaces it, durably. */
    void save(byte[] bytes) throws IOException;
  }

  private final GroupConfig config;
  private final String self;
  private final Ownership ownership;
  private final Store store;
  private final Time time;
  private final Membership membership;
  private final long start;
  private final Map<String, Way> ways = new LinkedHashMap<>();
  private final StopSignal stop = new StopSignal();

  private @Nullable Life life;
  private @Nullable Said said;
  private @Nullable Exchange exchange;
  private Link link = (topic, payload) -> {};
  private GroupMemory memory;
  private boolean isSaved = true;
  private View given = View.NOBODY;
  private long number;
  private long saidNs;
  private long sessionsLost;
  private long behindNs;
  private boolean wasBehind;
  private @Nullable Thread thread;

  /**
   * @param self the id of this gateway
   * @param sources those that every member receives in full; what comes from others is always ours
   * @param replayed the source of what is read again from the quarantine; its figures are divided
   * @throws IOException if the memory of this member cannot be read
   */
  public Group(
      GroupConfig config, String self, Set<String> sources, String replayed, Store store, Time time)
      throws IOException {
    this.config = config;
    this.self = self;
    this.ownership = Ownership.of(config.mode(), self, sources, replayed);
    this.store = store;
    this.time = time;
    memory = GroupMemory.load(store, self);
    membership = new Membership(self, memory.epoch());
    start = ms(time.wallNs());
    saidNs = time.elapsedNs() - SAY_EVERY_NS;
  }

  private static long ms(long ns) {
    return TimeUnit.NANOSECONDS.toMillis(ns);
  }

  /**
   * The way from a log to a store; to be made for each before the first step.
   *
   * @param sink the name of the store's sink
   * @param completeToNs the time as of which the log has all that was received on disk, or {@link
   *     Portion#NOTHING}
   * @param passedOver is told of readings that another member sends
   */
  public synchronized Way way(
      String sink,
      String log,
      LongSupplier completeToNs,
      Way.Content content,
      Consumer<Integer> passedOver) {
    String name = sink + "/" + log;
    Way made = new Way(this, ownership, name, completeToNs, content, passedOver);
    ways.put(name, made);
    return made;
  }

  /**
   * Before the first step: when the last record of figures was written. What this member was
   * sending when it ended, it has sent up to then at most.
   */
  public synchronized void wroteUpTo(long ns) {
    Terms terms = memory.terms().begin(View.NOBODY, self, ns);
    isSaved &= terms.equals(memory.terms());
    memory = memory.sending(memory.epoch(), terms);
  }

  /** What this member is, from its own parts; before the first step. */
  public synchronized void lives(Life of, Link by) {
    life = of;
    link = by;
  }

  /** What people said here is for all members; before the first step. */
  public synchronized void shares(Said what) {
    said = what;
    exchange = new Exchange(self, what);
  }

  public void start(Threads threads) {
    thread = threads.start("group", this::run);
  }

  private void run() {
    step();
    stop.repeat(EVERY, this::step);
  }

  /** Stops, and tells the others, which then need not wait until this member is missed. */
  @Override
  public void close() {
    stop.give();
    Thread running = thread;
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    link.say(config.prefix() + self, new byte[0]);
  }

  // ---- What is heard

  /** Whether a message is for the group and nobody else. */
  public boolean isOfGroup(String topic) {
    return topic.startsWith(config.prefix());
  }

  /** A message of the group came in, in order with the readings of the same session. */
  public void hears(String topic, byte[] payload) {
    String member = topic.substring(config.prefix().length());
    if (member.endsWith(SAID)) {
      takes(member.substring(0, member.length() - SAID.length()), payload);
    } else {
      hearsPresence(member, payload);
    }
  }

  /** Outside the monitor: it may read the log of what people said. */
  private void takes(String member, byte[] batch) {
    Said all = said();
    if (all == null || member.equals(self)) {
      return;
    }
    try {
      all.take(batch);
    } catch (IOException e) {
      LOG.warn(
          "Group {}: corrections and orders from {} cannot be read and are passed over: {}",
          config.name(),
          member,
          e.toString());
    }
  }

  private synchronized @Nullable Said said() {
    return said;
  }

  private synchronized void hearsPresence(String member, byte[] payload) {
    if (payload.length == 0) {
      membership.leaves(member);
      forget(member);
      return;
    }
    try {
      Presence presence = Presence.fromBytes(payload);
      if (presence.id().equals(member)) {
        membership.hears(presence, time.elapsedNs(), time.wallNs());
        if (!member.equals(self) && !memory.known().contains(member)) {
          Set<String> known = new TreeSet<>(memory.known());
          known.add(member);
          remember(memory.knowing(known));
        }
      }
    } catch (IOException e) {
      LOG.warn(
          "Group {}: the presence of {} cannot be read and is passed over: {}",
          config.name(),
          member,
          e.toString());
    }
  }

  private void forget(String member) {
    if (!member.equals(self) && memory.known().contains(member)) {
      Set<String> known = new TreeSet<>(memory.known());
      known.remove(member);
      remember(memory.knowing(known));
    }
  }

  private void remember(GroupMemory now) {
    memory = now;
    try {
      memory.save(store);
      isSaved = true;
    } catch (IOException e) {
      isSaved = false; // tried again with the next step; until then nothing new is ours
      LOG.error(
          "Group {}: its file in the data directory cannot be written; until it can, this gateway"
              + " takes over nothing: {}",
          config.name(),
          e.toString());
    }
  }

  // ---- What is decided

  @Override
  public long step() {
    decide();
    Exchange shared = exchange;
    if (shared != null) {
      long now = time.elapsedNs();
      shared.step(
          there(now), now, time.wallNs(), batch -> link.pass(config.prefix() + self + SAID, batch));
    }
    return EVERY.toNanos();
  }

  private synchronized List<Exchange.Other> there(long now) {
    return membership.others().stream()
        .filter(each -> membership.isThere(each.presence().id(), now))
        .map(Membership.Heard::presence)
        .map(each -> new Exchange.Other(each.id(), each.said(), given.has(each.id())))
        .toList();
  }

  private synchronized void decide() {
    Life now = life;
    if (now == null) {
      return;
    }
    long elapsed = time.elapsedNs();
    look(now, elapsed);
    if (membership.decide(elapsed)) {
      LOG.info(
          "Group {}: {}",
          config.name(),
          membership.view().members().isEmpty()
              ? "this gateway does not know who is there, and sends nothing"
              : "divided among " + membership.view().members());
    }
    View decided = membership.view();
    if (memory.epoch() != membership.epoch() || !memory.terms().are(decided, self) || !isSaved) {
      Terms terms = memory.terms().begin(decided, self, time.wallNs());
      remember(memory.sending(membership.epoch(), terms)); // first, then it sends
    }
    View next = isSaved ? decided : View.NOBODY;
    given = next;
    View ofShared = next.has(self) || now.isCaughtUp() ? next : View.NOBODY;
    for (Way each : ways.values()) {
      each.divide(each.isShared() ? ofShared : next, membership, memory);
    }
    if (elapsed - saidNs >= SAY_EVERY_NS) {
      saidNs = elapsed;
      say(now, elapsed);
    }
  }

  /** Begins the history anew where a session was lost, and notes when the figures were behind. */
  private void look(Life now, long elapsed) {
    long lost = now.sessionsLost();
    boolean isReady = now.isReady();
    if (isReady && (memory.sinceMs() == 0 || lost != sessionsLost)) {
      sessionsLost = lost;
      remember(memory.since(ms(time.wallNs())));
    }
    if (!now.isCaughtUp() || exchange != null && exchange.behindNs(elapsed) >= LACKS_NS) {
      wasBehind = true;
      behindNs = elapsed;
    } else if (elapsed - behindNs >= CAUGHT_UP_NS) {
      wasBehind = false;
    }
  }

  private void say(Life now, long elapsed) {
    long sinceMs = memory.sinceMs() == 0 ? ms(time.wallNs()) : memory.sinceMs();
    long historyMs = Math.max(0, ms(time.wallNs()) - sinceMs);
    Map<String, Long> behindMs = new LinkedHashMap<>();
    boolean isRemaking = said != null && said.isRemaking();
    ways.forEach((name, way) -> behindMs.put(name, way.behindMs(time.wallNs(), isRemaking)));
    Presence presence =
        new Presence(
            self,
            start,
            ++number,
            membership.epoch(),
            given.members(),
            now.isReady() && !wasBehind,
            now.isWell(),
            historyMs >= config.history().toMillis(),
            sinceMs,
            historyMs,
            behindMs,
            said == null ? Map.of() : said.kept());
    membership.sends(presence, elapsed);
    link.say(config.prefix() + self, presence.toBytes());
  }

  // ---- What is shown

  /**
   * The group as this gateway knows it.
   *
   * @param self the id of this member
   * @param view among whom assets are divided, as it has decided
   */
  public record Status(
      String name, GroupConfig.Mode mode, String self, View view, List<Member> members) {

    /** This member. */
    public Member own() {
      return members.stream().filter(each -> each.id().equals(self)).findFirst().orElseThrow();
    }

    /** Who owns an asset; {@code null} where that is not known. */
    public @Nullable String owner(Asset asset) {
      return view.owner(View.key(mode, asset, ""));
    }
  }

  /** The group as it is now; for any thread. */
  public synchronized Status status() {
    long now = time.elapsedNs();
    List<Member> members = new ArrayList<>();
    members.add(own(now));
    for (String id : memory.known()) {
      Membership.Heard heard = membership.heard(id);
      members.add(
          heard == null ? Member.unheard(id) : Member.of(heard, membership.isThere(id, now), now));
    }
    members.sort((one, other) -> one.id().compareTo(other.id()));
    return new Status(config.name(), config.mode(), self, given, members);
  }

  private Member own(long now) {
    Presence said = membership.own();
    return new Member(
        self,
        membership.hearsItself(),
        said == null || said.well(),
        given.members(),
        membership.epoch(),
        membership.hasEcho() ? now - membership.echoedNs() : Member.NEVER,
        said == null ? Presence.UNKNOWN : said.mostBehindMs(),
        memory.sinceMs() == 0 ? 0 : Math.max(0, ms(time.wallNs()) - memory.sinceMs()));
  }

  /**
   * The receive time up to which the other members of a view have stored what goes one way.
   *
   * @param figures whether it is figures that go there
   */
  synchronized long othersStoredTo(View among, String way, boolean figures) {
    long storedTo = membership.storedTo(among, way, figures ? Way.FIGURES_SLACK_NS : 0);
    return figures && exchange != null ? exchange.storedTo(storedTo) : storedTo;
  }

  /** Whether this member hears itself, and so has received what came before. */
  public synchronized boolean hearsItself() {
    return membership.hearsItself();
  }

  /** The alarm for each member that is gone, and for this one where it cannot know. */
  public synchronized List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    long now = time.elapsedNs();
    if (!membership.hearsItself() && number > 0) {
      troubles.add(
          new Trouble(
              AlarmKind.GROUP_MEMBER_GONE,
              self,
              "this gateway does not hear itself at the broker of source "
                  + config.source()
                  + ", so it sends nothing to the stores"));
    }
    for (String id : memory.known()) {
      if (!membership.isThere(id, now) && membership.hearsItself()) {
        troubles.add(new Trouble(AlarmKind.GROUP_MEMBER_GONE, id, "not heard any more"));
      }
    }
    return troubles;
  }
}
