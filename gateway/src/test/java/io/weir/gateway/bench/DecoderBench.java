package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.weir.gateway.Case;
import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.FormatContext;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Routes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What each decoder costs: nanoseconds and bytes allocated for each reading of one typical payload
 * of its format. Formats of any shape stand beside a yardstick of the same run: a bare parser that
 * reads every name and value of the same bytes and keeps nothing ({@link Yardstick}); the aim for
 * JSON is at most twice its time.
 *
 * <p>Times are medians, and code is compiled in the foreground, so that other work on the machine
 * disturbs them little. {@code scripts/bench decode [seconds for each payload [payload...]]} runs
 * it and prints the table.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xbatch")
@Warmup(iterations = 4)
@Measurement(iterations = 4)
public class DecoderBench {

  private static final String FLAT =
      """
      {"ts":1772366400123,"state":"RUNNING","temperature":61.42,"vibration":2.71,\
      "power":13.9,"energy":10481.25,"total":48211,"good":47903,"scrap":308}""";
  private static final String NESTED =
      """
      {"ts":1772366400123,"motor":{"temp":61.42,"speed":1480,"phase":{"u":230.1,"v":229.8,\
      "w":230.4}},"counter":{"total":48211,"good":47903},"current":[1.32,2.1,1.9]}""";

  /** A case of the tests, or JSON of a machine in some shape or compression. */
  @Param({
    "json flat",
    "json nested",
    "json array of 50",
    "json flat, gzip",
    "json flat, zlib",
    "json flat, zstd",
    "json/pivot-tags-in-a-list",
    "ndjson/lines",
    "csv/header",
    "csv/pivot-wincc",
    "cbor/plain-object",
    "msgpack/plain-object",
    "xml/elements-and-attributes",
    "raw/registers",
    "avro/plain-record",
    "edgex/an-event",
    "hivemq-edge/one-data-point",
    "homie/version-5",
    "influx-line/plain",
    "kepware/standard-template",
    "neuron/list-of-tags",
    "opcua-pubsub/minimal",
    "protobuf/plain-message",
    "scalar/number",
    "senml-cbor/every-kind-of-value",
    "senml-json/base-fields-and-times-relative-to-the-base",
    "shelly/gen2-status",
    "siemens-databus/bulk",
    "sitewise/batch-request",
    "sparkplug-b/data-by-alias",
    "tasmota/energy",
    "thingsboard/devices-of-a-gateway",
    "umh/historian-with-many-tags",
    "xml/xpath-rows-and-values",
    "zigbee2mqtt/sensor"
  })
  public String payload;

  private Decoder.Payload delivered;
  private Decoder decoder;
  private @Nullable Yardstick yardstick;

  private static Decoder decoder(String format, RouteConfig route) {
    FormatContext context = new FormatContext(route.time(), route.texts(), DecodeLimits.DEFAULT);
    return Decoders.of(format, route.options(), context);
  }

  @Setup
  public void setUp() throws IOException {
    if (payload.contains("/")) {
      Case given = Case.load(payload);
      decoder = decoder(given.format(), given.route());
      for (Case.Arrival before : given.before()) {
        decoder.decode(
            new Decoder.Payload(before.topic(), before.payload(), given.receivedNs()),
            new Counting());
      }
      delivered =
          new Decoder.Payload(
              given.arrival().topic(), given.arrival().payload(), given.receivedNs());
    } else {
      decoder = decoder("json", Routes.UNROUTED);
      delivered = new Decoder.Payload("factory/line-1/press-02/telemetry", json(payload), 0);
    }
    yardstick = Yardstick.of(payload, delivered.bytes());
  }

