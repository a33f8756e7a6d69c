package io.weir.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.weir.gateway.decode.ProtobufMessage.Bytes;
import io.weir.gateway.decode.ProtobufMessage.Leaf;
import io.weir.gateway.decode.ProtobufMessage.Odd;
import io.weir.gateway.decode.ProtobufOptions.Foreign;
import io.weir.gateway.model.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages are read as the library's own parser reads them, and refused where it fails or keeps
 * fields that it does not know.
 */
class ProtobufReaderTest {

  private static final Path CASES = Path.of("src/test/resources/cases/protobuf");
  private static final int MESSAGES = 3_000;

  @ParameterizedTest
  @CsvSource({
    "plain-message, plant.Telemetry",
    "all-numbers, All",
    "repeated-in-both-ways, Test4",
    "well-known-types, plant.Report",
    "maps-and-machines, plant.Batch",
    "last-one-counts, plant.Sample",
    "any-of-a-message, plant.Envelope",
    "bytes-are-no-value, Image",
    "groups-and-defaults-of-proto2, plant.Old",
    "nested-as-deep-as-it-may, Tree",
  })
  void whatItReadsIsWhatTheLibraryReads(String example, String message) throws Exception {
    Path folder = CASES.resolve(example);
    byte[] file = Files.readAllBytes(folder.resolve("types.desc"));
    Descriptor type =
        Objects.requireNonNull(ProtobufTypes.of(ByteString.copyFrom(file)).type(message));
    byte[] payload = Files.readAllBytes(folder.resolve("payload.bin"));
    int read = 0;
    for (int seed = 0; seed < MESSAGES; seed++) {
      read += compare(type, mutated(payload, new Random(seed))) ? 1 : 0;
    }
    assertThat(read).isPositive().isLessThan(MESSAGES);
  }

  @Test
  void manyMessagesThatAreEmptyCountAsManyValues() throws Exception {
    byte[] file = Files.readAllBytes(CASES.resolve("plain-message").resolve("types.desc"));
    Descriptor type =
        Objects.requireNonNull(ProtobufTypes.of(ByteString.copyFrom(file)).type("plant.Drive"));
    ProtobufReader reader =
        new ProtobufReader(new byte[100_001], Foreign.REFUSE, DecodeLimits.DEFAULT);

    JsonDocument.Refused refused =
        catchThrowableOfType(JsonDocument.Refused.class, () -> reader.delimited(type));

    assertThat(refused.rejected().reason()).isEqualTo(Reason.LIMIT);
  }

  @ParameterizedTest
  @ValueSource(ints = {32, 5_000})
  void anAnyWithinAnotherIsALevel(int around) throws Exception {
    byte[] file = Files.readAllBytes(CASES.resolve("any-of-a-message").resolve("types.desc"));
    Any any = Any.getDefaultInstance();
    for (int i = 0; i < around; i++) {
      any =
          Any.newBuilder().setTypeUrl("/google.protobuf.Any").setValue(any.toByteString()).build();
    }
    ProtobufTypes types = ProtobufTypes.of(ByteString.copyFrom(file));
    Descriptor type = Objects.requireNonNull(types.type("google.protobuf.Any"));
    ProtobufTokens tokens =
        new ProtobufTokens(
            type, types, any.toByteArray(), ProtobufOptions.NONE, DecodeLimits.DEFAULT);

    JsonDocument.Refused refused =
        catchThrowableOfType(JsonDocument.Refused.class, tokens::nextToken);

    assertThat(refused.rejected().reason()).isEqualTo(Reason.LIMIT);
  }

  private static byte[] mutated(byte[] payload, Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int copies = 1 + random.nextInt(2); copies > 0; copies--) {
      byte[] one = payload.clone();
      for (int flips = random.nextInt(3); flips > 0; flips--) {
        one[random.nextInt(one.length)] ^= (byte) (1 << random.nextInt(8));
      }
      out.writeBytes(one);
    }
    byte[] all = out.toByteArray();
    return random.nextInt(8) == 0 ? Arrays.copyOf(all, random.nextInt(all.length)) : all;
  }

  /** Whether it was read. */
  private static boolean compare(Descriptor type, byte[] payload) throws IOException {
    Message theirs = null;
    String fault = "";
    try {
      theirs = DynamicMessage.newBuilder(type).mergeFrom(payload).buildPartial();
    } catch (InvalidProtocolBufferException e) {
      fault = String.valueOf(e.getMessage());
    }
    ProtobufMessage ours;
    try {
      ours = new ProtobufReader(payload, Foreign.REFUSE, DecodeLimits.DEFAULT).whole(type);
    } catch (JsonDocument.Refused e) {
      boolean isVarint = e.rejected().detail().contains("more than ten bytes");
      if (e.rejected().reason() != Reason.LIMIT && !isVarint) {
        assertThat(theirs == null || hasUnknown(theirs)).as(e.getMessage()).isTrue();
      }
      return false;
    }
    if (theirs == null) {
      assertThat(fault).contains("UTF-8"); // of one value
      return true;
    }
    assertThat(hasUnknown(theirs)).isFalse();
    same(ours, theirs, payload);
    return true;
  }

  private static boolean hasUnknown(Message message) {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      return true;
    }
    for (Object value : message.getAllFields().values()) {
      for (Object each : value instanceof List<?> list ? list : List.of(value)) {
        if (each instanceof Message nested && hasUnknown(nested)) {
          return true;
        }
      }
    }
    return false;
  }

  private static void same(ProtobufMessage ours, Message theirs, byte[] payload) {
    for (FieldDescriptor field : ours.type.getFields()) {
      Object value = ours.get(field);
      if (field.isRepeated()) {
        List<?> list = value == null ? List.of() : (List<?>) value;
        assertThat(list).hasSize(theirs.getRepeatedFieldCount(field));
        for (int i = 0; i < list.size(); i++) {
          same(field, list.get(i), theirs.getRepeatedField(field, i), payload);
        }
      } else if (value == null && ours.type.toProto().getOptions().getMapEntry()) {
        continue; // the library puts the default there, as is done here later
      } else if (value == null) {
        assertThat(theirs.hasField(field)).as(field.getName()).isFalse();
      } else {
        same(field, value, theirs.getField(field), payload);
      }
    }
  }

  private static void same(FieldDescriptor field, Object ours, Object theirs, byte[] payload) {
    if (ours instanceof ProtobufMessage message) {
      same(message, (Message) theirs, payload);
      return;
    }
    Object value = ((Leaf) ours).value();
    if (value instanceof Odd) {
      return; // the library cuts it off, or keeps a number
    }
    if (value instanceof Bytes bytes) {
      value = ByteString.copyFrom(payload, bytes.at(), bytes.length());
    }
    assertThat(value).as(field.getFullName()).isEqualTo(asRead(field, theirs));
  }

  private static @Nullable Object asRead(FieldDescriptor field, Object theirs) {
    return switch (field.getType()) {
      case UINT32, FIXED32 -> Integer.toUnsignedLong((Integer) theirs);
      case INT32, SINT32, SFIXED32 -> Long.valueOf((Integer) theirs);
      case UINT64, FIXED64 ->
          (Long) theirs >= 0 ? theirs : new BigInteger(Long.toUnsignedString((Long) theirs));
      case FLOAT -> FloatDecimals.widened((Float) theirs);
      case ENUM -> ((EnumValueDescriptor) theirs).getName();
      default -> theirs;
    };
  }
}
