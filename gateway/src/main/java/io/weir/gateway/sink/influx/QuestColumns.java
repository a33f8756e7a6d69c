package io.weir.gateway.sink.influx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.HeldField;
import io.weir.gateway.sink.HeldFields;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Asks QuestDB, over its HTTP port, for the columns of its tables. Tags are symbols there and no
 * fields; a column of floats takes integers too.
 */
public final class QuestColumns {

  private static final JsonMapper JSON = new JsonMapper();

  /** The key that the gateway adds to its tables. */
  private static final String POINT = "point";

  /** QuestDB takes a table of this name for its own, and by default leaves it out of its lists. */
  private static final String HIDDEN = "telemetry";

  private QuestColumns() {}

  /** Whether QuestDB is there. */
  static boolean answers(URI url, @Nullable TlsFiles tls, Duration timeout) throws IOException {
    return ask(url, tls, null, timeout, "SELECT 1").status() == 200;
  }

  /**
   * @param tls files for TLS, or {@code null}
   * @param token what it asks for, or {@code null}
   * @throws IOException if it does not answer, or does not say it
   */
  public static HeldFields of(
      URI url, @Nullable TlsFiles tls, @Nullable Secret token, Duration timeout)
      throws IOException {
    Set<String> tables = new TreeSet<>();
    rows(ask(url, tls, token, timeout, "SELECT table_name FROM tables()"))
        .forEach(row -> tables.add(row.path(0).asText()));
    List<HeldField> held = new ArrayList<>();
    for (String table : tables) {
      held.addAll(fields(table, ask(url, tls, token, timeout, columns(table))));
    }
    if (!tables.contains(HIDDEN)) {
      Exchange hidden = ask(url, tls, token, timeout, columns(HIDDEN));
      held.addAll(hidden.status() == 200 ? fields(HIDDEN, hidden) : List.of());
    }
    return HeldFields.of(held);
  }

  private static String columns(String table) {
    return "SELECT \"column\", type FROM table_columns('%s')".formatted(table.replace("'", "''"));
  }

  private static List<HeldField> fields(String table, Exchange columns) throws IOException {
    List<HeldField> held = new ArrayList<>();
    for (JsonNode column : rows(columns)) {
      String field = column.path(0).asText();
      if (!field.equals(POINT)) {
        types(column.path(1).asText()).forEach(type -> held.add(new HeldField(table, field, type)));
      }
    }
    return held;
  }

  /** What a column takes, its own type first; nothing for one that holds no field. */
  private static List<Value.Type> types(String type) {
    return switch (type.toUpperCase(Locale.ROOT)) {
      case "DOUBLE", "FLOAT" -> List.of(Value.Type.FLOAT, Value.Type.INTEGER);
      case "LONG", "INT", "SHORT", "BYTE" -> List.of(Value.Type.INTEGER);
      case "BOOLEAN" -> List.of(Value.Type.BOOLEAN);
      case "STRING", "VARCHAR" -> List.of(Value.Type.STRING);
      default -> List.of();
    };
  }

  static JsonNode rows(Exchange answer) throws IOException {
    if (answer.status() != 200) {
      throw new IOException("HTTP " + answer.status() + " " + AnswerReader.bounded(answer.body()));
    }
    return JSON.readTree(answer.body()).path("dataset");
  }

  private static Exchange ask(
      URI url, @Nullable TlsFiles tls, @Nullable Secret token, Duration timeout, String sql)
      throws IOException {
    String exec =
        url.toString().replaceFirst("/+$", "")
            + "/exec?query="
            + URLEncoder.encode(sql, StandardCharsets.UTF_8);
    Request.Builder request = new Request.Builder().url(exec);
    if (token != null) {
      request.header("Authorization", "Bearer " + token.value());
    }
    return new HttpExchanges(FieldKeys.MOST_BYTES, tls).ask(request.build(), timeout);
  }
}
