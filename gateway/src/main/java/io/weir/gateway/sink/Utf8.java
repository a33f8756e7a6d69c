package io.weir.gateway.sink;

/** Lengths of texts in UTF-8. */
final class Utf8 {

  private Utf8() {}

  static int length(String text) {
    return text.length() + more(text);
  }

  /** How many bytes more than characters a text has. */
  static int more(String text) {
    int more = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) { // a surrogate pair is 2 chars and 4 bytes
        more += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return more;
  }
}
