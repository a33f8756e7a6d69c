package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonToken;
import io.weir.gateway.decode.Expectations.Field;
import io.weir.gateway.model.Excerpt;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the tokens of a document with the fields that are expected of it, without a tree of the
 * document. What nothing is expected of is passed over. A document that is an array is compared
 * element by element, as its elements are read.
 */
final class ExpectedFields {

  /** More differences than this are counted only. */
  private static final int MOST_SHOWN = 4;

  private static final String EACH = "*";

  /** The steps of all pointers, as a tree. */
  private static final class Node {
    final List<Node> alone = List.of(this);
    final Map<String, Node> next = new LinkedHashMap<>();

    /** Its place among the steps beside it. */
    final int place;

    final List<Field> here = new ArrayList<>(1);

    Node(int place) {
      this.place = place;
    }

    Node step(String key) {
      return next.computeIfAbsent(key, unknown -> new Node(next.size()));
    }
  }

  private final Node root = new Node(0);
  private final Expectations expectations;

  ExpectedFields(Expectations expectations) {
    this.expectations = expectations;
    for (Field field : expectations.fields()) {
      Node node = root;
      for (String step : field.name().substring(1).split("/", -1)) {
        node = node.step(step.replace("~1", "/").replace("~0", "~"));
      }
      node.here.add(field);
    }
  }

  /**
   * What a document lacks, in words; {@code null} where it lacks nothing, or is empty.
   *
   * @throws IOException where it is not of its language, as the parser says it
   */
  @Nullable String unmet(Tokens in) throws IOException {
    JsonToken first = in.nextToken();
    if (first == null) {
      return null;
    }
    Comparison comparison = new Comparison(in);
    if (first == JsonToken.START_ARRAY) {
      comparison.elements();
    } else {
      comparison.value(first, root.alone);
    }
    return expectations.unmet(comparison.differences());
  }

  /** One document. */
  private final class Comparison {
    private final Tokens in;
    private final Deque<String> path = new ArrayDeque<>();
    private final List<String> shown = new ArrayList<>(0);
    private int more;

    /** Levels of the path that no pointer has: the element of a document that is an array. */
    private int around;

    Comparison(Tokens in) {
      this.in = in;
    }

    List<String> differences() {
      if (more > 0) {
        shown.add("and " + more + " more");
      }
      return shown;
    }

    void elements() throws IOException {
      around = 1;
      int i = 0;
      for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
        path.addLast(String.valueOf(i++));
        value(token, root.alone);
        path.removeLast();
      }
    }

    private JsonToken next() throws IOException {
      JsonToken token = in.nextToken();
      if (token == null) {
        throw new IOException("the document breaks off");
      }
      return token;
    }

