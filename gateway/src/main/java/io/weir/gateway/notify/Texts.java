package io.weir.gateway.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.alarm.Alarm;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;

/** The words of messages in one language, from the file {@code LANGUAGE.properties}. */
public final class Texts {

  public static final Texts ENGLISH = new Texts("en");

  private final Locale locale;
  private final Map<String, String> all = new TreeMap<>();

  private Texts(String language) {
    locale = Locale.forLanguageTag(language);
    Properties read = new Properties();
    try (InputStream in =
        Objects.requireNonNull(Texts.class.getResourceAsStream(language + ".properties"))) {
      read.load(new InputStreamReader(in, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    read.stringPropertyNames().forEach(key -> all.put(key, read.getProperty(key)));
  }

  /**
   * @param language en, de or zh
   */
  public static Texts of(String language) {
    return language.equals("en") ? ENGLISH : new Texts(language);
  }

  Map<String, String> all() {
    return all;
  }

  /** The text of a key, with {0}, {1} and so on filled in. */
  String text(String key, Object... values) {
    String text = Objects.requireNonNull(all.get(key), key);
    for (int i = 0; i < values.length; i++) {
      text = text.replace("{" + i + "}", String.valueOf(values[i]));
    }
    return text;
  }

  /** A ratio in percent, with one digit behind the point. */
  String percent(double ratio) {
    return String.format(locale, "%.1f", 100 * ratio);
  }

  /**
   * What an alarm says. The words of its kind are those of the language; a reason beyond them comes
   * from the part that fails, such as the answer of a store, and stays as it is.
   */
  String of(Alarm alarm) {
    String words = text("alarm." + alarm.id(), alarm.subject());
    return alarm.reason().isEmpty() ? words : words + ": " + alarm.reason();
  }
}
