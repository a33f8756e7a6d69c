package io.weir.gateway.notify;

import io.weir.gateway.log.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fold from causes to events. Every instant is given, by the wall clock, since what is kept
 * outlives the process; a clock that is set back makes a wait longer by as much, never an event
 * twice. Shared by threads under its own lock, which is held for work in memory only.
 */
final class Notices {

  /** So often within an hour a cause may begin; then it counts as flapping. */
  static final int BEGINS_OF_FLAPPING = 4;

  /** A cause that has not changed for so long flaps no more. */
  static final long CALM_NS = Duration.ofMinutes(30).toNanos();

  static final long HOUR_NS = Duration.ofHours(1).toNanos();

  /** Older news is none. */
  static final long OLDEST_NS = Duration.ofDays(7).toNanos();

  /** Causes known at once; more would be a defect of a rule. */
  static final int MOST_OPEN = 10_000;

  private final List<Rule> rules;
  final List<Open> open = new ArrayList<>();
  final Map<String, Queue> queues = new LinkedHashMap<>();
  long lastNumber;

  /**
   * @param outlets their names
   */
  Notices(List<Rule> rules, List<String> outlets) {
    this.rules = rules;
    outlets.forEach(name -> queues.put(name, new Queue()));
  }

  /**
   * Takes what holds now.
   *
   * @param settled whether what is absent has ended; not right after a start, when parts have not
   *     yet said what is wrong
   * @return whether something changed that must be kept before anything is sent
   */
  synchronized boolean update(Causes causes, long nowNs, boolean settled) {
    boolean changed = false;
    open.forEach(each -> each.isNow(nowNs));
    queues.values().forEach(each -> each.isNow(nowNs));
    for (Rule rule : rules) {
      List<Cause> found = causes.of(rule);
      if (found != null) {
        changed |= update(rule, found.stream().filter(rule::fits).toList(), causes, nowNs, settled);
      }
    }
    for (Queue queue : queues.values()) {
      changed |= queue.dropBefore(nowNs - OLDEST_NS);
    }
    return changed
        | open.removeIf(each -> rules.stream().noneMatch(r -> r.name().equals(each.rule)));
  }

  private boolean update(Rule rule, List<Cause> found, Causes causes, long nowNs, boolean settled) {
    boolean changed = false;
    for (Cause cause : found) {
      Open known = find(rule.name(), cause);
      if (known == null && open.size() < MOST_OPEN) {
        known = new Open("n" + ++lastNumber, rule.name(), cause);
        open.add(known);
      }
      if (known != null) {
        changed |= holds(rule, known, cause, causes.shifts(cause.asset()), nowNs);
      }
    }
    for (Iterator<Open> all = open.iterator(); settled && all.hasNext(); ) {
      Open each = all.next();
      if (each.rule.equals(rule.name())
          && found.stream().noneMatch(c -> each.isOf(rule.name(), c))) {
        changed |= ended(rule, each, causes.shifts(each.cause.asset()), nowNs);
        if (!each.sent && each.begins.isEmpty() && !each.flapping) {
          all.remove();
        }
      }
    }
    return changed;
  }

  private @Nullable Open find(String rule, Cause cause) {
    return open.stream().filter(each -> each.isOf(rule, cause)).findFirst().orElse(null);
  }

  // ---- A cause that holds

  private boolean holds(Rule rule, Open known, Cause cause, Set<String> shifts, long nowNs) {
    boolean again = !known.raised;
    long since = again || !known.sent ? Math.min(cause.sinceNs(), nowNs) : known.cause.sinceNs();
    if (!again && !known.sent) {
      since = Math.min(since, known.cause.sinceNs()); // a restart may not know how long it held
    }
    known.cause = cause.since(since);
    known.isOfPath = false;
    known.raised = true;
    forgetBegins(known, nowNs);
    if (known.flapping) {
      return again ? turned(known, nowNs) : calmed(rule, known, nowNs);
    }
    if (again && known.sent) {
      return true; // its end was not sent yet, so nothing has changed for anyone
    }
    boolean isOpen = rule.during().isOpen(Time.instant(nowNs), shifts);
    if (!known.sent) {
      return isOpen && nowNs - since >= rule.holds().toNanos() && begin(rule, known, nowNs);
    }
    long repeatNs = rule.repeat().toNanos();
    if (isOpen && repeatNs > 0 && known.acknowledged == null && nowNs - known.newsNs >= repeatNs) {
      say(rule, known, Event.Type.REPEATED, nowNs);
      return true;
    }
    return false;
  }

