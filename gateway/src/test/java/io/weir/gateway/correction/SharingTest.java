package io.weir.gateway.correction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.correction.Change.Annotated;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people said at one gateway reaches another log once, whole and in its order. */
class SharingTest {

  private static final Asset PRESS = new Asset("plant", "hall", "line", "press");
  private static final long NOON = 1_772_452_800_000_000_000L;
  private static final int MOST = 1 << 20;

  private final MemoryDisk disk = new MemoryDisk(new Random(1));
  private final MemoryDisk otherDisk = new MemoryDisk(new Random(2));
  private CorrectionLogs here;
  private CorrectionLogs there;

  @BeforeEach
  void open() throws IOException {
    here = CorrectionLogs.open(disk, "a");
    there = CorrectionLogs.open(otherDisk, "b");
  }

  private static Correction said(String comment, long timeNs) {
    Origin origin = new Origin("anna", timeNs, "::1", "", true);
    return new Correction(0, PRESS, 1, 2, false, new Annotated(), comment, List.of(), origin);
  }

  private static long stream(CorrectionLogs of) {
    assertThat(of.log().sharing().kept()).hasSize(1);
    return of.log().sharing().kept().keySet().iterator().next();
  }

  private static Sharing.Batch after(CorrectionLogs from, long stream, long number, int most)
      throws IOException {
    return Objects.requireNonNull(from.log().sharing().after(stream, number, most));
  }

  private static void take(CorrectionLogs to, byte[] batch) throws IOException {
    to.log().sharing().take(batch);
    to.segments().step();
  }

  /** All that one lacks of another. */
  private static void pass(CorrectionLogs from, CorrectionLogs to) throws IOException {
    for (long stream : from.log().sharing().kept().keySet()) {
      long has = to.log().sharing().kept().getOrDefault(stream, -1L);
      Sharing.Batch batch = from.log().sharing().after(stream, has, MOST);
      if (batch != null) {
        take(to, batch.bytes());
      }
    }
  }

