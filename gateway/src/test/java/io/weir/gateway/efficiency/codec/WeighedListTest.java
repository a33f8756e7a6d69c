package io.weir.gateway.efficiency.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeighedListTest {

  private boolean told;

  @Test
  void eachChangeOfItsLengthIsTold() {
    WeighedList<Integer> list = new WeighedList<>(0, () -> told = true);
    assertThat(told).as("a new list").isTrue();
    List<Integer> model = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      told = false;
      int before = list.size();
      long seed = random.nextLong();
      change(list, new Random(seed));
      change(model, new Random(seed));
      assertThat(list).as("seed %s", seed).isEqualTo(model);
      assertThat(told || list.size() == before).as("told of seed %s", seed).isTrue();
    }
  }

  private static void change(List<Integer> list, Random random) {
    int some = random.nextInt(100);
    int at = random.nextInt(list.size() + 1);
    switch (random.nextInt(9)) {
      case 0, 1 -> list.add(some);
      case 2 -> list.add(at, some);
      case 3 -> list.addAll(at, List.of(some, some + 1));
      case 4 -> list.remove((Integer) some);
      case 5 -> list.removeIf(each -> each % 10 == some % 10);
      case 6 -> list.subList(at, Math.min(list.size(), at + some / 20)).clear();
      case 7 -> {
        if (at < list.size()) {
          list.set(at, some);
          list.remove(at);
        }
      }
      default -> removeFirst(list.iterator());
    }
    if (some == 0) {
      list.clear();
    }
  }

  private static void removeFirst(Iterator<Integer> all) {
    if (all.hasNext()) {
      all.next();
      all.remove();
    }
  }
}
