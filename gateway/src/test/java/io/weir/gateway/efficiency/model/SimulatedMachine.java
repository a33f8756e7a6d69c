package io.weir.gateway.efficiency.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One machine of a seeded plant: what it does, and what it tells of it. */
final class SimulatedMachine {

  private static final long SECOND = WorkCalendar.SECOND;
  private static final List<String> STOPS =
      List.of("DOWN", "IDLE", "STARVED", "BLOCKED", "SETUP", "MAINTENANCE", "UNHEARD_OF");

  private static final List<String> REASONS = List.of("E1", "E2", "E3", "E4", "E5", "");

  private final Plant.Machine machine;
  private final Random random;
  private final Random more;
  private final long end;
  private final long step;
  private final int countEvery;
  private final int scrapEvery;
  private final boolean tellsTotal;
  private final boolean tellsGood;
  private final boolean tellsScrap;
  private final boolean repeatsReason;
  private final boolean tellsProductLater;

  /** When the id of an order comes. */
  private enum IdsCome {
    WITH_COUNT,
    BEFORE_COUNT,
    LATE,
    WITHOUT_FALL
  }

  private final IdsCome ids;
  private final boolean repeatsId;
  private String reason = "E1";
  private long time;
  private String state = "RUNNING";
  private long stateUntil;
  private String product = "A";
  private int order = 1;
  private int toldOrder;
  private long tellsIdFrom;
  private boolean beginsSoon;
  private long total;
  private long scrap;
  private long toldTotal;
  private long toldScrap;
  private double work;
  private double energy;
  private double drift;

