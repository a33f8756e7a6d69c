package io.weir.gateway.model;

/** A short piece of a payload for a message to the user, on one line. */
public final class Excerpt {

  private static final int LONGEST = 60;

  private Excerpt() {}

  /** The first 60 characters, what cannot be shown replaced. */
  public static String of(String text) {
    return of(text, LONGEST);
  }

  /** All of it, what cannot be shown replaced. */
  public static String whole(String text) {
    return of(text, text.length());
  }

  private static String of(String text, int longest) {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    int before = 0;
    while (at < text.length() && at < longest) {
      int c = text.codePointAt(at);
      boolean showable =
          !Character.isISOControl(c)
              && Character.getType(c) != Character.SURROGATE
              && !Visible.isHidden(c, before);
      shown.appendCodePoint(showable ? c : '\ufffd');
      before = c;
      at += Character.charCount(c);
    }
    return at < text.length() ? shown.append("...").toString() : shown.toString();
  }
}
