package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdleSessionsTest {

  private final List<ClientSession> all = new ArrayList<>();
  private final List<ClientSession> left = new ArrayList<>();
  private final IdleSessions idle = new IdleSessions();
  private final SessionRoom room = SessionRoom.of(1 << 20);

  /** Whatever comes and goes, it is the one that a search of all sessions finds. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theOneThatMakesRoomIsTheFirstToEndOfThoseThatCostLeast(long seed) {
    Random random = new Random(seed);
    for (int step = 0; step < 2_000; step++) {
      change(random, step);
      String sender = sender(random);
      assertThat(idle.leaving(sender)).isSameAs(found(sender));
    }
  }

  private static String sender(Random random) {
    return "user" + random.nextInt(4);
  }

  private void change(Random random, int step) {
    int what = random.nextInt(5);
    if (what < 2 || all.isEmpty()) {
      ClientSession made =
          new ClientSession(sender(random) + '\0' + step, random.nextInt(3), 60, room);
      all.add(made);
      idle.counts(made);
      return;
    }
    ClientSession some = all.get(random.nextInt(all.size()));
    boolean isIdle = left.remove(some);
    if (isIdle) {
      idle.remove(some);
    }
    if (what == 2) {
      some.releaseAll();
      all.remove(some);
      idle.countsNoMore(some);
    } else if (!isIdle) {
      some.expiresAtNs = random.nextInt(50);
      if (random.nextInt(10) > 0) {
        some.hold(Exchange.known("direct", random.nextInt(5), 1));
      }
      left.add(some);
      idle.add(some);
    }
  }

  private @Nullable ClientSession found(String sender) {
    ClientSession free = first(each -> each.held.isEmpty());
    if (free != null) {
      return free;
    }
    Map<String, Integer> counts = new HashMap<>(Map.of(sender, 1));
    all.forEach(each -> counts.merge(each.sender, 1, Integer::sum));
    int highest = Collections.max(counts.values());
    return first(each -> counts.getOrDefault(each.sender, 0) == highest);
  }

  private @Nullable ClientSession first(Predicate<ClientSession> which) {
    ClientSession first = null;
    for (ClientSession each : left) {
      if (which.test(each) && (first == null || isBefore(each, first))) {
        first = each;
      }
    }
    return first;
  }

  private static boolean isBefore(ClientSession one, ClientSession other) {
    if (one.expiresAtNs != other.expiresAtNs) {
      return one.expiresAtNs < other.expiresAtNs;
    }
    return one.number != other.number
        ? one.number < other.number
        : one.client.compareTo(other.client) < 0;
  }
}
