package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What people correct in a plant, from a seed. */
final class CorrectionGenerator {

  private static final long SECOND = WorkCalendar.SECOND;
  private static final List<String> STATES =
      List.of("running", "setup", "down", "idle", "starved", "blocked", "planned");

  private final Plant plant;
  private final Random random;
  private final List<Told> told;

  CorrectionGenerator(Plant plant, Random random, List<Told> told) {
    this.plant = plant;
    this.random = random;
    this.told = told;
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  /**
   * Of some span between the first reading and the last one, of the machine or of what is above.
   */
  Said any() {
    Told first = told.get(random.nextInt(told.size()));
    Said.Kind kind = Said.Kind.values()[random.nextInt(Said.Kind.values().length)];
    boolean pieces = kind == Said.Kind.SCRAP_BOOKED || kind == Said.Kind.REWORK_BOOKED;
    long from = first.time() + (one(2) ? 0 : (random.nextInt(600) - 300) * SECOND);
    long to = from + (1 + random.nextInt(one(4) ? 9000 : 1500)) * SECOND;
    String asset = first.asset();
    for (int level = pieces ? 0 : random.nextInt(16); level > 12; level--) {
      asset = asset.substring(0, asset.lastIndexOf('/'));
    }
    @Nullable String state = null;
    Said.@Nullable Why why = why();
    List<Said.Part> parts = new ArrayList<>();
    switch (kind) {
      case RECLASSIFIED -> {
        state = STATES.get(random.nextInt(STATES.size()));
        why = one(2) ? null : why;
      }
      case STOPS_MERGED -> state = STATES.get(1 + random.nextInt(STATES.size() - 1));
      case PLANNED_STOP_DECLARED -> why = one(2) ? null : why;
      case STOP_SPLIT -> {
        why = null;
        for (int i = 0; i < 3; i++) {
          String other = one(3) ? STATES.get(random.nextInt(STATES.size())) : null;
          parts.add(new Said.Part(from + (to - from) * i / 3, other, one(2) ? null : why()));
        }
      }
      case REASON_GIVEN -> {
        // it has a reason
      }
      default -> why = null;
    }
    boolean open = !pieces && one(5);
    double amount = pieces ? 1 + random.nextInt(one(4) ? 500 : 20) : 0;
    return new Said(-1, asset, from, to, open, kind, state, why, parts, amount);
  }

  /** With a tree, what it says of the reason. */
  private Said.Why why() {
    if (plant.reasons().isEmpty()) {
      String number = "" + random.nextInt(3);
      return new Said.Why("group" + number, "given" + number, one(3) ? null : one(2));
    }
    Plant.Reason node = plant.reasons().get(random.nextInt(plant.reasons().size()));
    return new Said.Why(node.category(), node.id(), node.planned());
  }
}