  SimulatedMachine(Plant.Machine machine, Random random, Random more, long start, long end) {
    this.machine = machine;
    this.random = random;
    this.more = more;
    ids = IdsCome.values()[more.nextInt(IdsCome.values().length)];
    repeatsId = more.nextBoolean();
    this.end = end;
    time = start + random.nextInt(29) * SECOND;
    step = (10 + random.nextInt(30)) * SECOND;
    countEvery = 1 + random.nextInt(3);
    repeatsReason = random.nextBoolean();
    tellsProductLater = machine.kind() != Plant.Kind.DELTA && one(3);
    int told = random.nextInt(5);
    tellsTotal = told != 4;
    tellsGood = told == 1 || told == 3 || told == 4;
    tellsScrap = told >= 2;
    scrapEvery = random.nextInt(3) == 0 ? 2 + random.nextInt(40) : 1;
    if (machine.rollover() > 0) {
      total = (long) machine.rollover() - random.nextInt(5000);
    }
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private double cycle() {
    Map<String, Double> products = machine.cycle().products();
    return products == null ? machine.cycle().seconds() : products.get(product);
  }

  void tell(List<Told> told) {
    for (int i = 0; time < end; i++) {
      told.add(new Told(machine.asset(), time, message(i)));
      long next = (long) (step * (0.5 + random.nextDouble()));
      if (i > 0 && one(150)) {
        next = machine.silentAfter() + SECOND + (long) (random.nextDouble() * 1200 * SECOND);
      }
      live(next);
    }
  }

  private void live(long duration) {
    if (state.equals("RUNNING")) {
      work += duration / 1e9 / cycle() * (0.6 + 0.4 * random.nextDouble());
      while (work >= 1) {
        work--;
        total++;
        scrap += one(20) ? 1 : 0;
      }
    }
    energy += duration / 1e9 / 3600 * 20;
    time += duration;
    if (time > stateUntil) {
      boolean run = !state.equals("RUNNING") || one(3);
      state = run ? "RUNNING" : STOPS.get(random.nextInt(STOPS.size()));
      double length = run ? 900 : one(3) ? 2400 : 240;
      stateUntil = time + (long) (random.nextDouble() * length * SECOND);
    }
  }

  private Map<String, Object> message(int i) {
    Map<String, Object> values = new HashMap<>();
    values.put(Told.STATE, state);
    if (machine.tellsReasons()) {
      tellReason(values);
    }
    int firstProduct = tellsProductLater ? 1 : 0;
    boolean withScrap = i == 0 || i / countEvery % scrapEvery == 0;
    boolean toldAgain = toldOrder < order && total == toldTotal;
    boolean begins = toldOrder == order && (withScrap || !tellsScrap);
    boolean waits = beginsSoon && !toldAgain && !begins;
    if (i % countEvery == 0 && (i == 0 || i != firstProduct) && !waits) {
      count(values, withScrap);
    }
    if (machine.cycle().products() != null && (i == firstProduct || i > 0 && one(100))) {
      product = one(2) ? "A" : "B";
      values.put(Told.PRODUCT, product);
    }
    if (machine.tellsOrders() && !machine.tellsIds() && more.nextInt(60) == 0) {
      values.put(Told.QUANTITY, 50 + more.nextInt(500)); // more may come, and then an id
    }
    if (machine.tellsIds()) {
      tellId(values);
    } else if (machine.tellsOrders() && one(40)) {
      tellOrder(values);
    }
    if (machine.meter() != Plant.Meter.NONE) {
      energy = one(500) ? 0.01 : energy;
      values.put(Told.ENERGY, energy);
    }
    if (more.nextInt(4) > 0) {
      drift = more.nextInt(60) == 0 ? more.nextInt(5) - 2 : drift;
      values.put(Told.TEMPERATURE, 20 + drift + more.nextGaussian());
    }
    return values;
  }

  /** The next one, one of those before, the same again, or none. */
  private void tellOrder(Map<String, Object> values) {
    int made = random.nextInt(6);
    order += made > 2 ? 1 : 0;
    values.put(Told.ORDER, made == 0 ? "" : "" + (made == 1 ? 1 + random.nextInt(order) : order));
    if (made > 0 && one(2)) {
      values.put(Told.QUANTITY, 50 + random.nextInt(500));
    } else if (made == 0 && more.nextInt(2) == 0) {
      values.put(Told.QUANTITY, 50 + more.nextInt(500)); // cleared with the id
    }
  }

  /** Some machines repeat it, some send an empty text; a reason may come before its stop. */
  private void tellReason(Map<String, Object> values) {
    boolean stands = !state.equals("RUNNING");
    if (stands && one(3) || one(60)) {
      reason = REASONS.get(random.nextInt(REASONS.size()));
      values.put(Told.REASON, reason);
    } else if (repeatsReason && (stands || one(2)) || one(80)) {
      values.put(Told.REASON, reason);
    } else if (!stands && one(3)) {
      reason = "";
      values.put(Told.REASON, reason);
    }
  }

  /** The counter begins again, or the id of an order comes before it does. */
  private void beginOrder() {
    if (beginsSoon && toldOrder == order) {
      beginsSoon = false;
      total = 1 + more.nextInt(3);
      scrap = 0;
    } else if (toldOrder == order && total > 40 && more.nextInt(30) == 0) {
      order++;
      if (ids == IdsCome.BEFORE_COUNT) {
        beginsSoon = true; // this value is still one of the order before
        tellsIdFrom = time + 1;
        return;
      }
      boolean falls = ids != IdsCome.WITHOUT_FALL;
      total = falls ? 1 + more.nextInt(3) : total + 1 + more.nextInt(60);
      scrap = falls ? more.nextInt(2) : more.nextInt(4);
      tellsIdFrom = ids == IdsCome.LATE ? time + (long) (more.nextDouble() * 900 * SECOND) : time;
    }
  }

  private void tellId(Map<String, Object> values) {
    boolean isNew = toldOrder < order && time >= tellsIdFrom;
    if (isNew || repeatsId) {
      toldOrder = isNew ? order : Math.max(1, toldOrder);
      values.put(Told.ORDER, "" + toldOrder);
      if (isNew && more.nextInt(2) == 0) {
        values.put(Told.QUANTITY, 50 + more.nextInt(500));
      }
    }
  }

  private void count(Map<String, Object> values, boolean withScrap) {
    boolean startsAgain =
        machine.kind() == Plant.Kind.ORDER && total > 500 && scrap > 20 && one(100);
    if (machine.kind() == Plant.Kind.CUMULATIVE && machine.rollover() == 0) {
      startsAgain = total > 500 && scrap > 20 && withScrap && one(200);
    }
    if (machine.tellsIds()) {
      startsAgain = false;
      if ((withScrap || !tellsScrap) && tellsTotal) {
        beginOrder();
      }
    }
    if (startsAgain && (withScrap || !tellsScrap)) {
      total = 1;
      scrap = 0;
      order++;
    }
    long rollover = (long) machine.rollover();
    boolean delta = machine.kind() == Plant.Kind.DELTA;
    long told = delta ? total - toldTotal : total;
    long toldBad = delta ? scrap - toldScrap : scrap;
    long good = told - toldBad;
    if (tellsTotal) {
      values.put(Told.TOTAL, rollover > 0 ? told % rollover : told);
      toldTotal = total;
    }
    if (tellsGood) {
      values.put(Told.GOOD, rollover > 0 ? good % rollover : good);
    }
    if (tellsScrap && withScrap) {
      values.put(Told.SCRAP, toldBad);
    }
    toldTotal = total;
    toldScrap = withScrap || tellsGood ? scrap : toldScrap;
  }
}
