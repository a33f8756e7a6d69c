package io.weir.gateway.mutants;

import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces a piece of a source file. The piece must be there exactly once; how it is broken into
 * lines does not matter. So code that is formatted anew is still found, and code that has changed
 * is an error, never a sabotage that does nothing.
 *
 * @param file path below {@code io/weir/gateway}, such as {@code log/Tail.java}
 * @param replace the code to take away
 * @param with the code to put in its place; may be empty
 */
record Edit(String file, String replace, String with) {

  /** A word, or one sign. */
  private static final Pattern TOKEN = Pattern.compile("\\w+|\\S");

  String apply(String source) {
    Matcher found = pattern().matcher(source);
    if (!found.find()) {
      throw new IllegalArgumentException(file + " does not contain: " + replace.strip());
    }
    int start = found.start();
    int end = found.end();
    if (found.find()) {
      throw new IllegalArgumentException(file + " contains more than once: " + replace.strip());
    }
    String edited = source.substring(0, start) + with + source.substring(end);
    if (edited.equals(source)) {
      throw new IllegalArgumentException(file + " is not changed by: " + replace.strip());
    }
    return edited;
  }

  private Pattern pattern() {
    StringJoiner tokens = new StringJoiner("\\s*");
    Matcher token = TOKEN.matcher(replace);
    boolean afterWord = false;
    while (token.find()) {
      boolean word = Character.isJavaIdentifierPart(token.group().charAt(0));
      // two words stay apart, and no word is the end or the beginning of a longer one
      tokens.add(
          word
              ? (afterWord ? "\\s" : "") + "\\b" + token.group() + "\\b"
              : Pattern.quote(token.group()));
      afterWord = word;
    }
    return Pattern.compile(tokens.toString());
  }
}
