package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundedMapTest {

  private final BoundedMap<String, String> map =
      new BoundedMap<>(10_000, (key, value) -> Weight.of(key) + Weight.of(value));

  @Test
  void onceItIsFullItBeginsAgainWithTheNewest() {
    for (int i = 0; i < 10_000; i++) {
      map.put("name-" + i, "value");
      assertThat(map.get("name-" + i)).isEqualTo("value");
      assertThat(map.size()).isLessThan(100);
    }
  }

  /** How many of the names were known, of a round in which each is looked up once. */
  private int round(String prefix, int names) {
    int found = 0;
    for (int i = 0; i < names; i++) {
      if (map.get(prefix + i) == null) {
        map.putIfAbsent(prefix + i, "value");
      } else {
        found++;
      }
    }
    return found;
  }

  @Test
  void ofMoreThanItHoldsAPartStaysKnown() {
    round("name-", 200);
    int found = 0;
    for (int i = 0; i < 100; i++) {
      found += round("name-", 200);
      assertThat(map.size()).isLessThan(100);
    }
    assertThat(found).isGreaterThan(100 * 200 / 4);
  }

  @Test
  void whatNobodyLooksUpAnyMoreMakesRoomForOthers() {
    round("name-", 200);
    for (int i = 0; i < 100; i++) {
      round("renamed-", 40);
    }
    assertThat(round("renamed-", 40)).isEqualTo(40);
  }

  @Test
  void aNewValueTakesThePlaceOfTheOneBefore() {
    for (int i = 0; i < 1_000; i++) {
      map.put("one", "x".repeat(i % 300));
      map.put("other", "y");
    }
    assertThat(map.size()).isEqualTo(2);
    assertThat(map.putIfAbsent("other", "z")).isEqualTo("y");
    map.remove("other");
    assertThat(map.get("other")).isNull();
  }

  @Test
  void whatTakesTooMuchOfItIsNotRemembered() {
    map.put("small", "1");
    map.put("large", "x".repeat(1_000));
    assertThat(map.putIfAbsent("x".repeat(1_000), "1")).isEqualTo("1");
    map.put("small", "x".repeat(1_000));
    assertThat(map.size()).isZero();
  }
}
