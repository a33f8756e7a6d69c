package io.weir.gateway.model;

/** A piece of a payload as it may stand in a sentence for a person: short, on one line. */
public final class Excerpt {

  private static final int LONGEST = 60;

  private Excerpt() {}

  /** The first 60 characters, what cannot be shown replaced. */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    while (at < text.length() && at < LONGEST) {
      int c = text.codePointAt(at);
      boolean showable = !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE;
      shown.appendCodePoint(showable ? c : '\ufffd');
      at += Character.charCount(c);
    }
    return at < text.length() ? shown.append("...").toString() : shown.toString();
  }
}
