package io.weir.gateway.simulation;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.LineTexts;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.InfluxFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The stores, by sink. They give every answer that a store may give, as the scenario says. */
final class SimulatedStore implements SinkFactory<InfluxConfig> {

  /** The field of a line that a store may refuse. */
  static final String POISON = "poison";

  /** The field of a line that every store refuses always. */
  static final String NEVER = "never";

  private static final int SMALL_BODY = 400;
  private static final int SMALL_BODY_OF_BULK = 40_000;

  /** Forms of a refusal. */
  private static final int FORMS = 5;

  private final Faults faults;
  private final SimulatedTime time;
  private final OneThread thread;
  private final Random random;
  private final Trace trace;
  private final Oracle oracle;

  /** Whether never so much waits that new readings are sent before it. */
  private final boolean inOrder;

  private final Map<String, SendingOrder> orders = new LinkedHashMap<>();

  /** What a store takes at once where it finds more too large. */
  private final int mostBytes;

  /** How stores refuse what they refuse always. */
  private final int[] forms;

  private final Map<String, StoreContent> contents = new LinkedHashMap<>();

  SimulatedStore(
      Scenario scenario,
      Faults faults,
      SimulatedTime time,
      OneThread thread,
      Trace trace,
      Oracle oracle) {
    this.oracle = oracle;
    this.inOrder =
        !scenario.isBulky() && !faults.has(FaultKind.SPARES) && !faults.has(FaultKind.LESSENS);
    this.faults = faults;
    this.time = time;
    this.thread = thread;
    this.trace = trace;
    this.random = scenario.random("stores");
    this.mostBytes = scenario.isBulky() ? SMALL_BODY_OF_BULK : SMALL_BODY;
    this.forms = new int[] {random.nextInt(FORMS), random.nextInt(FORMS)};
  }

  /** What each sink's store holds. */
  Map<String, StoreContent> contents() {
    return contents;
  }

  /** Lines that were not sent in the order of their series. */
  List<String> orderFaults() {
    return orders.values().stream().flatMap(each -> each.faults().stream()).toList();
  }

  @Override
  public String name() {
    return "influxdb";
  }

  @Override
  public String summary() {
    return "a simulated store";
  }

  @Override
  public Class<InfluxConfig> configType() {
    return InfluxConfig.class;
  }

  @Override
  public InfluxConfig read(Section section, ReadContext context) {
    return new InfluxFactory().read(section, context);
  }

  @Override
  public Sink open(InfluxConfig config, SinkContext context) {
    StoreContent content =
        contents.computeIfAbsent(
            config.name(), name -> new StoreContent(config.precision().nanos()));
    int number = List.copyOf(contents.keySet()).indexOf(config.name());
    SendingOrder order = orders.computeIfAbsent(config.name(), name -> new SendingOrder(oracle));
    return new Connection(config, content, number, order);
  }

  /** One sink's way to its store. */
  private final class Connection implements LineSink {

    private final InfluxConfig config;
    private final StoreContent content;
    private final int number;
    private final SendingOrder order;

    Connection(InfluxConfig config, StoreContent content, int number, SendingOrder order) {
      this.order = order;
      this.config = config;
      this.content = content;
      this.number = number;
    }

    @Override
    public String name() {
      return config.name();
    }

    @Override
    public Dialect dialect() {
      return new Dialect(config.precision(), true, false);
    }

    @Override
    public void close() {
      // no resource
    }

    /** A fault strikes all stores but one. */
    private boolean strikes(FaultKind kind) {
      Fault fault = faults.now(kind);
      if (fault == null || fault.variant() % 3 == number) {
        return false;
      }
      faults.struck(kind);
      return true;
    }

    private int variant(FaultKind kind) {
      Fault fault = faults.now(kind);
      return fault == null ? 0 : fault.variant() / 3;
    }

    @Override
    public Answer write(LineTexts lines) {
      thread.check();
      boolean tooMuch = lines.size() > 1 && bytes(lines) > config.batch().maxBytes();
      if (lines.isEmpty() || lines.size() > config.batch().maxLines() || tooMuch) {
        throw new AssertionError("a write of " + lines.size() + " lines");
      }
      if (inOrder && lines.get(0).startsWith(StoreIndex.READINGS)) {
        order.written(lines);
      }
      if (strikes(FaultKind.STORE_SLOW)) {
        time.advance(TimeUnit.MILLISECONDS.toNanos(random.nextInt(5_000)));
      }
      if (strikes(FaultKind.STORE_DOWN)) {
        return new Answer.Down("refused");
      }
      if (strikes(FaultKind.STORE_LOCKED)) {
        return new Answer.Misconfigured("401 unauthorized");
      }
      if (strikes(FaultKind.STORE_BUSY)) {
        int s = random.nextInt(5);
        return new Answer.Busy(s == 0 ? null : Duration.ofSeconds(s), "503 busy");
      }
      if (strikes(FaultKind.STORE_HALF)) {
        store(lines.subList(0, random.nextInt(lines.size())));
        return new Answer.Down("reset");
      }
      if (lines.size() > 1 && bytes(lines) > mostBytes && strikes(FaultKind.STORE_TOO_LARGE)) {
        return new Answer.TooLarge("413");
      }
      if (lines.stream().anyMatch(line -> line.contains(POISON))
          && strikes(FaultKind.STORE_REFUSES)) {
        return refuse(lines, true, variant(FaultKind.STORE_REFUSES) % FORMS);
      }
      if (lines.stream().anyMatch(line -> line.contains(NEVER))) {
        return refuse(lines, false, forms[number % forms.length]);
      }
      store(lines);
      if (strikes(FaultKind.STORE_SILENT)) {
        return new Answer.Down("timed out");
      }
      return new Answer.Stored();
    }

    private static int bytes(List<String> lines) {
      return lines.stream().mapToInt(line -> line.length() + 1).sum();
    }

    private void store(List<String> lines) {
      for (String line : lines) {
        trace.note(line, number);
        content.store(line);
      }
    }

    /** The forms of a refusal; what is stored, and what is said of it. */
    private Answer refuse(List<String> lines, boolean poison, int form) {
      List<Answer.RefusedLine> refused = new ArrayList<>();
      List<String> good = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains(NEVER) || poison && lines.get(i).contains(POISON)) {
          refused.add(new Answer.RefusedLine(i, "bad"));
        } else {
          good.add(lines.get(i));
        }
      }
      return switch (form) {
        case 0 -> {
          store(good);
          yield new Answer.Refused(true, refused, "partial write");
        }
        case 1 -> {
          store(good);
          yield new Answer.Refused(true, List.of(), "partial write dropped=" + refused.size());
        }
        case 2 -> new Answer.Refused(false, refused.subList(0, 1), "line is broken");
        case 3 -> new Answer.Refused(false, List.of(), "unable to parse");
        default -> new Answer.Down("500 internal error");
      };
    }
  }
}
