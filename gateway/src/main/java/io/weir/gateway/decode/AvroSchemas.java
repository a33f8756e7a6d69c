package io.weir.gateway.decode;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/** Reads schemas of Avro, whoever wrote them. */
final class AvroSchemas {

  /** Of a field, and of a symbol: they come again with each value, which may be of one byte. */
  private static final int LONGEST_NAME = 1_024;

  private AvroSchemas() {}

  /**
   * The schema of a text.
   *
   * @throws JsonDocument.Refused if it is none; the message begins with "the schema"
   */
  static Schema parse(String json) throws JsonDocument.Refused {
    return parse(List.of(json));
  }

  /**
   * The schema of the last text, where those before are of named types that it may use.
   *
   * @throws JsonDocument.Refused if one is none; the message begins with "the schema"
   */
  static Schema parse(List<String> texts) throws JsonDocument.Refused {
    // as the library reads those of files: names and defaults are the writer's business
    Schema.Parser parser =
        new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
    try {
      Schema schema = Schema.create(Schema.Type.NULL);
      for (String text : texts) {
        schema = parser.parse(text);
      }
      check(schema);
      return schema;
    } catch (RuntimeException | StackOverflowError e) { // of several kinds, as the library has it
      String words = String.valueOf(e.getMessage()).split("\n", 2)[0];
      throw new JsonDocument.Refused(
          Reason.MALFORMED, "the schema cannot be read: " + Excerpt.of(words));
    }
  }

  private static void check(Schema schema) throws JsonDocument.Refused {
    Set<Schema> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Schema> open = new ArrayDeque<>();
    open.add(schema);
    while (!open.isEmpty()) {
      Schema next = open.remove();
      if (!seen.add(next)) {
        continue;
      }
      switch (next.getType()) {
        case RECORD -> {
          for (Schema.Field field : next.getFields()) {
            checkName(field.name());
            open.add(field.schema());
          }
        }
        case ENUM -> {
          for (String symbol : next.getEnumSymbols()) {
            checkName(symbol);
          }
        }
        case ARRAY -> open.add(next.getElementType());
        case MAP -> open.add(next.getValueType());
        case UNION -> open.addAll(next.getTypes());
        default -> {
          // has no names in it
        }
      }
    }
  }

  private static void checkName(String name) throws JsonDocument.Refused {
    if (name.length() > LONGEST_NAME) {
      throw new JsonDocument.Refused(
          Reason.LIMIT,
          "past a limit: the schema has a name of more than " + LONGEST_NAME + " characters");
    }
  }

  /** What is not Avro. */
  static JsonDocument.Refused refused(String what) {
    return new JsonDocument.Refused(Reason.MALFORMED, "not Avro: " + what);
  }
}
