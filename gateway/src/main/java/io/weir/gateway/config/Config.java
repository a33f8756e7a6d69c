package io.weir.gateway.config;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import io.weir.gateway.model.Pointer;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.net.URI;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration file, defaults filled in, every value possible. Sizes are bytes. Made
 * only by {@link ConfigLoader}.
 *
 * @param efficiency how figures are made, or {@code null}: then none are
 */
public record Config(
    Gateway gateway,
    List<Source> sources,
    List<Route> routes,
    Buffer buffer,
    Quarantine quarantine,
    List<Sink> sinks,
    @Nullable Efficiency efficiency,
    Http http,
    Logging logging) {

  /**
   * This gateway among others.
   *
   * @param id names this gateway to brokers and in logs
   * @param dataDir where everything durable stands; one gateway at a time
   * @param reload when a changed file is taken over
   */
  public record Gateway(String id, Path dataDir, Reload reload) {}

  /** When a changed configuration file is taken over. */
  public enum Reload {
    ON_REQUEST,
    ON_CHANGE
  }

  /** A value that is never printed. */
  public record Secret(String value) {
    @Override
    public String toString() {
      return "***";
    }
  }

  /** PEM files: who is trusted, and who we are (both or neither of cert and key). */
  public record Tls(@Nullable Path ca, @Nullable Path cert, @Nullable Path key) {}

  /** A way in. */
  public sealed interface Source {
    String name();
  }

  /**
   * An MQTT broker and the session kept at it.
   *
   * @param version 5 or 311 (MQTT 3.1.1)
   * @param receiveMaximum messages the broker may have under way, 1 to 65535
   * @param windowBytes bytes of unacknowledged messages held at most
   * @param share name of a shared subscription group, or {@code null}
   * @param sparkplug what it is to the Sparkplug edge nodes behind it, if there are any
   */
  public record MqttSource(
      String name,
      URI url,
      String clientId,
      @Nullable String username,
      @Nullable Secret password,
      int version,
      int receiveMaximum,
      long windowBytes,
      int maxPacketBytes,
      Duration sessionExpiry,
      Duration keepAlive,
      Duration connectTimeout,
      @Nullable String share,
      @Nullable Tls tls,
      Sparkplug sparkplug)
      implements Source {}

  /**
   * What a source is to Sparkplug edge nodes.
   *
   * @param hostId the host application whose STATE it publishes, or {@code null} for none
   * @param rebirth whether nodes are asked for their births where those are not known
   * @param reorderTimeout how long a message missing in a node's sequence is waited for
   */
  public record Sparkplug(@Nullable String hostId, boolean rebirth, Duration reorderTimeout) {

    public static final Sparkplug DEFAULT = new Sparkplug(null, true, Duration.ofSeconds(5));
  }

  /** Readings that are posted to the gateway; at most so many bytes at once. */
  public record HttpSource(String name, int maxBodyBytes) implements Source {}

  /**
   * What the messages of a topic become.
   *
   * @param topic the pattern, such as {@code factory/{site}/{line}/{machine}/telemetry}
   * @param source name of the only source this route serves, or {@code null} for all
   * @param format a decoder's name
   * @param qos 0 or 1
   * @param measurement the store's measurement
   * @param metrics what is renamed, typed, converted and checked; empty where all keep their names
   * @param unlisted what happens to metrics that are not listed
   * @param csv how the rows of the format csv are to be read
   * @param reporting which readings of metrics that are not listed are kept
   * @param asset where the readings belong, or {@code null}: as topic and payload say
   * @param trust what a field of the payload says of all its values, or {@code null}
   * @param dedup how long the same payload on the same topic counts as sent again, if it has no
   *     time of its own; zero for never
   * @param jsonata the expression of the format jsonata, {@code null} for the others
   */
  public record Route(
      String topic,
      @Nullable String source,
      String format,
      int qos,
      String measurement,
      EventTime time,
      List<Metric> metrics,
      Unlisted unlisted,
      Reporting reporting,
      @Nullable AssetRule asset,
      @Nullable Trust trust,
      Duration dedup,
      Limits limits,
      Csv csv,
      @Nullable String jsonata) {

    /** The names, in the payload, of the metrics that are declared to be texts. */
    public Set<String> texts() {
      return metrics.stream()
          .filter(metric -> metric.type() == Value.Type.STRING)
          .map(metric -> Pointer.toName(metric.from()))
          .collect(Collectors.toUnmodifiableSet());
    }

    /** A route that says nothing beyond names and time. */
    public Route(
        String topic,
        @Nullable String source,
        String format,
        int qos,
        String measurement,
        EventTime time,
        List<Metric> metrics,
        Unlisted unlisted) {
      this(
          topic,
          source,
          format,
          qos,
          measurement,
          time,
          metrics,
          unlisted,
          Reporting.EVERY,
          null,
          null,
          Duration.ZERO,
          Limits.DEFAULT,
          Csv.DEFAULT,
          null);
    }

    /** The same, with another rule for times. */
    public Route with(EventTime other) {
      return new Route(
          topic,
          source,
          format,
          qos,
          measurement,
          other,
          metrics,
          unlisted,
          reporting,
          asset,
          trust,
          dedup,
          limits,
          csv,
          jsonata);
    }
  }

  /**
   * How the rows of delimited text are to be read.
   *
   * @param header whether the first row of each message names the columns
   * @param columns the columns' names; empty where the header has them
   * @param delimiter between cells, or {@code null}: then it is looked for
   * @param decimal what stands before the decimals, a point or a comma
   * @param time the column that is the time, or {@code null}: then it is looked for
   * @param timeFormat how it is written, or {@code null} for numbers and ISO 8601
   */
  public record Csv(
      boolean header,
      List<String> columns,
      @Nullable Character delimiter,
      char decimal,
      @Nullable String time,
      @Nullable DateTimeFormatter timeFormat) {

    /** A header, the delimiter looked for, a decimal point. */
    public static final Csv DEFAULT = new Csv(true, List.of(), null, '.', null, null);
  }

  /** What becomes of metrics that a route does not list. */
  public enum Unlisted {
    KEEP,
    DROP
  }

  /**
   * Which time a reading has.
   *
   * @param from JSON Pointer of the time, or {@code null}: then it is looked for
   * @param unit unit of a numeric time, or {@code null}: then by magnitude
   * @param zone zone of times that name none, or {@code null}: then such times are rejected
   * @param repeatedHour which of the two a local time is that the zone has twice
   * @param maxFuture how far ahead of the receive time an event time may lie
   */
  public record EventTime(
      @Nullable String from,
      Sample.@Nullable TimeUnit unit,
      @Nullable ZoneId zone,
      RepeatedHour repeatedHour,
      Duration maxFuture) {

    public EventTime(
        @Nullable String from,
        Sample.@Nullable TimeUnit unit,
        @Nullable ZoneId zone,
        Duration maxFuture) {
      this(from, unit, zone, RepeatedHour.EARLIER, maxFuture);
    }

    /** The same, with numbers in that unit. */
    public EventTime in(Sample.TimeUnit other) {
      return new EventTime(from, other, zone, repeatedHour, maxFuture);
    }
  }

  public enum RepeatedHour {
    EARLIER,
    LATER
  }

  /**
   * Which readings of a series and metric are kept; the others are filtered. All rules must let it
   * through, and what differs in quality from the last one kept has changed.
   *
   * @param deadband how far a number must be from the last one kept to have changed, or {@code
   *     null} where it need not
   * @param maxSilence how long after the last one kept a reading is kept in any case, or {@code
   *     null}
   * @param maxRate how many are kept at most, or {@code null}
   */
  public record Reporting(
      @Nullable Deadband deadband, @Nullable Duration maxSilence, @Nullable Rate maxRate) {

    /** Keeps all. */
    public static final Reporting EVERY = new Reporting(null, null, null);
  }

  /**
   * How far a number must be from another to differ from it.
   *
   * @param amount 0 or more; in the unit of the store, or a share of the last value kept
   * @param relative whether it is a share
   */
  public record Deadband(double amount, boolean relative) {}

  /** So many readings in so long a time, at most. */
  public record Rate(int readings, Duration per) {}

  /** Lowest and highest value of a metric, in the unit of the store. */
  public record Range(double low, double high, OutOfRange otherwise) {}

  public enum OutOfRange {
    UNCERTAIN,
    REJECT
  }

  /** Where a name comes from. */
  public sealed interface Label {

    /** The same for all. */
    record Fixed(String text) implements Label {}

    /** The level of the topic that the pattern captures under that name. */
    record Captured(String name) implements Label {}

    /** A field of a JSON payload by its pointer, or a tag of other formats by its name. */
    record Field(String from) implements Label {}
  }

  /**
   * Where the readings of a route belong. A level that is {@code null} is as the table says, else
   * the topic, else the payload.
   */
  public record AssetRule(
      @Nullable Label site,
      @Nullable Label area,
      @Nullable Label line,
      @Nullable Label machine,
      @Nullable AssetTable table) {}

  /**
   * Where assets are, by an id that devices go by.
   *
   * @param id what is looked up
   * @param assets where each belongs, by id
   */
  public record AssetTable(Label id, Map<String, Asset> assets) {}

  /**
   * What a field of the payload says of all its values: its text is one of these lists. In none of
   * them it is as good as uncertain.
   */
  public record Trust(String from, Set<String> good, Set<String> uncertain, Set<String> bad) {}

  /**
   * What one message of a route may ask for.
   *
   * @param payload bytes; 0 for as many as the source takes
   * @param depth levels of nesting
   * @param samples samples, rejected and filtered parts together
   * @param newSeries series and metrics not seen before, of one topic in a minute; 0 for any number
   */
  public record Limits(int payload, int depth, int samples, int newSeries) {

    public static final Limits DEFAULT = new Limits(0, 32, 100_000, 0);
  }

  /**
   * What a metric is named and typed in the store.
   *
   * @param from the metric's name in the payload (a JSON Pointer where it starts with a slash)
   * @param to its name in the store, or {@code null} to keep it
   * @param type the type declared, or {@code null} for the natural one (numbers are floats)
   * @param scale what a number is multiplied by, before anything else
   * @param offset what is added then; the number is in {@code unit} now
   * @param unit the unit as sent, or {@code null}: the one that the payload names
   * @param storeUnit the unit it is converted to, or {@code null} to keep it
   * @param range where it may lie after that, or {@code null}
   * @param reporting which readings are kept
   */
  public record Metric(
      String from,
      @Nullable String to,
      Value.@Nullable Type type,
      double scale,
      double offset,
      @Nullable String unit,
      @Nullable String storeUnit,
      @Nullable Range range,
      Reporting reporting) {

    /** A metric that is renamed and typed. */
    public Metric(String from, @Nullable String to, Value.@Nullable Type type) {
      this(from, to, type, 1, 0, null, null, null, Reporting.EVERY);
    }
  }

  /** The {@code readings} log. */
  public record Buffer(
      long segmentSize, long maxSize, WhenFull whenFull, Duration linger, int maxMessageSize) {}

  /** What an append does at the bound of the log. */
  public enum WhenFull {
    BLOCK,
    DROP_OLDEST
  }

  /** The {@code quarantine} log, bounded, drop-oldest. */
  public record Quarantine(long maxSize) {}

  /** A way out. */
  public sealed interface Sink {
    String name();

    Batch batch();

    /** Where a new sink starts in a log that has records already. */
    Start start();

    /** Bytes behind beyond which it gives up its oldest, 0 for never. */
    long maxLag();
  }

  /** Where a new sink starts. */
  public enum Start {
    OLDEST,
    NOW
  }

  /**
   * How lines are gathered into one write.
   *
   * @param maxLines lines of one write at most
   * @param maxBytes bytes of one write at most, before compression
   * @param linger how long a batch waits to fill
   */
  public record Batch(int maxLines, int maxBytes, Duration linger, boolean gzip) {}

  /**
   * An InfluxDB, or a store that speaks its line protocol over HTTP.
   *
   * @param version 1, 2 or 3
   * @param bucket version 2: with org; else {@code null}
   * @param database versions 1 and 3
   * @param text whether the store keeps text fields (VictoriaMetrics does not)
   */
  public record InfluxSink(
      String name,
      int version,
      URI url,
      @Nullable String org,
      @Nullable String bucket,
      @Nullable Secret token,
      @Nullable String database,
      @Nullable String retentionPolicy,
      @Nullable String username,
      @Nullable Secret password,
      Precision precision,
      boolean text,
      Duration timeout,
      Batch batch,
      Start start,
      long maxLag)
      implements Sink {}

  /**
   * QuestDB inside the gateway, on loopback.
   *
   * @param port its HTTP port: console, SQL, writes
   * @param pgPort its PostgreSQL port, 0 for off
   * @param pgPassword password for the PostgreSQL port; without it the port stays off
   */
  public record EmbeddedSink(
      String name,
      int port,
      int pgPort,
      @Nullable Secret pgPassword,
      Batch batch,
      Start start,
      long maxLag)
      implements Sink {}

  /** Of the times in a store. */
  public enum Precision {
    NS(1),
    US(1_000),
    MS(1_000_000),
    S(1_000_000_000);

    private final long nanos;

    Precision(long nanos) {
      this.nanos = nanos;
    }

    /** Nanoseconds in one step. */
    public long nanos() {
      return nanos;
    }
  }

  /**
   * The gateway's own server.
   *
   * @param bind address; one beyond loopback needs a token
   * @param token bearer token asked of every request but health, or {@code null}
   * @param maxBodyBytes largest request body
   */
  public record Http(
      String bind,
      int port,
      @Nullable Secret token,
      @Nullable Tls tls,
      int maxBodyBytes,
      Duration timeout) {}

  /**
   * What the process says while it runs.
   *
   * @param format {@code text} or {@code json}
   * @param level of Weir's own loggers: error, warn, info, debug or trace
   * @param loggers levels of single loggers by name
   */
  public record Logging(String format, String level, Map<String, String> loggers) {}

  /**
   * How the factory's figures are made: its calendar, what each machine's signals mean, its lines.
   *
   * @param zone zone of shifts, hours and days
   * @param shifts not overlapping; empty for one shift of 24 hours
   * @param holidays dates on which every shift that starts is a planned stop
   * @param targetOee the OEE aimed at, 0 to 1
   * @param allowedLateness how far behind its machine's newest reading one may come and still count
   * @param defaults what holds for every machine; its asset is {@code null}
   * @param machines what differs, first match over the defaults
   * @param lines serial lines, which make each piece once
   */
  public record Efficiency(
      ZoneId zone,
      List<Shift> shifts,
      Set<LocalDate> holidays,
      double targetOee,
      Duration allowedLateness,
      Machine defaults,
      List<Machine> machines,
      List<Line> lines) {

    /**
     * A shift.
     *
     * @param days on which it starts
     * @param start whole minute, local
     * @param end whole minute, local; at or before the start it is on the next day
     */
    public record Shift(
        String name, Set<DayOfWeek> days, LocalTime start, LocalTime end, List<Break> breaks) {}

    /** A planned pause in a shift; a start before the shift's start is on the next day. */
    public record Break(LocalTime start, Duration length) {}

    /**
     * What a machine's signals mean. In an override, {@code null} leaves the default.
     *
     * @param asset pattern over the asset's path, {@code *} standing for a level or a part of one,
     *     or {@code null} in the defaults
     * @param microStop a stop shorter than this is a micro-stop
     * @param silentAfter without any reading for longer than this, a machine is unknown
     * @param loss what a micro-stop counts as
     */
    public record Machine(
        @Nullable String asset,
        @Nullable StateMapping state,
        @Nullable Counts count,
        @Nullable IdealCycle idealCycle,
        @Nullable Energy energy,
        @Nullable Duration microStop,
        @Nullable Duration silentAfter,
        @Nullable Loss loss) {}

    /**
     * What tells a machine's state.
     *
     * @param signals asked in order, 16 at most; the first whose latest value is mapped decides
     * @param reason the metric that says why a machine stands, or {@code null}: then the word does
     */
    public record StateMapping(List<Signal> signals, @Nullable String reason) {}

    /**
     * One metric that tells a state.
     *
     * @param words the value as text (6, true, RUNNING) to what it means; over the preset
     * @param preset a table of a standard, or {@code null}
     */
    public record Signal(String metric, Map<String, MachineState> words, @Nullable Preset preset) {}

    /** Tables of PackML (ISA-TR88.00.02). */
    public enum Preset {
      /** StateCurrent, by number or name. */
      PACKML_STATE,
      /** UnitModeCurrent: maintenance is planned, manual is setup, others leave it to the state. */
      PACKML_MODE
    }

    /**
     * What counts a machine's pieces.
     *
     * @param total metric of all pieces; each of the four may be {@code null}
     * @param rollover the first value a cumulative counter cannot show, 0 for none
     * @param assumeGood whether pieces of a machine that counts only a total are all good
     */
    public record Counts(
        @Nullable String total,
        @Nullable String good,
        @Nullable String scrap,
        @Nullable String rework,
        CountKind kind,
        double rollover,
        boolean assumeGood) {}

    public enum CountKind {
      /** Rises for ever, but for a rollover or a reset. */
      CUMULATIVE,
      /** Each value is what was made since the one before. */
      DELTA,
      /** Starts again from 0 with each order. */
      ORDER
    }

    /** Planned run time of one piece (ISO 22400: PRI). */
    public sealed interface IdealCycle {}

    public record ConstantCycle(Duration cycle) implements IdealCycle {}

    /** A metric that tells it, in seconds. */
    public record MetricCycle(String metric) implements IdealCycle {}

    /** A metric that names the product, and the product's cycle. */
    public record ProductCycle(String product, Map<String, Duration> table) implements IdealCycle {}

    /** A metric in kWh (cumulative) or kW (power). */
    public record Energy(String metric, EnergyKind kind) {}

    public enum EnergyKind {
      CUMULATIVE,
      POWER
    }

    /** What a micro-stop is a loss of. OEE is the same either way. */
    public enum Loss {
      AVAILABILITY,
      PERFORMANCE
    }

    /**
     * A serial line.
     *
     * @param asset its path, such as {@code plant-a/press-shop/line-1}
     * @param machines its machines in the direction of flow, for people; empty where not said
     * @param output the machines whose pieces are the line's
     * @param bottleneck the machine that sets its pace, or {@code null} for the one with the
     *     largest ideal cycle
     */
    public record Line(
        String asset, List<String> machines, List<String> output, @Nullable String bottleneck) {}
  }
}
