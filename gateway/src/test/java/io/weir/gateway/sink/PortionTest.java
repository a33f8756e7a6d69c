package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.model.Series;
import io.weir.gateway.sink.Sink.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A drain that sends a part of its log, and keeps the rest until others have stored it. */
class PortionTest {

  private static final int STEPS = 400;

  /** Later than all that the feed of the test has. */
  private static final long NOW = 1_800_000_000_000_000_000L;

  private final MemoryFeed feed = new MemoryFeed();
  private final StepTime time = new StepTime();
  private final List<String> written = new ArrayList<>();
  private boolean isUp = true;
  private final Given given = new Given();
  private final Drain drain =
      new Drain(
          Bench.config("history", 5_000, 0),
          new Store(),
          "readings",
          feed,
          new MemoryRejects(),
          time,
          Bench.COMMIT_EVERY,
          new SimpleMeterRegistry(),
          given,
          new StoreProof());

  private record Of(Set<String> machines) implements Portion.Share {
    @Override
    public boolean isOurs(String source, Series series, long timeNs, long receiveTimeNs) {
      return machines.contains(series.asset().machine());
    }
  }

  private static final class Given implements Portion {
    Share share = new Of(Set.of("a"));
    long othersStoredTo = NOTHING;
    long settledTo = NOTHING;
    long offset;
    int passedOver;

    @Override
    public Share share() {
      return share;
    }

    @Override
    public long othersStoredTo(Share held) {
      return held == share ? othersStoredTo : NOTHING;
    }

    @Override
    public long completeToNs() {
      return NOW;
    }

    @Override
    public void settled(Share held, long below, long receiveTimeNs) {
      if (held == share) {
        offset = below;
        settledTo = receiveTimeNs;
      }
    }

    @Override
    public void passedOver(int readings) {
      passedOver += readings;
    }
  }

  private final class Store implements LineSink {
    @Override
    public String name() {
      return "history";
    }

    @Override
    public Dialect dialect() {
      return new Dialect(SinkConfig.Precision.NS, true, false);
    }

    @Override
    public Answer write(LineTexts lines) {
      if (!isUp) {
        return new Answer.Down("the store is down");
      }
      written.addAll(lines);
      return new Answer.Stored();
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private void feed(String... machines) {
    for (String each : machines) {
      feed.add(reading(each, "t", 1, feed.offered()));
    }
  }

  private void steps() {
    for (int i = 0; i < STEPS; i++) {
      time.advance(Math.max(drain.step(), 1_000));
    }
  }

  private List<String> machines() {
    return written.stream().map(line -> line.replaceAll(".*machine=(\\w+) .*", "$1")).toList();
  }

  @Test
  void whatIsOfOthersIsKeptUntilTheyHaveStoredIt() {
    feed("a", "b", "a", "b");
    steps();
    assertThat(machines()).containsExactly("a", "a");
    assertThat(given.offset).isPositive();
    assertThat(given.settledTo).as("all that was received is settled").isEqualTo(NOW);
    assertThat(given.passedOver).isEqualTo(2);
    assertThat(feed.committed()).isZero();
    assertThat(drain.balance().unexplained()).isZero();

    given.othersStoredTo = Long.MAX_VALUE - 1;
    steps();
    assertThat(feed.committed()).isEqualTo(given.offset);
    assertThat(drain.ledger()).isEqualTo(new SinkTotals(2, 0, 2, 0, 0));
    assertThat(machines()).hasSize(2);
  }

  @Test
  void whatIsTakenOverIsSentFromTheCommittedPositionOn() {
    feed("a", "b");
    given.othersStoredTo = Long.MAX_VALUE - 1;
    steps();
    given.othersStoredTo = Portion.NOTHING;
    feed("a", "b", "b");
    steps();
    assertThat(machines()).containsExactly("a", "a");

    given.share = new Of(Set.of("a", "b"));
    given.othersStoredTo = Portion.ALL;
    steps();
    assertThat(machines()).containsExactly("a", "a", "a", "b", "b");
    assertThat(feed.committed()).isEqualTo(given.offset);
    assertThat(drain.ledger()).isEqualTo(new SinkTotals(4, 0, 1, 0, 0));
    assertThat(drain.balance().unexplained()).isZero();
  }

  @Test
  void whatWaitsForAStoreIsNotSentOnceItIsOfAnother() {
    isUp = false;
    feed("a", "a");
    steps();
    given.share = new Of(Set.of());
    steps();
    isUp = true;
    steps();
    assertThat(written).isEmpty();
    assertThat(feed.committed()).as("the other one may be gone before it is stored").isZero();
    given.share = new Of(Set.of("a"));
    steps();
    assertThat(machines()).containsExactly("a", "a");
  }
}
