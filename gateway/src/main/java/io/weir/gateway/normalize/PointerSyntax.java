package io.weir.gateway.normalize;

import io.weir.gateway.config.Section;
import org.jspecify.annotations.Nullable;

/**
 * What may stand where a route names a field of the payload: a JSON Pointer (RFC 6901), or where a
 * name will do, a name. In JSON a name with a slash, {@code #/a} or {@code $.a} is a pointer in
 * another spelling; it would name nothing, so it is refused. Other formats have names with slashes.
 */
final class PointerSyntax {

  private static final String ESCAPE = "~(?![01])";

  private PointerSyntax() {}

  /** The text at that key, a pointer; what is wrong with it becomes a problem. */
  static @Nullable String pointer(Section section, String key) {
    String text = section.text(key);
    if (text != null && !text.startsWith("/")) {
      section.problem(
          key,
          "must be a JSON Pointer such as /ts, not '" + section.written(key) + "'",
          suggest(respelt(section.written(key))));
      return text;
    }
    return nameOrPointer(section, key, true);
  }

  /**
   * The text at that key, a pointer or a name; what is wrong with it becomes a problem.
   *
   * @param pointers whether the route's format reads pointers
   */
  static @Nullable String nameOrPointer(Section section, String key, boolean pointers) {
    String text = section.text(key);
    if (text == null) {
      return null;
    }
    String written = section.written(key);
    if (!text.startsWith("/")) {
      boolean another = text.startsWith("$.") || text.startsWith("#/") || text.contains("/");
      if (another && pointers) {
        section.problem(
            key,
            "is neither a name nor a JSON Pointer, which begins with a slash",
            suggest(respelt(written)));
      }
    } else if (!text.replaceFirst(ESCAPE, "").equals(text)) {
      section.problem(
          key,
          "in a JSON Pointer ~ is written ~0, and a slash in a key ~1",
          suggest(written.replaceAll(ESCAPE, "~0")));
    } else if (text.endsWith("/")) {
      String shorter = written.replaceFirst("/+$", "");
      section.problem(
          key,
          "points to a key without a name, which is never read",
          shorter.isEmpty() ? null : suggest(shorter));
    }
    return text;
  }

  private static String suggest(String pointer) {
    return "did you mean '" + pointer + "'?";
  }

  /** As a pointer: {@code ts}, {@code a/b}, {@code #/a/b}, {@code $.a.b[0]}, {@code a.b}. */
  private static String respelt(String text) {
    String path = text.replaceFirst("^(\\$\\.|#/)", "");
    boolean dotted = !path.contains("/");
    return "/" + (dotted ? path.replace('.', '/').replaceAll("\\[(\\d+)]", "/$1") : path);
  }
}