    /** As deep as the parser allows, which is less than a stack holds. */
    void value(JsonToken token, List<Node> nodes) throws IOException {
      boolean inner = false;
      for (Node node : nodes) {
        inner |= !node.next.isEmpty();
        for (Field field : node.here) {
          if (!fits(field, token)) {
            differs(field, found(token));
          }
        }
      }
      if (token == JsonToken.START_OBJECT && inner) {
        object(nodes);
      } else if (token == JsonToken.START_ARRAY && inner) {
        array(nodes);
      } else {
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
          in.skipChildren();
        }
        missing(nodes, new boolean[nodes.size()][]);
      }
    }

    private void object(List<Node> nodes) throws IOException {
      boolean[][] met = met(nodes);
      for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
        step(nodes, key, met, next());
      }
      missing(nodes, met);
    }

    private void array(List<Node> nodes) throws IOException {
      boolean[][] met = met(nodes);
      int i = 0;
      for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
        step(nodes, String.valueOf(i++), met, token);
      }
      missing(nodes, met);
    }

    private boolean[][] met(List<Node> nodes) {
      boolean[][] met = new boolean[nodes.size()][];
      for (int i = 0; i < met.length; i++) {
        met[i] = new boolean[nodes.get(i).next.size()];
      }
      return met;
    }

    private void step(List<Node> nodes, String key, boolean[][] met, JsonToken token)
        throws IOException {
      List<Node> inside = List.of();
      for (int i = 0; i < met.length; i++) {
        for (String step : key.equals(EACH) ? List.of(EACH) : List.of(key, EACH)) {
          Node node = nodes.get(i).next.get(step);
          if (node != null) {
            met[i][node.place] = true;
            inside = with(inside, node);
          }
        }
      }
      if (!inside.isEmpty()) {
        path.addLast(key);
        value(token, inside);
        path.removeLast();
      } else if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
        in.skipChildren();
      }
    }

    private List<Node> with(List<Node> nodes, Node node) {
      if (nodes.isEmpty()) {
        return node.alone;
      }
      List<Node> all = new ArrayList<>(nodes);
      all.add(node);
      return all;
    }

    /**
     * Says what was not there.
     *
     * @param met for each node which of its steps were; {@code null} for none
     */
    private void missing(List<Node> nodes, @Nullable boolean[][] met) {
      for (int i = 0; i < nodes.size(); i++) {
        boolean[] there = met[i];
        for (Node node : nodes.get(i).next.values()) {
          if (there == null || !there[node.place]) {
            missing(node);
          }
        }
      }
    }

    private void missing(Node node) {
      for (Field field : node.here) {
        differs(field, "none");
      }
      node.next.values().forEach(this::missing);
    }

    /**
     * The place is that of the pointer, as far as the document goes with what stands for a star.
     */
    private void differs(Field field, String found) {
      if (shown.size() == MOST_SHOWN) {
        more++;
        return;
      }
      StringBuilder place = new StringBuilder();
      path.forEach(step -> place.append('/').append(step.replace("~", "~0").replace("/", "~1")));
      String[] steps = field.name().split("/", -1);
      for (int i = 1 + path.size() - around; i < steps.length; i++) {
        place.append('/').append(steps[i]);
      }
      shown.add(field.at(Excerpt.of(place.toString())) + ", found " + found);
    }

    private boolean fits(Field field, JsonToken token) throws IOException {
      return switch (field.what()) {
        case ANY -> true;
        case TEXT -> token == JsonToken.VALUE_STRING;
        case NUMBER -> token.isNumeric();
        case BOOLEAN -> token.isBoolean();
        case OBJECT -> token == JsonToken.START_OBJECT;
        case ARRAY -> token == JsonToken.START_ARRAY;
        case FIXED -> isScalar(token) && matches(String.valueOf(field.is()), in.getText());
      };
    }

    private static boolean isScalar(JsonToken token) {
      return token == JsonToken.VALUE_STRING || token.isNumeric() || token.isBoolean();
    }

    private String found(JsonToken token) throws IOException {
      return switch (token) {
        case START_OBJECT -> "an object";
        case START_ARRAY -> "an array";
        case VALUE_NULL -> "null";
        case VALUE_STRING -> "'" + Excerpt.of(in.getText()) + "'";
        case VALUE_EMBEDDED_OBJECT -> String.valueOf(in.foreign());
        default -> Excerpt.of(in.getText());
      };
    }
  }

  /** Whether a text is that one, in which a star stands for any characters. In linear time. */
  static boolean matches(String wanted, String text) {
    String[] parts = wanted.split("\\*", -1);
    if (parts.length == 1) {
      return wanted.equals(text);
    }
    String last = parts[parts.length - 1];
    if (!text.startsWith(parts[0]) || text.length() < parts[0].length() + last.length()) {
      return false;
    }
    int at = parts[0].length();
    int end = text.length() - last.length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = text.indexOf(parts[i], at);
      if (found < 0 || found + parts[i].length() > end) {
        return false;
      }
      at = found + parts[i].length();
    }
    return text.endsWith(last);
  }
}
