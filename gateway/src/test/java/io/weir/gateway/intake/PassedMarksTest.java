package io.weir.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.Passage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/**
 * What is remembered of rows of other gateways: where one of them wants the others forgotten, and
 * where batches come again of which only a part was stored.
 */
class PassedMarksTest {

  private final PassedMarks marks = new PassedMarks();

  private static Passage.Place row(String log) {
    return new Passage.Place(log, 5, 0, 77);
  }

  @Test
  void aGatewayThatNamesItsLogsAnewWithoutEndTakesNoRoomOfOthers() {
    marks.keep(row("quiet/one/readings"));
    for (int i = 0; i < 2000; i++) {
      marks.keep(row("hostile/" + i + "/readings"));
    }

    assertThat(marks.known(row("quiet/one/readings"), false)).isEqualTo(Passage.Known.REPEATED);
    assertThat(marks.known(row("hostile/1999/readings"), false)).isEqualTo(Passage.Known.REPEATED);
    assertThat(marks.known(row("hostile/0/readings"), false)).isEqualTo(Passage.Known.NEW);
  }

  @Test
  void whereAllHaveAsManyTheQuietestIsForgotten() {
    for (int i = 0; i < 600; i++) {
      marks.keep(row("gateway-" + i + "/one/readings"));
    }

    assertThat(marks.known(row("gateway-599/one/readings"), false))
        .isEqualTo(Passage.Known.REPEATED);
    assertThat(marks.known(row("gateway-0/one/readings"), false)).isEqualTo(Passage.Known.NEW);
  }

  /** Row of the log of a gateway, in records of ten rows. */
  private static Passage.Place row(int gateway, int number, long since) {
    return new Passage.Place(
        "gateway-" + gateway + "/one/readings", number / 10, number % 10, 31L * number, since);
  }

  private void storesAPart(int gateway, int from, int to, long since) {
    marks.beginBatch(row(gateway, from, since));
    for (int number = from; number < to; number++) {
      assertThat(marks.known(row(gateway, number, since), false)).isEqualTo(Passage.Known.NEW);
      marks.begin(row(gateway, number, since));
      marks.keep(row(gateway, number, since));
    }
  }

  private void isKnown(int gateway, int from, int to, long since) {
    for (int number = from; number < to; number++) {
      assertThat(marks.known(row(gateway, number, since), false))
          .as("row %d of gateway %d", number, gateway)
          .isEqualTo(Passage.Known.REPEATED);
    }
  }

