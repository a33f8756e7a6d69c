package io.weir.gateway.decode;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.Quantities;
import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The format {@code jsonata}, and the reader of its expression, which stands in the configuration
 * or in a file of its own.
 */
public final class JsonataFormat implements FormatFactory<JsonataExpression> {

  private static final String KEY = "jsonata";
  private static final int MOST_BYTES = 64 * 1024;

  @Override
  public String name() {
    return KEY;
  }

  @Override
  public String summary() {
    return "JSON that an expression of the route brings into shape";
  }

  @Override
  public Class<JsonataExpression> configType() {
    return JsonataExpression.class;
  }

  @Override
  public JsonataExpression unset() {
    return JsonataExpression.DOCUMENT;
  }

  @Override
  public Decoder decoder(JsonataExpression options, FormatContext context) {
    return JsonataDecoder.of(options, context);
  }

  @Override
  public boolean readsPointers() {
    return true;
  }

  @Override
  public boolean reads(String key) {
    return key.equals("json");
  }

  @Override
  public JsonataExpression read(Section route, ReadContext context) {
    String text = expression(route);
    JsonDecoder.Options json = JsonDecoder.Format.options(route);
    return text == null ? JsonataExpression.DOCUMENT : new JsonataExpression(text, json);
  }

  private static @Nullable String expression(Section route) {
    if (!route.has(KEY)) {
      route.problem(
          KEY, "is missing; the format jsonata needs an expression", "such as jsonata: values");
      return null;
    }
    if (route.hasSection(KEY)) {
      return fromFile(route.section(KEY));
    }
    String text = route.text(KEY, "").stripTrailing();
    // the text of a block begins in the line after its key
    FilePosition at = route.place(KEY);
    int before = text.contains("\n") ? at.line() : at.line() - 1;
    return compiles(text, at.source(), before, route.key() + "." + KEY, route.problems())
        ? text
        : null;
  }

  private static @Nullable String fromFile(Section section) {
    Path file = section.content("file");
    if (file == null || !Files.isReadable(file)) {
      return null;
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        section.problem("file", "is larger than " + Quantities.show(MOST_BYTES));
        return null;
      }
      String text = Files.readString(file).stripTrailing();
      return compiles(text, section.written("file"), 0, "", section.problems()) ? text : null;
    } catch (CharacterCodingException e) {
      section.problem("file", "is not UTF-8");
    } catch (IOException e) {
      section.problem("file", "cannot be read: " + e.getMessage());
    }
    return null;
  }

  private static boolean compiles(
      String text, String source, int before, String key, Problems problems) {
    String wrong;
    int at = 0;
    try {
      Jsonata.jsonata(text);
      return true;
    } catch (JException e) {
      wrong = e.getMessage();
      at = Math.max(0, Math.min(e.getLocation(), text.length()));
    } catch (StackOverflowError e) {
      wrong = "it is nested too deeply";
    } catch (RuntimeException e) { // the parser fails in ways of its own where it meets the odd
      wrong = String.valueOf(e.getMessage());
    }
    int line = (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    problems.add(new FilePosition(source, before + line + 1), key, "is not JSONata: " + wrong);
    return false;
  }
}
