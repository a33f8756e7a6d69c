package io.weir.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.model.Value;
import io.weir.gateway.source.KnownSessions;
import io.weir.gateway.source.Passage;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntakeTotalsTest {

  private final MessageCodec codec = new MessageCodec();

  @Test
  void addsUpWhatEachSourceBroughtAndSurvivesItsSnapshot() {
    IntakeTotals ledger = SomeTotals.of(2);
    ledger.add(0, codec.encode(message("plant", 3, 1, 2, 0)));
    ledger.add(0, codec.encode(message("plant", 1, 0, 0, 4)));
    ledger.add(0, codec.encode(message("werk-süd", 2, 0, 0, 0)));

    assertThat(ledger.lines())
        .containsOnly(
            Map.entry("plant", new IntakeTotals.Line(11, 4, 1, 2, 4)),
            Map.entry("werk-süd", new IntakeTotals.Line(2, 2, 0, 0, 0)));
    for (IntakeTotals.Line line : ledger.lines().values()) {
      assertThat(line.received())
          .isEqualTo(line.appended() + line.filtered() + line.rejected() + line.refused());
    }

    IntakeTotals back = SomeTotals.of(2);
    back.restore(ledger.snapshot());
    assertThat(back.lines()).isEqualTo(ledger.lines());
    assertThat(back.redeliveries("plant").marks())
        .hasSize(1)
        .isEqualTo(ledger.redeliveries("plant").marks());
    assertThat(back.receiveTimes().toNumbers()).isEqualTo(ledger.receiveTimes().toNumbers());
    assertThat(back.receiveTimes().last()).isEqualTo(1);
    back.restore(new byte[0]);
    assertThat(back.lines()).isEmpty();
  }

  @Test
  void theSessionsOfSendersSurviveWithWhatTheyHold() {
    IntakeTotals ledger = SomeTotals.of(2);
    note(ledger, SessionEvent.opened(1, "press-01", 3600));
    note(ledger, SessionEvent.opened(2, "säge", 0xFFFF_FFFFL));
    ledger.add(0, codec.encode(held(SessionEvent.held(1, 65_535, 3, true), 1)));
    ledger.add(0, codec.encode(held(SessionEvent.held(1, 7, -5, true), 0)));
    ledger.add(0, codec.encode(held(SessionEvent.held(1, 8, 4, true), 1)));
    ledger.add(0, codec.encode(held(SessionEvent.held(1, 9, 4, true), 0)));
    // the id of a refused one
    ledger.add(0, codec.encode(held(SessionEvent.held(1, 9, 6, true), 1)));
    // refused, but its sender is told of a success, so it is as one that was taken
    ledger.add(0, codec.encode(held(SessionEvent.held(1, 10, 8, false), 0)));
    note(ledger, SessionEvent.released(1, 8));
    note(ledger, SessionEvent.opened(3, "gone", 60));
    note(ledger, SessionEvent.ended(3));
    note(ledger, SessionEvent.released(3, 8));

    IntakeTotals back = SomeTotals.of(2);
    back.restore(ledger.snapshot());

    for (IntakeTotals each : List.of(ledger, back)) {
      KnownSessions known = each.sessions("direct");
      assertThat(known.last()).isEqualTo(3);
      assertThat(known.open())
          .containsExactly(
              new KnownSessions.Session(
                  1, "press-01", 3600, Map.of(65_535, 3L, 9, 6L, 10, 8L), Map.of(7, -5L)),
              new KnownSessions.Session(2, "säge", 0xFFFF_FFFFL, Map.of(), Map.of()));
      assertThat(each.sessions("another")).isEqualTo(KnownSessions.NONE);
      assertThat(each.lines().get("direct").received()).isEqualTo(6);
    }
  }

  @Test
  void whatAnEarlierVersionHeldHasNoHash() {
    SenderSessions sessions = new SenderSessions();
    MessageCodec.Counts taken =
        codec.counts(codec.encode(held(SessionEvent.held(1, 8, 4, true), 1)));
    sessions.add(SessionEvent.opened(1, "c", 60), taken);
    sessions.add(SessionEvent.held(1, 8, 4, true), taken);
    ByteBuffer bytes = ByteBuffer.allocate(sessions.bytes(false));
    sessions.write(bytes, false);
    assertThat(bytes.remaining()).isZero();
    SenderSessions back = new SenderSessions();
    back.read(bytes.flip(), false);
    assertThat(back.known().open())
        .containsExactly(
            new KnownSessions.Session(
                1, "c", 60, Map.of(8, KnownSessions.Session.UNKNOWN), Map.of()));
  }

  @Test
  void whereNoSessionHoldsAnythingAVersionBeforeCanReadTheSnapshot() {
    IntakeTotals ledger = SomeTotals.of(2);
    note(ledger, SessionEvent.opened(1, "c", 60));
    assertThat(ledger.snapshot()[0]).isEqualTo((byte) 4);
    ledger.add(0, codec.encode(held(SessionEvent.held(1, 8, 4, true), 1)));
    assertThat(ledger.snapshot()[0]).isEqualTo((byte) 8);
    note(ledger, SessionEvent.released(1, 8));
    assertThat(ledger.snapshot()[0]).isEqualTo((byte) 4);
  }

  @Test
  void withoutSessionsAVersionBeforeCanReadTheSnapshot() {
    IntakeTotals ledger = SomeTotals.of(2);
    ledger.add(0, codec.encode(message("plant", 3, 1, 2, 0)));
    assertThat(ledger.snapshot()[0]).isEqualTo((byte) 3);
  }

  @Test
  void theMarksOfStreamsSurviveUpToTwiceTheBound() {
    IntakeTotals ledger = SomeTotals.of(2);
    for (long mark = 1; mark <= 6; mark++) {
      ledger.add(0, codec.encode(held(SessionEvent.read(mark), 1)));
    }
    ledger.add(0, codec.encode(held(SessionEvent.read(5), 0))); // read again
    assertThat(ledger.snapshot()[0]).isEqualTo((byte) 5);

    IntakeTotals back = SomeTotals.of(2);
    back.restore(ledger.snapshot());

    for (IntakeTotals each : List.of(ledger, back)) {
      assertThat(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L))
          .extracting(each.stream("direct")::isRepeated)
          .containsExactly(false, false, true, true, true, true, false);
      assertThat(each.sessions("direct")).isEqualTo(KnownSessions.NONE);
      assertThat(each.lines().get("direct").received()).isEqualTo(7);
    }
    assertThat(back.snapshot()).isEqualTo(ledger.snapshot());
    back.add(0, codec.encode(held(SessionEvent.read(7), 1)));
    assertThat(back.stream("direct").isRepeated(3)).isFalse();
    assertThat(back.stream("direct").isRepeated(7)).isTrue();
  }

  @Test
  void rowsOfOtherGatewaysAreKnownAfterwards() {
    IntakeTotals ledger = SomeTotals.of(2);
    for (int i = 0; i < 600; i++) {
      ledger.add(0, codec.encode(held(SessionEvent.passed("edge/a/readings", i, 2, -i, 77), 1)));
    }
    ledger.passed("direct").beginBatch(place("a", 600, 0, 0));
    assertThat(ledger.snapshot()[0]).isEqualTo((byte) 6);

    IntakeTotals back = SomeTotals.of(2);
    back.restore(ledger.snapshot());

    for (IntakeTotals each : List.of(ledger, back)) {
      PassedMarks marks = each.passed("direct");
      assertThat(marks.known(place("a", 599, 2, -599), false)).isEqualTo(Passage.Known.REPEATED);
      assertThat(marks.known(place("a", 400, 2, -400), false)).isEqualTo(Passage.Known.REPEATED);
      assertThat(marks.known(place("a", 599, 2, 5), false)).isEqualTo(Passage.Known.DOUBTFUL);
      assertThat(marks.known(place("a", 400, 1, -400), false)).isEqualTo(Passage.Known.DOUBTFUL);
      assertThat(marks.known(place("a", 599, 3, 5), false)).isEqualTo(Passage.Known.NEW);
      assertThat(marks.known(place("b", 1, 0, -1), false)).isEqualTo(Passage.Known.NEW);
      assertThat(each.lines().get("direct").received()).isEqualTo(600);
    }
    assertThat(back.snapshot()).isEqualTo(ledger.snapshot());
    // of those far before the last batch, only the log's own tail has the hashes
    assertThat(ledger.passed("direct").known(place("a", 3, 2, -3), false))
        .isEqualTo(Passage.Known.REPEATED);
    assertThat(back.passed("direct").known(place("a", 3, 2, -3), false))
        .isEqualTo(Passage.Known.FORGOTTEN);
  }

  @Test
  void rowsBeforeTheirTurnAreKnownInRangesOfTheirOwn() {
    IntakeTotals ledger = SomeTotals.of(2);
    passed(ledger, place("a", 10, 0, 1));
    passed(ledger, ahead(50, 55, 0, 2));
    passed(ledger, ahead(50, 60, 3, 3));
    passed(ledger, ahead(80, 80, 0, 4));
    assertThat(ledger.snapshot()[0]).isEqualTo((byte) 7);
    IntakeTotals back = SomeTotals.of(2);
    back.restore(ledger.snapshot());
    assertThat(back.snapshot()).isEqualTo(ledger.snapshot());

    for (IntakeTotals each : List.of(ledger, back)) {
      PassedMarks marks = each.passed("direct");
      assertThat(marks.known(place("a", 11, 0, 9), false)).isEqualTo(Passage.Known.NEW);
      assertThat(marks.known(place("a", 49, 9, 9), false)).isEqualTo(Passage.Known.NEW);
      assertThat(marks.known(place("a", 55, 0, 2), false)).isEqualTo(Passage.Known.REPEATED);
      assertThat(marks.known(place("a", 55, 0, 2), true)).isEqualTo(Passage.Known.NEW);
      assertThat(marks.known(place("a", 50, 0, 9), false)).isEqualTo(Passage.Known.DOUBTFUL);
      assertThat(marks.known(place("a", 60, 3, 9), false)).isEqualTo(Passage.Known.DOUBTFUL);
      assertThat(marks.known(place("a", 60, 4, 9), false)).isEqualTo(Passage.Known.NEW);
      assertThat(marks.known(ahead(50, 70, 0, 9), false)).isEqualTo(Passage.Known.NEW);
      assertThat(marks.known(ahead(50, 81, 0, 9), false)).isEqualTo(Passage.Known.DOUBTFUL);
      assertThat(marks.known(ahead(90, 91, 0, 9), false)).isEqualTo(Passage.Known.NEW);
      assertThat(marks.known(ahead(5, 9, 0, 9), false)).isEqualTo(Passage.Known.DOUBTFUL);

      passed(each, place("a", 61, 0, 5)); // in turn: the ranges below are a part of the first one
      assertThat(marks.known(place("a", 12, 0, 9), false)).isEqualTo(Passage.Known.DOUBTFUL);
      assertThat(marks.known(place("a", 55, 0, 2), true)).isEqualTo(Passage.Known.REPEATED);
      assertThat(marks.known(place("a", 80, 0, 9), false)).isEqualTo(Passage.Known.DOUBTFUL);
      passed(each, place("a", 81, 0, 6));
      assertThat(each.snapshot()[0]).as("an earlier version reads it").isEqualTo((byte) 6);
    }
  }

  @Test
  void rangesBeforeTheirTurnAreBounded() {
    IntakeTotals ledger = SomeTotals.of(2);
    for (int i = 0; i < PassedMarks.MOST_RANGES; i++) {
      passed(ledger, ahead(10L * i + 10, 10L * i + 12, 0, i));
    }
    PassedMarks marks = ledger.passed("direct");
    long above = 10L * PassedMarks.MOST_RANGES + 100;
    assertThat(marks.known(ahead(above, above, 0, 7), false)).isEqualTo(Passage.Known.CROWDED);
    assertThat(marks.known(ahead(10, 13, 0, 7), false)).isEqualTo(Passage.Known.NEW);
    assertThat(marks.known(place("a", above, 0, 7), false)).isEqualTo(Passage.Known.NEW);
    passed(ledger, place("a", 14, 0, 8));
    assertThat(marks.known(ahead(above, above, 0, 7), false)).isEqualTo(Passage.Known.NEW);
  }

  @Test
  void whatWasNotStoredLeavesNoRange() {
    PassedMarks marks = SomeTotals.of(2).passed("direct");
    marks.begin(ahead(50, 55, 0, 2));
    assertThat(marks.known(ahead(50, 55, 0, 2), false)).isEqualTo(Passage.Known.UNDER_WAY);
    assertThat(marks.known(place("a", 54, 0, 9), false)).isEqualTo(Passage.Known.DOUBTFUL);
    marks.undo(ahead(50, 55, 0, 2));
    assertThat(marks.known(place("a", 54, 0, 9), false)).isEqualTo(Passage.Known.NEW);
    assertThat(marks.isAnyAhead()).isFalse();
  }

  /** The marks that go are those of the range that has most: the backlog's stay. */
  @Test
  void manyRowsBeforeTheirTurnDoNotPushOutThoseOfTheBacklog() {
    PassedMarks marks = SomeTotals.of(2).passed("direct");
    for (int i = 0; i < 100; i++) {
      marks.keep(place("a", i, 0, i));
    }
    for (int i = 0; i < 200_000; i++) {
      marks.keep(ahead(1_000, 1_000 + i, 0, i));
    }
    for (int i = 100; i < 200; i++) {
      marks.keep(place("a", i, 0, i));
    }
    assertThat(marks.known(place("a", 5, 0, 5), false)).isEqualTo(Passage.Known.REPEATED);
    assertThat(marks.known(place("a", 150, 0, 150), false)).isEqualTo(Passage.Known.REPEATED);
    assertThat(marks.known(ahead(1_000, 200_999, 0, 199_999), false))
        .isEqualTo(Passage.Known.REPEATED);
    assertThat(marks.known(ahead(1_000, 1_000, 0, 0), false)).isEqualTo(Passage.Known.DOUBTFUL);
  }

  private void passed(IntakeTotals ledger, Passage.Place at) {
    SessionEvent event =
        at.isAhead()
            ? SessionEvent.passedAhead(at.log(), at.offset(), at.index(), at.hash(), 77, at.since())
            : SessionEvent.passed(at.log(), at.offset(), at.index(), at.hash(), 77);
    ledger.add(0, codec.encode(held(event, 1)));
  }

  private static Passage.Place ahead(long since, long offset, int index, long hash) {
    return new Passage.Place("edge/a/readings", offset, index, hash, since);
  }

  private static Passage.Place place(String incarnation, long offset, int index, long hash) {
    return new Passage.Place("edge/" + incarnation + "/readings", offset, index, hash);
  }

  private void note(IntakeTotals ledger, SessionEvent event) {
    ledger.add(0, codec.encode(Message.ofSession("direct", 5, event)));
  }

  private static Message held(SessionEvent event, int appended) {
    Message one = message("direct", appended, 0, 1 - appended, 0);
    return new Message(
        one.source(),
        one.topic(),
        one.receiveTimeNs(),
        0,
        false,
        0,
        false,
        0,
        one.received(),
        0,
        0,
        one.readings(),
        one.rejected(),
        one.payload(),
        false,
        List.of(),
        event);
  }

  @Test
  void aSnapshotOfFormat1KeepsItsCountsAndLeavesItsMarksOut() {
    byte[] written =
        HexFormat.of()
            .parseHex(
                "01"
                    + "01000000"
                    + "05000000"
                    + "706c616e74"
                    + "0b00000000000000"
                    + "0400000000000000"
                    + "0100000000000000"
                    + "0200000000000000"
                    + "0400000000000000"
                    + "01000000"
                    + "8877665544332211");
    IntakeTotals ledger = SomeTotals.of(2);
    ledger.restore(written);
    assertThat(ledger.lines())
        .containsOnly(Map.entry("plant", new IntakeTotals.Line(11, 4, 1, 2, 4)));
    assertThat(ledger.redeliveries("plant").marks()).isEmpty();
  }

  @Test
  void aSnapshotOfFormat2KeepsItsReceiveTimes() {
    String times = "0300000000000000" + "0100000000000000" + "0200000000000000";
    IntakeTotals ledger = SomeTotals.of(2);
    ledger.restore(HexFormat.of().parseHex("02" + "03000000" + times + "00000000"));
    assertThat(ledger.receiveTimes().toNumbers()).containsExactly(3, 1, 1, 2);
  }

  @Test
  void aReplayedMessageSaysNothingOfTheClock() {
    IntakeTotals ledger = SomeTotals.of(2);
    ledger.add(0, codec.encode(message("replay", 1, 0, 0, 0)));
    assertThat(ledger.receiveTimes().last()).isZero();
  }

  private static Message message(
      String source, int appended, int filtered, int rejected, int refused) {
    Series series = new Series("telemetry", Asset.NONE, Map.of());
    Reading reading =
        new Reading(series, "temperature", new Value.Real(20.5), 1, Quality.GOOD, null);
    return new Message(
        source,
        "a/b",
        1,
        7,
        70,
        appended + filtered + rejected,
        filtered,
        refused,
        Collections.nCopies(appended, reading),
        Collections.nCopies(rejected, new Rejected(Reason.BAD_VALUE, "is NaN")),
        new byte[0]);
  }
}