  private boolean begin(Rule rule, Open known, long nowNs) {
    known.begins.add(nowNs);
    known.flapping = known.begins.size() >= BEGINS_OF_FLAPPING;
    known.sent = true;
    say(rule, known, known.flapping ? Event.Type.FLAPPING : Event.Type.RAISED, nowNs);
    return true;
  }

  // ---- A cause that ended

  private boolean ended(Rule rule, Open known, Set<String> shifts, long nowNs) {
    boolean turned = known.raised;
    known.raised = false;
    forgetBegins(known, nowNs);
    if (known.flapping) {
      return turned ? turned(known, nowNs) : calmed(rule, known, nowNs);
    }
    if (!known.sent || !rule.during().isOpen(Time.instant(nowNs), shifts)) {
      return turned && known.sent;
    }
    end(rule, known, nowNs);
    return true;
  }

  private void end(Rule rule, Open known, long nowNs) {
    say(rule, known, Event.Type.CLEARED, nowNs);
    known.sent = false;
    known.acknowledged = null;
  }

  // ---- A cause that comes and goes

  private static boolean turned(Open known, long nowNs) {
    known.newsNs = nowNs;
    return true;
  }

  private boolean calmed(Rule rule, Open known, long nowNs) {
    if (nowNs - known.newsNs < CALM_NS) {
      return false;
    }
    known.flapping = false;
    known.begins.clear();
    if (known.raised) {
      say(rule, known, Event.Type.REPEATED, nowNs);
    } else {
      end(rule, known, nowNs);
    }
    return true;
  }

  private static void forgetBegins(Open known, long nowNs) {
    known.begins.removeIf(at -> nowNs - at >= HOUR_NS);
  }

  private void say(Rule rule, Open known, Event.Type type, long nowNs) {
    known.newsNs = nowNs;
    for (String outlet : rule.to()) {
      Queue queue = queues.get(outlet);
      if (queue != null) {
        queue.add(new Event(++lastNumber, type, known.id, known.cause, nowNs));
      }
    }
  }

  // ---- What is sent

  /**
   * All that waits for an outlet, if something is to be sent now.
   *
   * @return {@code null} while there is nothing, more may come that goes in the same message, or
   *     the messages of this hour are used up
   */
  synchronized @Nullable Batch due(String outlet, OutletCommon limits, long nowNs) {
    Queue queue = queues.get(outlet);
    if (queue == null || queue.events.isEmpty()) {
      return null;
    }
    queue.delivered.removeIf(at -> nowNs - at >= HOUR_NS);
    long waits = nowNs - queue.events.getFirst().atNs();
    boolean gathered = waits < 0 || waits >= limits.gather().toNanos();
    return gathered && queue.delivered.size() < limits.maxPerHour()
        ? new Batch(List.copyOf(queue.events), queue.omitted)
        : null;
  }

  /** The receiver has taken it. */
  synchronized void delivered(String outlet, Batch batch, long nowNs) {
    Queue queue = queues.get(outlet);
    if (queue != null) {
      queue.events.removeIf(event -> event.number() <= batch.lastNumber());
      queue.omitted = Math.max(0, queue.omitted - batch.omitted());
      queue.delivered.add(nowNs);
    }
  }

  /** How many events wait for an outlet. */
  synchronized int waiting(String outlet) {
    Queue queue = queues.get(outlet);
    return queue == null ? 0 : queue.events.size();
  }

  /** Events of an outlet that were left out, and no message has said so yet. */
  synchronized long omitted(String outlet) {
    Queue queue = queues.get(outlet);
    return queue == null ? 0 : queue.omitted;
  }

  // ---- What people do

  /** Those that were sent and have not ended, or flap; the oldest first. */
  synchronized List<OpenNotice> notices() {
    return open.stream().filter(each -> each.sent || each.flapping).map(OpenNotice::of).toList();
  }

  /**
   * Ends the repeats of one.
   *
   * @return {@code null} if there is none of that id
   */
  synchronized @Nullable OpenNotice acknowledge(String id, String who, String comment, long nowNs) {
    for (Open each : open) {
      if (each.id.equals(id) && (each.sent || each.flapping)) {
        each.acknowledged = new Open.Acknowledgement(who, comment, nowNs);
        return OpenNotice.of(each);
      }
    }
    return null;
  }
}
