package io.weir.gateway.datadir;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version of {@code site.yaml}. The file begins with comments that say which it is; behind them
 * stands its text.
 *
 * @param number from 1; 0 for nothing
 * @param time when it was written, or {@code null} where the file does not say
 * @param who changed it, "" where the file does not say
 * @param comment why, "" where nothing was said
 * @param isEdited whether somebody has changed the text by hand since
 * @param text without the comments at the beginning
 */
public record SiteVersion(
    long number,
    @Nullable Instant time,
    String who,
    String comment,
    boolean isEdited,
    String text) {

  /** As the loader of configurations takes it. */
  static final int MOST_BYTES = 1 << 20;

  /** Where there is no file. */
  public static final SiteVersion NONE = new SiteVersion(0, null, "", "", false, "");

  private static final String HEAD =
      "# What people changed on the page. It goes over the main configuration file.\n";
  private static final List<String> FIELDS =
      List.of("version", "time", "who", "comment", "checksum");

  /**
   * What somebody wants to be the next version.
   *
   * @param text without comments at its beginning that look like ours
   */
  public record Change(String text, String who, String comment, Instant time) {

    /** The same with another text. */
    public Change with(String other) {
      return new Change(other, who, comment, time);
    }

    SiteVersion as(long number) {
      return new SiteVersion(number, time, line(who), line(comment), false, text);
    }

    private static String line(String text) {
      return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
  }

  SiteVersion numbered(long other) {
    return new SiteVersion(other, time, who, comment, isEdited, text);
  }

  /** What tells this content from every other, for whoever replaces it. */
  public String tag() {
    return digest(number + "\n" + text);
  }

  /** The whole file. */
  public byte[] bytes() {
    return (HEAD
            + "# version: "
            + number
            + "\n# time: "
            + time
            + "\n# who: "
            + who
            + "\n# comment: "
            + comment
            + "\n# checksum: "
            + digest(text)
            + "\n"
            + text)
        .getBytes(UTF_8);
  }

  /**
   * @param before the number of the version before, for a file that does not say its own
   */
  static SiteVersion parse(byte[] bytes, long before) {
    String all = new String(bytes, UTF_8);
    Map<String, String> fields = new LinkedHashMap<>();
    int at = all.startsWith(HEAD) ? HEAD.length() : 0;
    for (String field : FIELDS) {
      String begin = "# " + field + ":";
      int end = all.indexOf('\n', at);
      if (at == 0 || end < 0 || !all.startsWith(begin, at)) {
        return new SiteVersion(before + 1, null, "", "", true, all);
      }
      fields.put(field, all.substring(at + begin.length(), end).strip());
      at = end + 1;
    }
    String text = all.substring(at);
    return new SiteVersion(
        number(fields.get("version"), before + 1),
        time(fields.get("time")),
        fields.getOrDefault("who", ""),
        fields.getOrDefault("comment", ""),
        !digest(text).equals(fields.get("checksum")),
        text);
  }

  private static long number(@Nullable String text, long otherwise) {
    return text != null && text.matches("[1-9][0-9]{0,17}") ? Long.parseLong(text) : otherwise;
  }

  private static @Nullable Instant time(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      return null; // somebody has edited it
    }
  }

  private static String digest(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
