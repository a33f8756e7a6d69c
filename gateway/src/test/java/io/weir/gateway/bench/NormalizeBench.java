package io.weir.gateway.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.normalize.PendingState;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What it costs to make readings of a message of six, from bytes to what is appended to the log:
 * route, decoder, names, types, times and clocks. Beside it a yardstick of the same run: Jackson's
 * streaming parser reading every name and value of the same bytes and keeping nothing. The messages
 * are those of a load on 100 topics, each later than the one before; they are written before the
 * time that is measured, so that no message is seen twice.
 *
 * <pre>NormalizeBench [seconds for each of the two, default 8]</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xbatch")
@Warmup(iterations = 4)
@Measurement(iterations = 4)
public class NormalizeBench {

  private static final int TOPICS = 100;

  /** Decoded in one call of the benchmark, so that preparing them is no part of it. */
  private static final int BATCH = 100;

  private final LoadMessages messages =
      new LoadMessages(TOPICS, BenchLog.START_NS / TimeUnit.MILLISECONDS.toNanos(1));

  private final String[] topics =
      IntStream.range(0, TOPICS).mapToObj(messages::topic).toArray(String[]::new);

  private final byte[][] payloads =
      IntStream.range(0, BATCH).mapToObj(i -> LoadMessages.blank()).toArray(byte[][]::new);

  private final JsonFactory yardstick =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  private Decoding decoding;
  private long next;

  @Setup
  public void setUp() throws IOException {
    decoding = LoadMessages.decoding();
    prepare();
    int readings = decode(0).readings().size();
    if (readings != LoadMessages.FIELDS) {
      throw new IllegalStateException("a message has " + readings + " readings");
    }
  }

  @Setup(Level.Invocation)
  public void prepare() {
    for (byte[] payload : payloads) {
      messages.write(next++, payload);
    }
  }

  /** As the intake does it: what is known of a topic changes once the message is appended. */
  private Decoded decode(int index) throws IOException {
    long receiveTimeNs = BenchLog.START_NS + next / TOPICS * 1_000_000 + index;
    Decoded decoded =
        decoding.decode(
            "plant", topics[index % TOPICS], payloads[index], false, null, receiveTimeNs);
    PendingState pending = decoded.pending();
    if (pending != null) {
      pending.commit();
    }
    return decoded;
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void decodeAndNormalize(Blackhole seen) throws IOException {
    for (int i = 0; i < BATCH; i++) {
      seen.consume(decode(i));
    }
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void jackson(Blackhole seen) throws IOException {
    for (byte[] payload : payloads) {
      try (JsonParser in = yardstick.createParser(payload)) {
        Yardstick.stream(in, seen);
      }
    }
  }

  public static void main(String[] args) throws RunnerException {
    double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 8;
    TimeValue iteration = TimeValue.milliseconds(Math.round(seconds * 1000 / 8));
    RunResult weir = run("decodeAndNormalize", iteration);
    RunResult jackson = run("jackson", iteration);
    System.out.printf(
        "a message of %d readings: decode and normalize %,.0f ns and %,.0f bytes allocated, Jackson"
            + " streaming %,.0f ns and %,.0f bytes%n",
        LoadMessages.FIELDS,
        nanoseconds(weir),
        allocated(weir),
        nanoseconds(jackson),
        allocated(jackson));
    BenchRow.print(
        "decode and normalize, JSON of six readings",
        "Jackson streaming, same bytes",
        "%.2f (%,.0f bytes a message)"
            .formatted(nanoseconds(jackson) / nanoseconds(weir), allocated(weir)),
        "0.58 decode only",
        "0.6");
  }

  private static RunResult run(String method, TimeValue iteration) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include("NormalizeBench." + method + "$")
            .verbosity(VerboseMode.SILENT)
            .warmupTime(iteration)
            .measurementTime(iteration)
            .addProfiler(GCProfiler.class)
            .build();
    return new Runner(options).runSingle();
  }

  private static double nanoseconds(RunResult result) {
    return result.getPrimaryResult().getStatistics().getPercentile(50);
  }

  private static double allocated(RunResult result) {
    return result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
  }
}
