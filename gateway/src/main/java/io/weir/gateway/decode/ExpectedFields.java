package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import io.weir.gateway.decode.Expectations.Field;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
   * @param in gives names of fields as tokens
   * @throws IOException where it is not of its language, as the parser says it
   */
  @Nullable String unmet(Tokens in) throws IOException {
    Comparison comparison = new Comparison(in);
    for (JsonToken token = in.nextToken(); ; token = in.nextToken()) {
      if (token == null) {
        if (comparison.isBegun) {
          throw new IOException("the document breaks off");
        }
        return null;
      }
      if (token == JsonToken.FIELD_NAME) {
        comparison.key = in.getText();
      } else {
        comparison.take(token);
      }
      if (comparison.isDone()) {
        return comparison.unmet();
      }
    }
  }

  /**
   * Reads a document as {@link JsonDocument#read} does, and compares it meanwhile.
   *
   * @param expected {@code null} where nothing is
   * @throws JsonDocument.Refused also if it lacks something
   */
  static JsonDocument read(
      @Nullable ExpectedFields expected,
      Tokens in,
      @Nullable String timeName,
      Set<String> labels,
      @Nullable Pivot pivot,
      DecodeLimits limits)
      throws IOException {
    if (expected == null) {
      return JsonDocument.read(in, timeName, labels, pivot, limits);
    }
    Comparison comparison = expected.new Comparison(in);
    JsonDocument document =
        JsonDocument.read(new Watched(in, comparison), timeName, labels, pivot, limits);
    String unmet = comparison.unmet();
    if (unmet != null) {
      throw new JsonDocument.Refused(Reason.MALFORMED, unmet);
    }
    return document;
  }

  /** The same tokens, which are compared while they are read. */
  private record Watched(Tokens in, Comparison comparison) implements Tokens {

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      JsonToken token = in.nextToken();
      if (token != null) {
        comparison.take(token);
      }
      return token;
    }

    @Override
    public @Nullable String nextFieldName() throws IOException {
      String key = in.nextFieldName();
      if (key == null) {
        comparison.end();
      } else {
        comparison.key = key;
      }
      return key;
    }

    @Override
    public void skipChildren() throws IOException {
      in.skipChildren();
      comparison.skip();
    }

    @Override
    public String getText() throws IOException {
      return in.getText();
    }

    @Override
    public NumberType getNumberType() throws IOException {
      return in.getNumberType();
    }

    @Override
    public long getLongValue() throws IOException {
      return in.getLongValue();
    }

    @Override
    public double getDoubleValue() throws IOException {
      return in.getDoubleValue();
    }

    @Override
    public @Nullable JsonLocation currentTokenLocation() {
      return in.currentTokenLocation();
    }

    @Override
    public @Nullable String foreign() {
      return in.foreign();
    }

    @Override
    public boolean isOwnText(String key) {
      return in.isOwnText(key);
    }

    @Override
    public void emitLeft(Decoder.Output out) {
      in.emitLeft(out);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /**
   * An object or array that is being read.
   *
   * @param nodes what is expected in it; {@code null} for the array around documents
   * @param met for each of them which of its steps were there
   */
  private static final class Open {
    final @Nullable List<Node> nodes;
    final boolean[][] met;
    final boolean isArray;
    int elements;

    Open(@Nullable List<Node> nodes, boolean isArray) {
      this.nodes = nodes;
      this.isArray = isArray;
      List<Node> all = nodes == null ? List.of() : nodes;
      this.met = new boolean[all.size()][];
      for (int i = 0; i < met.length; i++) {
        met[i] = new boolean[all.get(i).next.size()];
      }
    }
  }

  /** One document. */
  private final class Comparison {
    private final Tokens in;
    private final Deque<Open> open = new ArrayDeque<>();
    private final Deque<String> path = new ArrayDeque<>();
    private final List<String> shown = new ArrayList<>(0);
    private int more;
    private boolean isBegun;

    /** Of the field whose value comes next. */
    private String key = "";

    /** Objects and arrays inside each other of which nothing is expected. */
    private int ignored;

    /** Levels of the path that no pointer has: the element of a document that is an array. */
    private int around;

    Comparison(Tokens in) {
      this.in = in;
    }

    boolean isDone() {
      return isBegun && open.isEmpty() && ignored == 0;
    }

    @Nullable String unmet() {
      List<String> differences = new ArrayList<>(shown);
      if (more > 0) {
        differences.add("and " + more + " more");
      }
      return expectations.unmet(differences);
    }

    private void take(JsonToken token) throws IOException {
      if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
        end();
        return;
      }
      boolean opens = token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY;
      Open around = open.peekLast();
      if (ignored > 0) {
        ignored += opens ? 1 : 0;
      } else if (around != null) {
        String step = around.isArray ? String.valueOf(around.elements++) : key;
        List<Node> inside = around.nodes == null ? root.alone : step(around, step);
        if (!inside.isEmpty()) {
          path.addLast(step);
          value(token, opens, inside);
        } else {
          ignored = opens ? 1 : 0;
        }
      } else if (!isBegun) {
        isBegun = true;
        if (token == JsonToken.START_ARRAY) {
          this.around = 1;
          open.addLast(new Open(null, true));
        } else {
          value(token, opens, root.alone);
        }
      } // else it follows the document, which its reader refuses
    }

    private void value(JsonToken token, boolean opens, List<Node> nodes) throws IOException {
      boolean inner = false;
      for (Node node : nodes) {
        inner |= !node.next.isEmpty();
        for (Field field : node.here) {
          if (!fits(field, token)) {
            differs(field, found(token));
          }
        }
      }
      if (opens && inner) {
        open.addLast(new Open(nodes, token == JsonToken.START_ARRAY));
        return;
      }
      ignored = opens ? 1 : 0;
      missing(nodes, new boolean[nodes.size()][]);
      path.pollLast();
    }

    /** The object or array at hand ends. */
    private void end() {
      if (ignored > 0) {
        ignored--;
        return;
      }
      Open last = open.pollLast();
      if (last != null && last.nodes != null) {
        missing(last.nodes, last.met);
      }
      path.pollLast();
    }

    /** What has just begun was passed over. */
    private void skip() {
      if (ignored > 0) {
        ignored--;
      } else {
        open.pollLast();
        path.pollLast();
      }
    }

    private List<Node> step(Open at, String key) {
      List<Node> inside = List.of();
      for (int i = 0; at.nodes != null && i < at.met.length; i++) {
        for (String step : key.equals(EACH) ? List.of(EACH) : List.of(key, EACH)) {
          Node node = at.nodes.get(i).next.get(step);
          if (node != null) {
            at.met[i][node.place] = true;
            inside = with(inside, node);
          }
        }
      }
      return inside;
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