  /** In the order on which all agree. */
  private static List<Entry> all(CorrectionLogs of) throws IOException {
    List<Entry> all = new ArrayList<>();
    try (CorrectionLog.Entries entries = of.log().from(0)) {
      for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
        all.add(entry);
      }
    }
    all.sort(Comparator.comparingLong(Entry::rank));
    return all;
  }

  private static List<String> comments(CorrectionLogs of) throws IOException {
    return all(of).stream().map(each -> ((Correction) each).comment()).toList();
  }

  @Test
  void whoSaidItWhenAndWhereIsTheSameThere() throws IOException {
    there.keep(said("first at b", NOON - 5_000));
    Entry kept = here.keep(said("jam", NOON));
    pass(here, there);
    Entry taken = all(there).get(1);
    assertThat(taken.id()).isNotEqualTo(kept.id());
    assertThat(taken.withId(kept.id())).isEqualTo(kept);
    assertThat(taken.origin().where().member()).isEqualTo("a");
    assertThat(CorrectionCodec.json(taken).path("member").asText()).isEqualTo("a");
    assertThat(here.log().isOwn(kept)).isTrue();
    assertThat(there.log().isOwn(taken)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void batchesMayComeTwiceLateAndInAnyOrderAndThePowerMayFail(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 30; i++) {
      here.keep(said("n" + i, NOON + i));
    }
    long stream = stream(here);
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      sent.add(after(here, stream, i - 1, random.nextInt(2000)).bytes());
    }
    for (int i = 0; i < Soak.count(2_000, 20_000); i++) {
      there.log().sharing().take(sent.get(random.nextInt(sent.size())));
      if (random.nextInt(10) == 0) {
        there.segments().step();
      }
      if (random.nextInt(200) == 0) {
        otherDisk.crash();
        there = CorrectionLogs.open(otherDisk, "b");
      }
    }
    there.segments().step();
    assertThat(comments(there)).isEqualTo(comments(here));
    assertThat(there.log().sharing().kept()).isEqualTo(here.log().sharing().kept());
  }

  @Test
  void whatIsSaidLaterRanksHigherThoughItsClockIsBehind() throws IOException {
    here.keep(said("first", NOON));
    pass(here, there);
    there.keep(said("second, by a clock that is an hour behind", NOON - 3_600_000_000_000L));
    pass(there, here);
    assertThat(comments(here)).first().isEqualTo("first");
    assertThat(comments(there)).isEqualTo(comments(here));
    assertThat(all(here).stream().map(Entry::rank).toList())
        .isEqualTo(all(there).stream().map(Entry::rank).toList());
  }

  @Test
  void anUndoWaitsForWhatItTakesBack() throws IOException {
    CorrectionLogs third = CorrectionLogs.open(new MemoryDisk(new Random(3)), "c");
    third.keep(said("of c alone", NOON));
    Entry jam = here.keep(said("jam", NOON));
    pass(here, there);
    there.keep(new Undo(0, all(there).get(0).id(), "no", new Origin("bob", NOON + 1, "::1")));
    pass(there, third); // may bring the undo first
    pass(here, third);
    pass(there, third);
    pass(there, here);
    assertThat(Objects.requireNonNull(here.log().undoOf(jam.id())).origin().who()).isEqualTo("bob");
    Entry taken =
        all(third).stream()
            .filter(each -> each instanceof Correction said && said.comment().equals("jam"))
            .findFirst()
            .orElseThrow();
    assertThat(third.log().undoOf(taken.id())).isNotNull();
  }

  @Test
  void ofTwoThatTakeBackTheSameAllShowTheFirst() throws IOException {
    Entry jam = here.keep(said("jam", NOON));
    pass(here, there);
    long idThere = all(there).get(0).id();
    there.keep(new Undo(0, idThere, "", new Origin("bob", NOON + 5_000, "::1")));
    here.keep(new Undo(0, jam.id(), "", new Origin("eve", NOON + 90_000, "::1")));
    pass(here, there);
    pass(there, here);
    assertThat(Objects.requireNonNull(here.log().undoOf(jam.id())).origin().who()).isEqualTo("bob");
    assertThat(Objects.requireNonNull(there.log().undoOf(idThere)).origin().who()).isEqualTo("bob");
  }

  /** A gateway that was alone joins others: they get all that people said before. */
  @Test
  void whatWasSaidBeforeThereWasAGroupIsSharedToo() throws IOException {
    MemoryDisk former = new MemoryDisk(new Random(4));
    CorrectionLogs alone = CorrectionLogs.open(former);
    alone.keep(said("old", NOON));
    alone.keep(said("newer, though its clock was set back", NOON - 10));
    former.crash();
    here = CorrectionLogs.open(former, "a");
    here.keep(said("in the group", NOON - 20));
    pass(here, there);
    assertThat(comments(there)).isEqualTo(comments(here)).hasSize(3);
    List<Long> ranks = all(there).stream().map(Entry::rank).toList();
    assertThat(ranks).isEqualTo(all(here).stream().map(Entry::rank).toList());
  }

  /** What a gateway in no group writes, an earlier version reads. */
  @Test
  void aGatewayAloneWritesRecordsOfTheFirstVersion() throws IOException {
    CorrectionLogs alone = CorrectionLogs.open(new MemoryDisk(new Random(5)));
    Entry kept = alone.keep(said("jam", NOON));
    assertThat(CorrectionCodec.record(kept).path("version").asInt()).isEqualTo(1);
    assertThat(CorrectionCodec.record(here.keep(said("jam", NOON))).path("version").asInt())
        .isEqualTo(2);
  }

  /** Its numbers are in use elsewhere, so it begins others. */
  @Test
  void aLogThatLostItsEndBeginsAnotherStream() throws IOException {
    here.keep(said("one", NOON));
    here.keep(said("two", NOON + 1));
    pass(here, there);
    CorrectionLogs again = CorrectionLogs.open(new MemoryDisk(new Random(6)), "a");
    again.keep(said("one", NOON));
    assertThat(stream(again)).isEqualTo(stream(here));
    again.log().sharing().heard(there.log().sharing().kept());
    again.keep(said("three", NOON + 1_000_000_000L));
    pass(again, there);
    pass(there, again);
    assertThat(comments(there)).containsExactly("one", "two", "three");
    assertThat(comments(again)).containsExactly("one", "two", "three");
  }

  @Test
  void whatIsNoBatchChangesNothing() throws IOException {
    here.keep(said("jam", NOON));
    String good = new String(after(here, stream(here), -1, MOST).bytes(), UTF_8);
    for (String bad :
        List.of(
            "",
            "[]",
            "nonsense",
            good.replace("\"version\":1,\"stream\"", "\"version\":9,\"stream\""),
            good.replace("\"rank\":", "\"rang\":"),
            good.replaceFirst("\"rank\":[0-9]+", "\"rank\":" + Long.MAX_VALUE),
            good.replace("\"kind\":\"annotated\"", "\"kind\":\"other\""),
            good.replaceFirst("\"stream\":[0-9]+", "\"stream\":17"),
            good.replace("\"number\":0", "\"number\":-7"))) {
      assertThat(bad).isNotEqualTo(good);
      assertThatThrownBy(() -> there.log().sharing().take(bad.getBytes(UTF_8)))
          .as(bad)
          .isInstanceOf(IOException.class);
    }
    there.segments().step();
    assertThat(all(there)).isEmpty();
    pass(here, there);
    assertThat(all(there)).hasSize(1);
  }
}
