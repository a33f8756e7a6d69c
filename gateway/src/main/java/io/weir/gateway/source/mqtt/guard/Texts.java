package io.weir.gateway.source.mqtt.guard;

import java.nio.charset.StandardCharsets;

/**
 * Which texts Paho takes. It refuses control characters and non-characters. Its client for MQTT
 * 3.1.1 also refuses every character from U+FDD0 on, such as all emoji (paho.mqtt.java #818).
 */
final class Texts {

  /** Nothing is refused. */
  static final int NONE = -1;

  private static final int FIRST_NON_CHARACTER = 0xFDD0;
  private static final int LAST_OF_ITS_ROW = 0xFDDF; // as Paho has it; Unicode has FDEF
  private static final int LAST_OF_A_PLANE = 0xFFFE;

  private Texts() {}

  /** The first character that Paho refuses, or {@link #NONE}. */
  static int refused(byte[] bytes, int from, int to, boolean five) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < ' ' || bytes[i] == 0x7F) {
        return refused(text(bytes, from, to), five);
      }
    }
    return NONE;
  }

  /** As Paho reads it: what is not UTF-8 becomes U+FFFD. */
  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static int refused(String text, boolean five) {
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int each = text.codePointAt(i);
      if (Character.isISOControl(each) || (five ? isNonCharacter(each) : isHigh(each))) {
        return each;
      }
    }
    return NONE;
  }

  private static boolean isHigh(int character) {
    return character >= FIRST_NON_CHARACTER;
  }

  private static boolean isNonCharacter(int character) {
    return (character & LAST_OF_A_PLANE) == LAST_OF_A_PLANE
        || character >= FIRST_NON_CHARACTER && character <= LAST_OF_ITS_ROW;
  }
}
