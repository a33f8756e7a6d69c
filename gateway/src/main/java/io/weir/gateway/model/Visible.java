package io.weir.gateway.model;

import java.util.Locale;

/**
 * Texts as people see them. Characters that have no shape of their own, or turn the direction of
 * what follows, let one name look like another: these are shown by their number.
 */
public final class Visible {

  private Visible() {}

  /** With such characters shown by their number, {@code \}{@code u{202e}}. */
  public static String of(String text) {
    StringBuilder shown = null;
    int before = 0;
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      if (isHidden(c, before)) {
        shown = shown == null ? new StringBuilder(text.substring(0, at)) : shown;
        shown.append("\\u{").append(Integer.toHexString(c).toLowerCase(Locale.ROOT)).append('}');
      } else if (shown != null) {
        shown.appendCodePoint(c);
      }
      before = c;
      at += Character.charCount(c);
    }
    return shown == null ? text : shown.toString();
  }

  /** Whether nobody sees a character; scripts from Arabic to Mongolian join by some of them. */
  static boolean isHidden(int c, int before) {
    boolean joins = (c == 0x200c || c == 0x200d) && before >= 0x600 && before < 0x2000;
    return c > 0x7f && Character.getType(c) == Character.FORMAT && !joins;
  }
}
