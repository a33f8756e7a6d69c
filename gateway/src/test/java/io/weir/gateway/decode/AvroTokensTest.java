package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files whose schemas nobody here has written. */
class AvroTokensTest {

  private static final long WITHOUT_END = 1L << 62;
  private static final Duration LONG = Duration.ofSeconds(10);

  static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyNumberOfValuesThatTakeNoByteEndsAtALimit(int seed) {
    Random random = new Random(seed);
    Schema array = SchemaBuilder.array().items(nothing(random, 4));
    Schema schema = around("Outer", name(random), around("Inner", name(random), array));

    List<Rejected> rejected = rejected(file(schema, 1, encoded(WITHOUT_END)));

    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.LIMIT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000})
  void recordsThatDoubleAtEachLevelEndAtALimit(int nameLength) {
    Schema schema = SchemaBuilder.fixed("Nothing").size(0);
    for (int i = 0; i < 25; i++) {
      schema =
          SchemaBuilder.record("Level" + i)
              .fields()
              .name("a".repeat(nameLength))
              .type(schema)
              .noDefault()
              .name("b".repeat(nameLength))
              .type(schema)
              .noDefault()
              .endRecord();
    }
    List<Rejected> rejected = rejected(file(schema, 1, encoded()));

    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.LIMIT);
  }

  @Test
  void aLengthOfAKeyThatDoesNotEndIsNoFaultOfItsText() {
    byte[] oneEntry = {2, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
    Schema schema = SchemaBuilder.map().values(Schema.create(Schema.Type.INT));

    assertThat(rejected(file(schema, 1, oneEntry)))
        .extracting(Rejected::detail)
        .singleElement()
        .asString()
        .startsWith("not Avro: Invalid long encoding, at byte ");
  }

  private static Schema around(String type, String name, Schema inner) {
    return SchemaBuilder.record(type).fields().name(name).type(inner).noDefault().endRecord();
  }

  /** A type of which each value has no bytes. */
  private static Schema nothing(Random random, int depth) {
    String type = "Type" + random.nextLong(Long.MAX_VALUE);
    return switch (random.nextInt(depth == 0 ? 3 : 6)) {
      case 0 -> Schema.create(Schema.Type.NULL);
      case 1 -> SchemaBuilder.fixed(type).size(0);
      case 2 -> SchemaBuilder.record(type).fields().endRecord();
      default -> {
        SchemaBuilder.FieldAssembler<Schema> fields = SchemaBuilder.record(type).fields();
        for (int i = random.nextInt(3); i >= 0; i--) {
          fields.name(name(random) + i).type(nothing(random, depth - 1)).noDefault();
        }
        yield fields.endRecord();
      }
    };
  }

  /** Two of the longer ones are a name that no reading has. */
  private static String name(Random random) {
    return "n".repeat(random.nextBoolean() ? 1 : 1_000);
  }

  private static byte[] encoded(long... numbers) {
    return written(
        (bytes, encoder) -> {
          for (long each : numbers) {
            encoder.writeLong(each);
          }
        });
  }

  private static byte[] file(Schema schema, long records, byte[] block) {
    byte[] marker = new byte[16];
    return written(
        (bytes, encoder) -> {
          bytes.write(new byte[] {'O', 'b', 'j', 1});
          encoder.writeLong(1);
          encoder.writeString("avro.schema");
          encoder.writeBytes(schema.toString().getBytes(UTF_8));
          encoder.writeLong(0);
          bytes.write(marker);
          encoder.writeLong(records);
          encoder.writeLong(block.length);
          bytes.write(block);
          bytes.write(marker);
        });
  }

  private interface Writing {
    void to(ByteArrayOutputStream bytes, BinaryEncoder encoder) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writing.to(bytes, EncoderFactory.get().directBinaryEncoder(bytes, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static List<Rejected> rejected(byte[] payload) {
    EventTime time = new EventTime(null, null, null, Duration.ofMinutes(10));
    Decoder decoder =
        new AvroFormat()
            .decoder(AvroOptions.FILES, new FormatContext(time, Set.of(), DecodeLimits.DEFAULT));
    List<Rejected> rejected = new ArrayList<>();
    Decoder.Output out =
        new Decoder.Output() {
          @Override
          public void sample(Sample sample) {
            throw new AssertionError(sample);
          }

          @Override
          public void rejected(Rejected part) {
            rejected.add(part);
          }

          @Override
          public void filtered(String part, String why) {
            throw new AssertionError(part);
          }
        };
    assertTimeoutPreemptively(
        LONG, () -> decoder.decode(new Decoder.Payload("a/b", payload, 0), out));
    return rejected;
  }
}
