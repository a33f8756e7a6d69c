package io.weir.sim.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damaged payloads arrive between the good ones.
 *
 * @param share damaged payloads for each good one, 0 to 1
 */
public record Poison(double share) implements EventEffect.NetworkFault {

  static Poison read(YamlMapping mapping) {
    return new Poison(mapping.number("share", 0, 1));
  }

  @Override
  public List<Delivery> pass(long sent, long until, Random random) {
    Delivery good = Delivery.whole(sent);
    return random.nextDouble() < share ? List.of(new Delivery(sent, true), good) : List.of(good);
  }

  /**
   * Damages a payload as a failing device or a bad link does: cut off, garbled or empty.
   *
   * @param turn counts the damaged payloads, so that the three are used in turn
   */
  public static byte[] damage(byte[] payload, long turn) {
    return switch ((int) Math.floorMod(turn, 3L)) {
      case 0 -> cutOff(payload);
      case 1 -> garbled(payload);
      default -> new byte[0];
    };
  }

  /** The first half, with an incomplete character at its end: half a number would be a number. */
  private static byte[] cutOff(byte[] payload) {
    byte[] half = Arrays.copyOf(payload, Math.max(1, payload.length / 2));
    half[half.length - 1] = (byte) 0xC3;
    return half;
  }

  /** Replaces every seventh byte by one that never occurs in UTF-8. */
  private static byte[] garbled(byte[] payload) {
    byte[] garbled = payload.clone();
    for (int i = 0; i < garbled.length; i += 7) {
      garbled[i] = (byte) 0xFF;
    }
    return garbled;
  }
}