  private void startAgain() {
    byte[] stored = marks.toBytes(true, Long.MAX_VALUE);
    marks.read(ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN), true);
  }

  /** A full log takes a part of a batch, and is then started with more room. */
  @Test
  void ofABatchThatIsStoredInPartEachRowIsKnownAfterAStart() {
    storesAPart(1, 0, 4_990, Passage.Place.IN_TURN);
    storesAPart(1, 4_990, 9_000, Passage.Place.IN_TURN);
    storesAPart(1, 20_000, 24_000, 2_000);
    startAgain();

    isKnown(1, 4_990, 9_000, Passage.Place.IN_TURN);
    isKnown(1, 20_000, 24_000, 2_000);
    marks.beginBatch(row(1, 4_990, Passage.Place.IN_TURN));
    startAgain();
    isKnown(1, 4_990, 9_000, Passage.Place.IN_TURN);
  }

  /** The sender's cursor is behind the last batch that ended with a record. */
  @Test
  void batchesThatBeginWithinARecordAreKnownWithThoseBefore() {
    storesAPart(1, 0, 4_000, Passage.Place.IN_TURN);
    storesAPart(1, 4_000, 8_995, Passage.Place.IN_TURN);
    storesAPart(1, 8_995, 13_998, Passage.Place.IN_TURN);
    storesAPart(1, 13_998, 16_000, Passage.Place.IN_TURN);
    startAgain();

    isKnown(1, 4_000, 16_000, Passage.Place.IN_TURN);
    assertThat(marks.known(row(1, 3_998, Passage.Place.IN_TURN), false))
        .isEqualTo(Passage.Known.FORGOTTEN);
    isKnown(1, 3_999, 4_000, Passage.Place.IN_TURN); // the end of a batch
  }

  /** A sync that fails, or that a power cut tears, takes some rows of a batch and leaves others. */
  @Test
  void aRowOfTheLastBatchThatIsMissingIsNoForgottenOne() {
    storesAPart(1, 0, 1_000, Passage.Place.IN_TURN);
    storesAPart(1, 1_000, 1_500, Passage.Place.IN_TURN);
    marks.beginBatch(row(1, 1_500, Passage.Place.IN_TURN));
    for (int number = 1_500; number < 2_000; number++) {
      marks.begin(row(1, number, Passage.Place.IN_TURN));
      if (number == 1_700) {
        marks.undo(row(1, number, Passage.Place.IN_TURN));
      } else {
        marks.keep(row(1, number, Passage.Place.IN_TURN));
      }
    }
    for (int start = 0; start < 3; start++) {
      assertThat(marks.known(row(1, 1_700, Passage.Place.IN_TURN), false))
          .isEqualTo(Passage.Known.DOUBTFUL);
      startAgain();
      assertThat(marks.known(row(1, 500, Passage.Place.IN_TURN), false))
          .isEqualTo(Passage.Known.FORGOTTEN);
      isKnown(1, 999, 1_000, Passage.Place.IN_TURN);
    }
  }

  /** As where the receiver's folder was brought back: it misses what its sender is done with. */
  @Test
  void whatNeverCameIsNotForgotten() {
    storesAPart(1, 0, 1_000, Passage.Place.IN_TURN);
    storesAPart(1, 5_000, 5_500, Passage.Place.IN_TURN);
    for (int start = 0; start < 3; start++) {
      assertThat(marks.known(row(1, 3_000, Passage.Place.IN_TURN), false))
          .isEqualTo(Passage.Known.DOUBTFUL);
      startAgain();
    }
    assertThat(marks.known(row(1, 500, Passage.Place.IN_TURN), false))
        .isEqualTo(Passage.Known.FORGOTTEN);
  }

  /** What builds before the mark of forgotten rows wrote, of the one log that is known. */
  private static byte[] withoutForgotten(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
    int atCount = 4 + 4 + in.getInt(4) + 8 + 4;
    int atFirst = atCount + 4;
    assertThat(in.getInt(atFirst + 8)).as("the index of the first mark").isEqualTo(-1);
    ByteBuffer out = ByteBuffer.allocate(stored.length - 20).order(ByteOrder.LITTLE_ENDIAN);
    out.put(stored, 0, atCount).putInt(in.getInt(atCount) - 1);
    out.put(stored, atFirst + 20, stored.length - atFirst - 20);
    return out.array();
  }

  /** It does not say which rows are forgotten, so one without a mark may never have come. */
  @Test
  void whatAnEarlierBuildKeptHoldsAndNothingIsTakenForForgotten() {
    storesAPart(1, 0, 1_000, Passage.Place.IN_TURN);
    storesAPart(1, 1_000, 1_500, Passage.Place.IN_TURN);
    byte[] earlier = withoutForgotten(marks.toBytes(true, Long.MAX_VALUE));
    marks.read(ByteBuffer.wrap(earlier).order(ByteOrder.LITTLE_ENDIAN), true);

    for (int start = 0; start < 3; start++) {
      isKnown(1, 1_000, 1_500, Passage.Place.IN_TURN);
      assertThat(marks.known(row(1, 500, Passage.Place.IN_TURN), false))
          .isEqualTo(Passage.Known.DOUBTFUL);
      startAgain();
    }
    storesAPart(1, 1_500, 2_000, Passage.Place.IN_TURN);
    startAgain();
    isKnown(1, 1_500, 2_000, Passage.Place.IN_TURN);
    assertThat(marks.known(row(1, 500, Passage.Place.IN_TURN), false))
        .as("a batch that follows shows that those before are stored")
        .isEqualTo(Passage.Known.FORGOTTEN);
  }

  /** The first readings of each record may be ones that the sender does not send. */
  @Test
  void aRecordMayBeginWithAnyRow() {
    for (int batch = 0; batch < 10; batch++) {
      storesAPart(1, batch * 1_000 + 3, batch * 1_000 + 1_000, Passage.Place.IN_TURN);
    }
    marks.beginBatch(row(1, 10_003, Passage.Place.IN_TURN));

    assertThat(marks.toBytes(true, Long.MAX_VALUE)).hasSizeLessThan(300 * 20);
  }

  @Test
  void whatIsStoredOfBatchesBeforeDoesNotGrow() {
    for (int batch = 0; batch < 10; batch++) {
      storesAPart(1, batch * 1_000, batch * 1_000 + 1_000, Passage.Place.IN_TURN);
    }
    marks.beginBatch(row(1, 10_000, Passage.Place.IN_TURN));

    assertThat(marks.toBytes(true, Long.MAX_VALUE)).hasSizeLessThan(300 * 20);
  }

  /** All gateways of a plant wait for its full log, each with a batch of which a part is stored. */
  @Test
  void batchesOfManyGatewaysAreNotForgottenForWhatWasBefore() {
    for (int gateway = 0; gateway < 40; gateway++) {
      for (int batch = 0; batch < 4; batch++) {
        storesAPart(gateway, batch * 2_500, batch * 2_500 + 2_500, Passage.Place.IN_TURN);
      }
    }

    for (int gateway = 0; gateway < 40; gateway++) {
      isKnown(gateway, 7_500, 10_000, Passage.Place.IN_TURN);
    }
  }

  @Test
  void marksAreBounded() {
    for (int number = 0; number < 3 * PassedMarks.MOST_MARKS; number++) {
      marks.keep(row(1, number, Passage.Place.IN_TURN));
    }

    assertThat(marks.known(row(1, 0, Passage.Place.IN_TURN), false))
        .isEqualTo(Passage.Known.DOUBTFUL);
    isKnown(
        1,
        3 * PassedMarks.MOST_MARKS - PassedMarks.MOST_MARKS / 2,
        3 * PassedMarks.MOST_MARKS,
        Passage.Place.IN_TURN);
  }

  /**
   * They stand twice in each segment: else those of large batches are more than a small log may
   * hold, and it is full for ever.
   */
  @Test
  void whatStandsInASegmentIsBoundedAndThoseOfSmallBatchesStay() {
    for (int gateway = 0; gateway < 4; gateway++) {
      storesAPart(gateway, 0, gateway == 0 ? 50 : 5_000, Passage.Place.IN_TURN);
    }
    byte[] stored = marks.toBytes(true, 60_000);
    assertThat(stored).hasSizeBetween(55_000, 62_000);

    marks.read(ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN), true);
    isKnown(0, 0, 50, Passage.Place.IN_TURN);
    isKnown(3, 4_100, 5_000, Passage.Place.IN_TURN);
    assertThat(marks.known(row(3, 3_000, Passage.Place.IN_TURN), false))
        .isEqualTo(Passage.Known.DOUBTFUL);
  }
}
