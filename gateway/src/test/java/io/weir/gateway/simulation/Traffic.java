package io.weir.gateway.simulation;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Makes the messages of a scenario, one after the other. Values are unlike each other, so that each
 * can be found again; states are not, because real ones are not: many messages have the same bytes.
 */
final class Traffic {

  static final String READINGS = "/api/v1/readings";
  static final String LINES = "/write";

  /** The field whose values are not unlike each other. */
  static final String STATE = "state";

  /** The field of the messages after the last fault. */
  static final String END = "end";

  private static final int FEW_SAMPLES = 20;
  private static final int MANY_SAMPLES = 90;
  private static final int SAMPLES_OF_BULK = 240;
  private static final int NOTE_CHARS = 24_000;
  private static final int NOISE_BYTES = 1_500;
  private static final int MACHINES = 4;
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long FAR_AHEAD_NS = TimeUnit.DAYS.toNanos(3_000);
  private static final String[] STATES = {"RUNNING", "DOWN", "IDLE"};

  private final Random random;
  private final SimulatedTime time;
  private final Faults faults;
  private final boolean clocksDiffer;
  private final boolean bulky;

  /** Now and then so many that an outage leaves several batches of a store. */
  private final int mostSamples;

  private final long[] lastMs = new long[MACHINES];
  private int number;

  /** Whether some of it is left out as it comes. */
  private final boolean spared;

  private final int[] rated = new int[MACHINES];
  private final int[] once = new int[MACHINES];

  Traffic(Scenario scenario, SimulatedTime time, Faults faults) {
    this.random = scenario.random("traffic");
    this.time = time;
    this.faults = faults;
    bulky = scenario.isBulky();
    spared = faults.has(FaultKind.SPARES);
    mostSamples = bulky ? SAMPLES_OF_BULK : random.nextInt(5) == 0 ? MANY_SAMPLES : FEW_SAMPLES;
    clocksDiffer = faults.has(FaultKind.DEVICE_CLOCK) || faults.has(FaultKind.CLOCK_BACK);
  }

  /** The next message, to be published or posted. */
  SentMessage next() {
    number++;
    int machine = random.nextInt(MACHINES);
    if (spared && random.nextInt(2) == 0) {
      int what = random.nextInt(4);
      return what == 0 ? rated(machine) : what == 1 ? once(machine) : noise(machine);
    }
    int kind = random.nextInt(100);
    if (kind < 35) {
      return state(machine);
    } else if (kind < 60) {
      return bulky && kind < 48 ? note(machine) : single(machine);
    } else if (kind < 80) {
      return samples(machine);
    } else if (kind < 84) {
      return poison(machine, SimulatedStore.POISON);
    } else if (kind < 88) {
      return broken(machine);
    } else if (kind < 91) {
      return half(machine);
    } else if (kind < 93) {
      return defect(machine);
    }
    if (kind < 95) {
      return poison(machine, SimulatedStore.NEVER);
    }
    return kind < 97 ? postedReadings() : postedLines();
  }

  /** A text that cannot be packed much. */
  private SentMessage noise(int machine) {
    long ms = timeMs(machine);
    byte[] bytes = new byte[bulky ? NOTE_CHARS / 2 : NOISE_BYTES];
    random.nextBytes(bytes);
    String note = number + HexFormat.of().formatHex(bytes);
    return published(
        machine,
        "{\"ts\":" + ms + ",\"note\":\"" + note + "\"}",
        new Fact.Stored(machine(machine), "note", note, ms * MS, null));
  }

  /** A value that is kept when it changes: each must stand, however often it came. */
  private SentMessage rated(int machine) {
    rated[machine] = random.nextInt(3) == 0 || rated[machine] == 0 ? number : rated[machine];
    lastMs[machine] = Math.max(time.trueNs() / MS, lastMs[machine] + 1);
    String text =
        "{\"ts\":" + lastMs[machine] + ",\"r\":" + rated[machine] + ",\"x\":" + number + "}";
    return spared(machine, "rated", "r", rated[machine], text);
  }

  /** A message that is left out where the same came before. */
  private SentMessage once(int machine) {
    once[machine] = random.nextInt(3) == 0 || once[machine] == 0 ? number : once[machine];
    return spared(machine, "once", "q", once[machine], "{\"q\":" + once[machine] + "}");
  }

  private SentMessage spared(int machine, String route, String field, int value, String text) {
    return new SentMessage(
        number,
        "plant/" + machine(machine) + "/" + route,
        text,
        List.of(new Fact.Stored(machine(machine), field, value(value), null, null)));
  }

