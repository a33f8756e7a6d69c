package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.Limits;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.normalize.Routes;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
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

/**
 * The JSON decoder against its yardstick: Jackson's streaming parser reading every name and value
 * of the same bytes and keeping nothing. The aim is at most twice its time.
 *
 * <p>With the bytes allocated for each message ({@code -prof gc}); on a busy machine compare
 * medians ({@code -bm sample}):
 *
 * <pre>
 * mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp gateway/target/test-classes:gateway/target/classes:$(cat gateway/target/classpath) \
 *     org.openjdk.jmh.Main JsonDecoderBench -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JsonDecoderBench {

  /** A flat object of one machine, a nested one, and an array of fifty points. */
  @Param({"flat", "nested", "array"})
  public String shape;

  private byte[] payload;
  private Decoder.Payload delivered;
  private Decoder decoder;
  private JsonFactory yardstick;

  @Setup
  public void setUp() {
    String flat =
        """
        {"ts":1772366400123,"state":"RUNNING","temperature":61.42,"vibration":2.71,\
        "power":13.9,"energy":10481.25,"total":48211,"good":47903,"scrap":308}""";
    String nested =
        """
        {"ts":1772366400123,"motor":{"temp":61.42,"speed":1480,"phase":{"u":230.1,"v":229.8,\
        "w":230.4}},"counter":{"total":48211,"good":47903},"current":[1.32,2.1,1.9]}""";
    String text =
        switch (shape) {
          case "flat" -> flat;
          case "nested" -> nested;
          default -> "[" + (flat + ",").repeat(49) + flat + "]";
        };
    payload = text.getBytes(UTF_8);
    delivered = new Decoder.Payload("factory/line-1/press-02/telemetry", payload, 0);
    decoder = Decoders.of("json", Routes.UNROUTED, Limits.DEFAULT);
    yardstick = JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
  }

  @Benchmark
  public void decoder(Blackhole seen) {
    decoder.decode(
        delivered,
        new Decoder.Output() {
          @Override
          public void sample(Sample sample) {
            seen.consume(sample);
          }

          @Override
          public void rejected(Rejected rejected) {
            throw new AssertionError(rejected.detail());
          }

          @Override
          public void filtered() {
            throw new AssertionError("nothing in it is to be filtered");
          }
        });
  }

  @Benchmark
  public void yardstick(Blackhole seen) throws IOException {
    try (JsonParser in = yardstick.createParser(payload)) {
      JsonToken token = in.nextToken();
      while (token != null) {
        switch (token) {
          case FIELD_NAME -> seen.consume(in.currentName());
          case VALUE_NUMBER_INT -> seen.consume(in.getLongValue());
          case VALUE_NUMBER_FLOAT -> seen.consume(in.getDoubleValue());
          case VALUE_STRING -> seen.consume(in.getText());
          default -> {}
        }
        token = in.nextToken();
      }
    }
  }
}
