package io.weir.gateway.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a configuration, for the user to correct.
 *
 * @param file the file as it was named, or the command line option
 * @param line its line from 1, or 0 where there is none
 * @param key what it concerns, such as {@code sources[plant].url}; "" for the whole file
 * @param message what is wrong and what it must be, without the value of any secret
 * @param suggestion what was probably meant, or {@code null}
 */
public record Problem(
    String file, int line, String key, String message, @Nullable String suggestion) {

  /** One line: {@code gateway.yaml:12: sources[plant].url: is missing (did you mean ...?)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line);
    }
    text.append(": ");
    if (!key.isEmpty()) {
      text.append(key).append(": ");
    }
    text.append(message);
    if (suggestion != null) {
      text.append(" (").append(suggestion).append(')');
    }
    return text.toString();
  }
}
