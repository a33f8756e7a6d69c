package io.weir.sim.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Broken payloads come between the good ones. {@code share}: how many for each good one. */
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
   * A payload as a failing device or a bad link leaves it: cut off, garbled, or empty.
   *
   * @param turn counts the broken payloads, so that the three take turns
   */
  public static byte[] spoil(byte[] payload, long turn) {
    return switch ((int) Math.floorMod(turn, 3L)) {
      case 0 -> cutOff(payload);
      case 1 -> garbled(payload);
      default -> new byte[0];
    };
  }

  /** The first half, and no more than the first byte of a character: else half a number is one. */
  private static byte[] cutOff(byte[] payload) {
    byte[] half = Arrays.copyOf(payload, Math.max(1, payload.length / 2));
    half[half.length - 1] = (byte) 0xC3;
    return half;
  }

  /** Every seventh byte becomes one that no UTF-8 text holds. */
  private static byte[] garbled(byte[] payload) {
    byte[] garbled = payload.clone();
    for (int i = 0; i < garbled.length; i += 7) {
      garbled[i] = (byte) 0xFF;
    }
    return garbled;
  }
}