  /** A message after the last fault, when the gateway's clock is right again. */
  SentMessage last() {
    number++;
    int machine = random.nextInt(MACHINES);
    return published(
        machine,
        "{\"end\":" + number + "}",
        new Fact.Stored(machine(machine), END, value(number), null, null));
  }

  boolean isPost(SentMessage message) {
    return message.topic.startsWith("/");
  }

  private static String machine(int machine) {
    return "press-" + machine;
  }

  private SentMessage published(int machine, String text, Fact... facts) {
    return new SentMessage(number, "plant/" + machine(machine) + "/data", text, List.of(facts));
  }

  /** Now, or a time that was used before: then the later value replaces the earlier. */
  private long timeMs(int machine) {
    if (lastMs[machine] == 0 || random.nextInt(4) != 0) {
      lastMs[machine] = Math.max(time.trueNs() / MS, lastMs[machine] + 1);
    }
    return lastMs[machine];
  }

  private SentMessage state(int machine) {
    String state = STATES[random.nextInt(STATES.length)];
    return published(
        machine,
        "{\"state\":\"" + state + "\"}",
        new Fact.Stored(machine(machine), STATE, state, null, null));
  }

  private SentMessage single(int machine) {
    long ms = timeMs(machine);
    return published(
        machine,
        "{\"ts\":" + ms + ",\"v\":" + number + "}",
        new Fact.Stored(machine(machine), "v", value(number), ms * MS, null));
  }

  /** A long text. */
  private SentMessage note(int machine) {
    long ms = timeMs(machine);
    String note = number + "-".repeat(NOTE_CHARS);
    return published(
        machine,
        "{\"ts\":" + ms + ",\"note\":\"" + note + "\"}",
        new Fact.Stored(machine(machine), "note", note, ms * MS, null));
  }

  private SentMessage samples(int machine) {
    int count = 2 + random.nextInt(mostSamples);
    Fault wrong = faults.now(FaultKind.DEVICE_CLOCK);
    long from = lastMs[machine] = Math.max(time.trueNs() / MS, lastMs[machine] + count + 1);
    if (wrong != null) {
      faults.struck(FaultKind.DEVICE_CLOCK);
      from = wrong.variant() % 2 == 0 ? from + FAR_AHEAD_NS / MS : 10;
    }
    StringBuilder samples = new StringBuilder("[");
    for (int i = 0; i < count; i++) {
      samples.append(i == 0 ? "" : ",").append("{\"ts\":").append(from - count + i);
      samples.append(",\"v\":").append(sample(i)).append('}');
    }
    String text = samples.append(']').toString();
    List<Fact> facts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Long atNs = wrong == null ? Long.valueOf((from - count + i) * MS) : null;
      String instead = clocksDiffer ? text : null; // if no instant is free for it
      facts.add(new Fact.Stored(machine(machine), "v", value(sample(i)), atNs, instead));
    }
    return published(machine, text, facts.toArray(new Fact[0]));
  }

  private double sample(int index) {
    return number + (index + 1) / 100.0;
  }

  /** A line that a store may refuse, or refuses always. */
  private SentMessage poison(int machine, String field) {
    long ms = timeMs(machine);
    return published(
        machine,
        "{\"ts\":" + ms + ",\"" + field + "\":" + number + "}",
        new Fact.Stored(
            machine(machine), field, value(number), ms * MS, field + "=" + value(number)));
  }

  private SentMessage broken(int machine) {
    String text = "{\"broken\":" + number + ",";
    return published(machine, text, new Fact.SetAside(text));
  }

  /** One good value and one that no reading holds. */
  private SentMessage half(int machine) {
    String text = "{\"half\":" + number + ",\"bad\":\"NaN\"}";
    return published(
        machine,
        text,
        new Fact.Stored(machine(machine), "half", value(number), null, null),
        new Fact.SetAside(text));
  }

  /** One at which a decoder may fail. */
  private SentMessage defect(int machine) {
    String text = "{\"d\":" + number + "}";
    return new SentMessage(
        number,
        "plant/" + machine(machine) + "/defect",
        text,
        List.of(new Fact.Stored(machine(machine), "d", value(number), null, text)));
  }

  private SentMessage postedReadings() {
    return new SentMessage(
        number,
        READINGS,
        "{\"machine\":\"post-1\",\"v\":" + number + "}",
        List.of(new Fact.Stored("post-1", "v", value(number), null, null)));
  }

  private SentMessage postedLines() {
    long ms = time.trueNs() / MS;
    return new SentMessage(
        number,
        LINES,
        "telemetry,machine=post-2 v=" + number + " " + ms * MS,
        List.of(new Fact.Stored("post-2", "v", value(number), ms * MS, null)));
  }

  private static String value(double number) {
    return Double.toString(number);
  }
}
