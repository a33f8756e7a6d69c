package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ByteInputTest {

  private static final String LONG_TEXT = "Förderband ".repeat(200);

  private static final String LARGE_TEXT = "Ä".repeat(ByteInput.WINDOW_BYTES);

  /** The same bytes in each kind of buffer that a log hands out, each with others around it. */
  static Stream<ByteBuffer> buffers() {
    ByteOutput out = new ByteOutput();
    out.begin();
    out.put(7);
    out.number(Long.MIN_VALUE + 5);
    out.varint(0);
    out.varint(127);
    out.varint(128);
    out.varint(Integer.MAX_VALUE);
    out.varint(-1);
    out.text("");
    out.name("temperature");
    out.text("Öl");
    out.name(LONG_TEXT);
    out.name("AaBB"); // both have the same hash
    out.name("BBAa");
    out.name("AaBB");
    out.text(LARGE_TEXT);
    out.name(LARGE_TEXT);
    out.bytes(new byte[] {1, 2, 3});
    out.part(new byte[3 * ByteInput.WINDOW_BYTES]);
    out.bytes(new byte[2 * ByteInput.WINDOW_BYTES]);
    for (long i = 0; i < ByteInput.WINDOW_BYTES; i++) {
      out.put((int) i & 0x7f); // so that numbers lie over each edge of what is in the array
      out.number(i);
    }
    byte[] written = out.copy();
    return Stream.of(
            ByteBuffer.allocate(written.length + 9), ByteBuffer.allocateDirect(written.length + 9))
        .map(each -> each.position(4).put(written).flip().position(4))
        .flatMap(each -> Stream.of(each, each.slice(), each.asReadOnlyBuffer()));
  }

  @ParameterizedTest
  @MethodSource("buffers")
  void whatWasWrittenIsReadFromAnyKindOfBuffer(ByteBuffer buffer) {
    int position = buffer.position();
    ByteInput in = new ByteInput().over(buffer);
    assertThat(in.next()).isEqualTo(7);
    assertThat(in.number()).isEqualTo(Long.MIN_VALUE + 5);
    assertThat(in.varint()).isZero();
    assertThat(in.varint()).isEqualTo(127);
    assertThat(in.varint()).isEqualTo(128);
    assertThat(in.varint()).isEqualTo(Integer.MAX_VALUE);
    assertThat(in.varint()).isEqualTo(-1);
    assertThat(in.text()).isEmpty();
    assertThat(in.name()).isEqualTo("temperature").isSameAs(nameAgain("temperature"));
    assertThat(in.text()).isEqualTo("Öl");
    assertThat(in.name()).isEqualTo(LONG_TEXT);
    assertThat(in.name()).isEqualTo("AaBB");
    assertThat(in.name()).isEqualTo("BBAa");
    assertThat(in.name()).isEqualTo("AaBB");
    assertThat(in.text()).isEqualTo(LARGE_TEXT);
    assertThat(in.name()).isEqualTo(LARGE_TEXT);
    assertThat(in.bytes()).containsExactly(1, 2, 3);
    assertThat(in.bytes()).hasSize(3 * ByteInput.WINDOW_BYTES);
    in.pass(in.varint());
    for (long i = 0; i < ByteInput.WINDOW_BYTES; i++) {
      assertThat(in.next()).isEqualTo((int) i & 0x7f);
      assertThat(in.number()).isEqualTo(i);
    }
    assertThatThrownBy(in::next).isInstanceOf(BufferUnderflowException.class);
    assertThat(buffer.position()).isEqualTo(position);
  }

  @Test
  void aFieldIsWhateverStoodInItsPlaceBefore() {
    List<String> names =
        List.of("", "t", "temperature", "temperaturf", "Öl", "AaBB", "BBAa", LONG_TEXT, LARGE_TEXT);
    Random random = new Random(3);
    ByteOutput out = new ByteOutput();
    out.begin();
    List<String> written = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      String name = names.get(random.nextInt(names.size() - (i % 100 == 0 ? 0 : 2)));
      written.add(name);
      out.name(name);
    }
    ByteInput in = new ByteInput().over(ByteBuffer.wrap(out.copy()));
    for (String name : written) {
      assertThat(in.field(random.nextInt(), random.nextInt(40))).isEqualTo(name);
    }
    assertThatThrownBy(() -> in.field(0, 0)).isInstanceOf(BufferUnderflowException.class);
  }

  @Test
  void aFieldThatIsNoTextIsReadAsANameIs() {
    byte[] broken = {2, (byte) 0xc3, 'x', 4, (byte) 0xef, (byte) 0xbf, (byte) 0xbd, 'x'};
    ByteInput in = new ByteInput();
    for (int i = 0; i < 3; i++) {
      in.over(ByteBuffer.wrap(broken));
      assertThat(in.field(7, 1)).isEqualTo("\ufffdx");
      assertThat(in.field(7, 1)).isEqualTo("\ufffdx");
    }
  }

  private static String nameAgain(String name) {
    byte[] bytes = name.getBytes(UTF_8);
    return Names.of(bytes, 0, bytes.length);
  }

  @Test
  void whatFollowsInTheArrayOfABufferIsNotRead() {
    byte[] array = new byte[64];
    new Random(1).nextBytes(array);
    ByteInput in = new ByteInput().over(ByteBuffer.wrap(array, 10, 7));
    assertThatThrownBy(in::number).isInstanceOf(BufferUnderflowException.class);
    assertThatThrownBy(() -> in.take(8)).isInstanceOf(BufferUnderflowException.class);
    assertThatThrownBy(() -> in.skip(-1)).isInstanceOf(BufferUnderflowException.class);
    assertThat(in.take(7)).containsExactly(Arrays.copyOfRange(array, 10, 17));
  }

  @Test
  void aLargeRecordOutsideTheHeapStaysThere() {
    ByteInput in = new ByteInput().over(ByteBuffer.allocateDirect(1 << 20));
    assertThat(in.array()).hasSize(ByteInput.WINDOW_BYTES);
    in.pass((1 << 20) - 1);
    assertThat(in.next()).isZero();
    assertThatThrownBy(in::next).isInstanceOf(BufferUnderflowException.class);
    assertThat(in.array()).hasSize(ByteInput.WINDOW_BYTES);
  }
}
