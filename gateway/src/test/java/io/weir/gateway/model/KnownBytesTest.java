package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KnownBytesTest {

  private static byte[] bytes(String name) {
    return ("ab" + name + "yz").getBytes(UTF_8);
  }

  private static String find(KnownBytes<String> known, String name) {
    byte[] in = bytes(name);
    KnownBytes.Known<String> found =
        known.find(in, 2, name.length(), KnownBytes.hash(in, 2, name.length()));
    return found == null ? null : found.value();
  }

  private static void put(KnownBytes<String> known, String name) {
    known.put(name.getBytes(UTF_8), KnownBytes.hash(bytes(name), 2, name.length()), name);
  }

  @Test
  void whatIsFoundIsWhatWasPutForTheSameBytesThoughPlacesAreFew() {
    KnownBytes<String> known = new KnownBytes<>(8);
    Random random = new Random(3);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      String name = "x".repeat(random.nextInt(20)) + random.nextInt(4);
      String before = find(known, name);
      if (before == null) {
        put(known, name);
      } else {
        assertThat(before).isEqualTo(name);
        found++;
      }
    }
    assertThat(found).isPositive();
  }

  @Test
  void namesUpToHalfOfThePlacesAreNearlyAllRemembered() {
    KnownBytes<String> known = new KnownBytes<>(4096);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 2048; i++) {
      names.add("factory/plant-a/area-" + i % 7 + "/machine-" + i);
    }
    names.forEach(name -> put(known, name));
    assertThat(names.stream().filter(name -> name.equals(find(known, name))).count())
        .isGreaterThan(1900);
  }

  /** How many of the names were known, of a round in which each is read once. */
  private static int round(KnownBytes<String> known, String prefix, int names) {
    int found = 0;
    for (int i = 0; i < names; i++) {
      if (find(known, prefix + i) == null) {
        put(known, prefix + i);
      } else {
        found++;
      }
    }
    return found;
  }

  @Test
  void ofThreeTimesAsManyNamesAsPlacesAQuarterStaysKnown() {
    KnownBytes<String> known = new KnownBytes<>(4096);
    round(known, "machine-", 12_000);
    for (int i = 0; i < 20; i++) {
      assertThat(round(known, "machine-", 12_000)).isGreaterThan(3_000);
    }
  }

  @Test
  void namesThatNobodyReadsAnyMoreMakeRoomForOthers() {
    KnownBytes<String> known = new KnownBytes<>(4096);
    round(known, "machine-", 12_000);
    for (int i = 0; i < 100; i++) {
      round(known, "renamed-", 2_000);
    }
    assertThat(round(known, "renamed-", 2_000)).isGreaterThan(1_800);
  }

  @Test
  void whatTwoReadAtTheSameTimeIsOneInstance() {
    KnownBytes<Object> known = new KnownBytes<>(8);
    Object first = new Object();
    assertThat(known.put(new byte[] {1, 2}, 7, first).value()).isSameAs(first);
    assertThat(known.put(new byte[] {1, 2}, 7, new Object()).value()).isSameAs(first);
    assertThat(known.put(new byte[] {1, 3}, 7, "other").value()).isEqualTo("other");
  }
}
