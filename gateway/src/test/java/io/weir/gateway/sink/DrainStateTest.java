package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of a drain in its cursor, of this version and of those before. */
class DrainStateTest {

  private static String longs(long... values) {
    StringBuilder hex = new StringBuilder();
    for (long value : values) {
      hex.append("%016x".formatted(value));
    }
    return hex.toString();
  }

  private static DrainState read(String hex) {
    return DrainState.fromBytes(HexFormat.of().parseHex(hex), 100);
  }

  @Test
  void whatWasThinnedOrIsHeldIsTheFifthFormat() {
    SinkTotals totals = new SinkTotals(1, 2, 3, 4, 5, 6, 9);
    DrainState state = new DrainState(totals, 7, 8, ByteBuffer.wrap(new byte[] {10, 11}));
    assertThat(HexFormat.of().formatHex(state.toBytes()))
        .isEqualTo("05" + longs(1, 2, 3, 4, 5, 7, 8, 6, 9) + "0a0b");
    assertThat(DrainState.fromBytes(state.toBytes(), 0)).isEqualTo(state);
    DrainState held =
        new DrainState(new SinkTotals(1, 2, 3, 4, 5), 7, 8, ByteBuffer.wrap(new byte[] {10}));
    assertThat(HexFormat.of().formatHex(held.toBytes()))
        .isEqualTo("05" + longs(1, 2, 3, 4, 5, 7, 8, 0, 0) + "0a");
  }

  @Test
  void whatWasSentIsTheFourthFormat() {
    DrainState state = new DrainState(new SinkTotals(1, 2, 3, 4, 5, 6), 7, 8);
    assertThat(HexFormat.of().formatHex(state.toBytes()))
        .isEqualTo("04" + longs(1, 2, 3, 4, 5, 7, 8, 6));
    assertThat(DrainState.fromBytes(state.toBytes(), 0)).isEqualTo(state);
  }

  /** So an earlier version reads it after a roll-back. */
  @Test
  void whereNothingWasSentItIsTheThird() {
    DrainState state = new DrainState(new SinkTotals(1, 2, 3, 4, 5), 7, 8);
    assertThat(HexFormat.of().formatHex(state.toBytes()))
        .isEqualTo("03" + longs(1, 2, 3, 4, 5, 7, 8));
    assertThat(DrainState.fromBytes(state.toBytes(), 0)).isEqualTo(state);
  }

  @Test
  void earlierFormatsAreRead() {
    assertThat(read("02" + longs(1, 2, 3, 4, 5, 7)))
        .isEqualTo(new DrainState(new SinkTotals(1, 2, 3, 4, 5), 7, Long.MIN_VALUE));
    assertThat(read("01" + longs(1, 2, 3, 4, 5)))
        .isEqualTo(new DrainState(new SinkTotals(1, 2, 3, 4, 5), 85, Long.MIN_VALUE));
    assertThat(read("")).isEqualTo(new DrainState(SinkTotals.ZERO, 100, Long.MIN_VALUE));
  }

  @Test
  void anotherFormatOrLengthIsRefused() {
    byte[] whole = new DrainState(new SinkTotals(1, 2, 3, 4, 5, 6), 7, 8).toBytes();
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> DrainState.fromBytes(cut, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
    whole[0] = 6;
    assertThatThrownBy(() -> DrainState.fromBytes(whole, 0))
        .hasMessageContaining("format 6")
        .isInstanceOf(IllegalArgumentException.class);
  }
}
