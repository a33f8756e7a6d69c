package io.weir.gateway.bench.scale;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way from devices over gateways, brokers and central gateways into stores, by
 * discrete events: no socket, no thread, no clock; the same seed gives the same run. Shows how far
 * the stores are behind, and what the levels hold, while one level takes nothing and after it.
 *
 * <p>A batch is what a drain sends at once. It leaves a level when the next one has it, as in the
 * gateway. Where the next level is away, a batch is tried again with growing pauses. Times of
 * batches vary at random. What is not in it: single machines and their order, bytes on the wire,
 * and machines that slow each other down.
 */
final class PlantSimulation {

  private static final long SECOND = 1_000_000_000L;
  private static final long ARRIVAL_NS = SECOND / 5;
  private static final long ROUND_TRIP_NS = SECOND / 50;
  private static final long MOST_IN_BATCH = 5_000;
  private static final long FIRST_PAUSE_NS = SECOND;
  private static final long LONGEST_PAUSE_NS = 30 * SECOND;

  /** This far behind is as good as not behind. */
  private static final long CURRENT_NS = 5 * SECOND;

  /**
   * What a run showed.
   *
   * @param sent rows of devices
   * @param stored rows in the stores
   * @param held rows that were still on their way at the end
   * @param behindBefore the most that the stores were behind before the outage
   * @param behindMost the same in the whole run
   * @param current how long after the end of the outage the stores were no longer behind; {@code
   *     null} if they were to the end
   * @param most for each level, the most rows that one of its queues held
   * @param events that were played
   */
  record Result(
      long sent,
      long stored,
      long held,
      Duration behindBefore,
      Duration behindMost,
      @Nullable Duration current,
      long[] most,
      long events) {}

  /**
   * Something that happens at an instant; those of one instant in the order in which they were
   * added.
   */
  private record Event(long atNs, long number, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int order = Long.compare(atNs, other.atNs);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  private final Plan plan;
  private final Random random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<Station> edges = new ArrayList<>();
  private final List<Station> partitions = new ArrayList<>();
  private final List<Station> centrals = new ArrayList<>();

  /**
   * The level that takes nothing between two instants: of EDGE the brokers, of CENTRAL the stores.
   */
  private final Level away;

  private final long fromNs;
  private final long toNs;
  private final long endNs;

  private long nowNs;
  private long numbers;
  private long played;
  private long sent;
  private long stored;
  private long behindBeforeNs;
  private long behindMostNs;
  private long currentSinceNs = -1;

  /**
   * @param away the level whose rows go nowhere during the outage
   * @param from begin of the outage
   * @param outage how long it takes
   * @param end of the run
   */
  PlantSimulation(Plan plan, Level away, Duration from, Duration outage, Duration end, long seed) {
    this.plan = plan;
    this.away = away;
    fromNs = from.toNanos();
    toNs = fromNs + outage.toNanos();
    endNs = end.toNanos();
    random = new Random(seed);
    for (int i = 0; i < plan.edges(); i++) {
      double share = (double) plan.brokers() * plan.brokerRows() / plan.edges();
      edges.add(new Station(Level.EDGE, Math.min(plan.edgeRows(), share)));
    }
    for (int i = 0; i < plan.centrals(); i++) {
      partitions.add(new Station(Level.BROKER, plan.centralRows()));
    }
    for (int i = 0; i < plan.stores(); i++) {
      centrals.add(new Station(Level.CENTRAL, plan.storeRows()));
    }
  }

  Result run() {
    for (int i = 0; i < edges.size(); i++) {
      Station edge = edges.get(i);
      at(ARRIVAL_NS * i / edges.size(), () -> arrive(edge));
    }
    at(SECOND, this::look);
    while (!events.isEmpty() && events.peek().atNs <= endNs) {
      Event next = events.remove();
      nowNs = next.atNs;
      played++;
      next.what.run();
    }
    long held = 0;
    long[] most = new long[Level.values().length];
    for (List<Station> level : List.of(edges, partitions, centrals)) {
      for (Station station : level) {
        held += station.rows();
        most[station.level.ordinal()] = Math.max(most[station.level.ordinal()], station.most());
      }
    }
    Duration current = currentSinceNs < 0 ? null : Duration.ofNanos(currentSinceNs - toNs);
    return new Result(
        sent,
        stored,
        held,
        Duration.ofNanos(behindBeforeNs),
        Duration.ofNanos(behindMostNs),
        current,
        most,
        played);
  }

  private void at(long ns, Runnable what) {
    events.add(new Event(ns, numbers++, what));
  }

  private void arrive(Station edge) {
    double mean = plan.rows() / edges.size() * ARRIVAL_NS / SECOND;
    long rows = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
    sent += rows;
    if (rows > 0) {
      edge.add(nowNs, rows);
      send(edge, 0);
    }
    at(nowNs + ARRIVAL_NS, () -> arrive(edge));
  }

  /** Begins a batch, unless one is under way or there is nothing. */
  private void send(Station station, int failures) {
    if (station.isBusy() || station.rows() == 0) {
      return;
    }
    station.busy(true);
    if (station.level == away && nowNs >= fromNs && nowNs < toNs) {
      long pause = Math.min(LONGEST_PAUSE_NS, FIRST_PAUSE_NS << Math.min(failures, 5));
      at(
          nowNs + Math.round(pause * (0.5 + 0.5 * random.nextDouble())),
          () -> again(station, failures));
      return;
    }
    long rows = station.batch(MOST_IN_BATCH);
    double work = rows * station.nsOfRow * (0.5 + random.nextDouble());
    // The next batch is made while this one is on its way, so a round trip counts only where the
    // work is shorter than it.
    at(nowNs + Math.max(ROUND_TRIP_NS, Math.round(work)), () -> confirm(station, rows));
  }

  private void again(Station station, int failures) {
    station.busy(false);
    send(station, failures + 1);
  }

  /** The next level has the batch; or, if it went away meanwhile, it has not. */
  private void confirm(Station station, long rows) {
    station.busy(false);
    if (station.level == away && nowNs >= fromNs && nowNs < toNs) {
      send(station, 0);
      return;
    }
    switch (station.level) {
      case EDGE -> forward(station, rows, partitions.get(random.nextInt(partitions.size())));
      case BROKER -> forward(station, rows, centrals.get(random.nextInt(centrals.size())));
      case CENTRAL -> station.moveTo((bornNs, count) -> stored += count, rows);
    }
    send(station, 0);
  }

  private void forward(Station from, long rows, Station to) {
    from.moveTo(to::add, rows);
    send(to, 0);
  }

  /** How far the stores are behind. */
  private void look() {
    long oldest = Long.MAX_VALUE;
    for (List<Station> level : List.of(edges, partitions, centrals)) {
      for (Station station : level) {
        oldest = Math.min(oldest, station.oldestNs());
      }
    }
    long behind = oldest == Long.MAX_VALUE ? 0 : nowNs - oldest;
    behindMostNs = Math.max(behindMostNs, behind);
    if (nowNs < fromNs) {
      behindBeforeNs = Math.max(behindBeforeNs, behind);
    } else if (nowNs >= toNs) {
      if (behind > CURRENT_NS) {
        currentSinceNs = -1;
      } else if (currentSinceNs < 0) {
        currentSinceNs = nowNs;
      }
    }
    at(nowNs + SECOND, this::look);
  }
}