  private static byte[] json(String shape) throws IOException {
    String text =
        shape.contains("array")
            ? "[" + (FLAT + ",").repeat(49) + FLAT + "]"
            : shape.contains("nested") ? NESTED : FLAT;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (shape.substring(shape.indexOf(' ', shape.indexOf(' ') + 1) + 1)) {
          case "gzip" -> new GZIPOutputStream(bytes);
          case "zlib" -> new DeflaterOutputStream(bytes);
          case "zstd" -> new ZstdOutputStream(bytes);
          default -> bytes;
        }) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  @Benchmark
  public void decode(Blackhole seen) {
    decoder.decode(
        delivered,
        new Decoder.Output() {
          @Override
          public void sample(Sample sample) {
            seen.consume(sample);
          }

          @Override
          public void rejected(Rejected rejected) {
            seen.consume(rejected);
          }

          @Override
          public void filtered(String part, String why) {
            // nothing is made of it
          }
        });
  }

  @Benchmark
  public void yardstick(Blackhole seen) throws IOException {
    Objects.requireNonNull(yardstick).read(seen);
  }

  /** How many readings a payload has. */
  private static final class Counting implements Decoder.Output {
    int samples;

    @Override
    public void sample(Sample sample) {
      samples++;
    }

    @Override
    public void rejected(Rejected rejected) {
      // a part of a typical payload may be one that cannot be read
    }

    @Override
    public void filtered(String part, String why) {
      // or be empty
    }
  }

  private int readings() throws IOException {
    setUp();
    Counting counting = new Counting();
    decoder.decode(delivered, counting);
    if (counting.samples == 0) {
      throw new IllegalStateException(payload + " has no reading");
    }
    return counting.samples;
  }

  public static void main(String[] args) throws RunnerException, IOException {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 3;
    TimeValue iteration = TimeValue.milliseconds(Math.round(seconds * 1000 / 8));
    OptionsBuilder options = new OptionsBuilder();
    if (args.length > 1) {
      options.param("payload", Arrays.copyOfRange(args, 1, args.length));
    }
    options
        .verbosity(VerboseMode.SILENT)
        .warmupTime(iteration)
        .measurementTime(iteration)
        .addProfiler(GCProfiler.class);
    Collection<RunResult> decoded =
        new Runner(options.include("DecoderBench.decode").build()).run();
    String[] withYardstick =
        decoded.stream()
            .map(each -> each.getParams().getParam("payload"))
            .filter(each -> !Yardstick.name(each).isEmpty())
            .toArray(String[]::new);
    Map<String, Double> bare = new HashMap<>();
    Runner beside =
        new Runner(
            new OptionsBuilder()
                .parent(options.build())
                .include("DecoderBench.yardstick")
                .param("payload", withYardstick)
                .build());
    for (RunResult result : beside.run()) {
      bare.put(result.getParams().getParam("payload"), median(result));
    }
    System.out.println(
        "| payload | readings | ns a reading | bytes a reading | to the bare parser | which |");
    System.out.println("|---|---|---|---|---|---|");
    for (RunResult result : decoded) {
      print(result, bare);
    }
  }

  private static double median(RunResult result) {
    return result.getPrimaryResult().getStatistics().getPercentile(50);
  }

  private static void print(RunResult result, Map<String, Double> bare) throws IOException {
    DecoderBench bench = new DecoderBench();
    bench.payload = result.getParams().getParam("payload");
    int readings = bench.readings();
    double ns = median(result);
    double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
    Double yardstick = bare.get(bench.payload);
    System.out.printf(
        "| %s | %d | %,.0f | %,.0f | %s | %s |%n",
        bench.payload,
        readings,
        ns / readings,
        bytes / readings,
        yardstick == null ? "" : "%.2f".formatted(ns / yardstick),
        yardstick == null ? "" : Yardstick.name(bench.payload));
    if (yardstick != null && bench.payload.equals("json flat")) {
      BenchRow.print(
          "decode alone, JSON of eight readings",
          "Jackson streaming, same bytes",
          "%.2f".formatted(yardstick / ns),
          "0.58",
          "0.6 with normalize");
    }
  }
}
