package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.SequenceNumber;
import io.weir.gateway.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * OPC UA PubSub in JSON (OPC 10000-14, 7.2.5), in every layout: network messages, data-set messages
 * alone, bare payloads, arrays of these; and the samples of the OPC Publisher, {@code
 * {"NodeId":...,"Value":{...}}}. What a publisher says of itself (metadata, status, keep-alives) is
 * filtered, and so is what is asked of it (actions). How a field is written, {@link OpcUaField}
 * knows.
 */
final class OpcUaPubSubDecoder implements Decoder {

  /** The format {@code opcua-pubsub}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "opcua-pubsub";
    }

    @Override
    public String summary() {
      return "OPC UA PubSub in JSON, and OPC Publisher of Azure";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new OpcUaPubSubDecoder(context.limits());
    }

    @Override
    public Expectations.Names expects() {
      return Expectations.Names.POINTERS;
    }

    @Override
    public Map<String, String> presets() {
      return Map.of(
          "opcua-publisher", "+/messages/#", "opcua-pubsub", "opcua/json/data/{machine}/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(
          Recognition.by(Clue.PAYLOAD, look -> look.has("MessageType") && look.hasAny("Messages")),
          Recognition.by(Clue.PAYLOAD, look -> look.has("DataSetWriterId", "Payload")),
          Recognition.by(Clue.PAYLOAD, look -> look.has("NodeId", "Value")));
    }
  }

  /** Keys of a data-set message's header; with any of these an object is no bare payload. */
  private static final Set<String> HEADER =
      Set.of("DataSetWriterId", "DataSetWriterName", "SequenceNumber", "MetaDataVersion");

  private static final Pattern QUALIFIED_NAME =
      Pattern.compile("(?:nsu=[^;]*;|(?:https?|urn):[^#]*#)(?![isgb]=)(.+)");

  private static final Pattern NODE_ID =
      Pattern.compile("(?:nsu=.*;|ns=\\d+;|(?:https?|urn):.*[#;])?s=(.+)");

  private final JsonTree json;
  private final DecodeLimits limits;

  OpcUaPubSubDecoder(DecodeLimits limits) {
    this.limits = limits;
    this.json = new JsonTree(limits);
  }

  @Override
  public Decoder expecting(Expectations expectations) {
    return ExpectingDecoder.ofJson(this, expectations, limits);
  }

  @Override
  public void decode(Payload payload, Output out) {
    JsonNode document = json.read(payload.bytes(), out);
    if (document != null) {
      message(document, Point.PLAIN, new Samples(out, limits));
    }
  }

  private static void message(JsonNode message, Point point, Samples out) {
    if (message.isArray()) {
      message.forEach(each -> message(each, point, out));
    } else if (!message.isObject()) {
      out.reject(Reason.MALFORMED, "no message of OPC UA PubSub: an object is expected");
    } else if (message.path("MessageType").asText().startsWith("ua-action")) {
      out.filter("an action or its answer, not a reading");
    } else if (message.has("Messages")) {
      String publisher = publisher(message.path("PublisherId"));
      message(
          message.path("Messages"), publisher == null ? point : point.onMachine(publisher), out);
    } else if (message.path("MessageType").asText().equals("ua-keepalive")) {
      out.filter("a keep-alive");
    } else if (message.path("Payload").isObject()) {
      dataSet(message, point, out);
    } else if (message.has("NodeId") && message.has("Value")) {
      sample(message, out);
    } else if (message.path("body").isContainerNode()) {
      message(message.path("body"), point, out); // as a cloud's hub hands it on
    } else if (isAboutItself(message) && message.hasNonNull("Payload")) {
      out.reject(
          Reason.MALFORMED,
          "the Payload is "
              + JsonTree.kind(message.path("Payload"))
              + ", not an object with a key for each field");
    } else if (isAboutItself(message)) {
      out.filter("said by the publisher of itself (metadata, status), not a reading");
    } else {
      fields(message, point, out);
    }
  }

  private static boolean isAboutItself(JsonNode message) {
    return message.path("MessageType").asText().startsWith("ua-")
        || HEADER.stream().anyMatch(message::has);
  }

  /** A publisher's id is a text or a number; 1.04 has it inside a Variant now and then. */
  private static @Nullable String publisher(JsonNode id) {
    return JsonTree.name(id.isObject() ? id.path(id.has("Body") ? "Body" : "Value") : id);
  }

  private static void dataSet(JsonNode message, Point network, Samples out) {
    String publisher = publisher(message.path("PublisherId"));
    Point from = publisher == null ? network : network.onMachine(publisher);
    String writer = JsonTree.name(message.path("DataSetWriterName"));
    Point point =
        from.tagged(
                "writer", writer == null ? JsonTree.name(message.path("DataSetWriterId")) : writer)
            .at(OpcUaField.time(message.path("Timestamp")));
    count(message, publisher == null ? machine(network) : publisher, from, out);
    fields(message.path("Payload"), OpcUaField.judged(point, message.path("Status")), out);
  }

  private static @Nullable String machine(Point point) {
    return point.asset() == null ? null : point.asset().machine();
  }

  /** Each writer counts its messages. */
  private static void count(JsonNode message, @Nullable String publisher, Point from, Samples out) {
    JsonNode number = message.path("SequenceNumber");
    if (number.canConvertToLong() && number.longValue() >= 0) {
      String id = JsonTree.name(message.path("DataSetWriterId"));
      String writer = id == null ? JsonTree.name(message.path("DataSetWriterName")) : id;
      out.numbered(
          new SequenceNumber(
              from.asset() == null ? Asset.NONE : from.asset(),
              (publisher == null ? "" : publisher) + "/" + (writer == null ? "" : writer),
              number.longValue(),
              0,
              false));
    }
  }

  private static void fields(JsonNode payload, Point point, Samples out) {
    for (Map.Entry<String, JsonNode> field : payload.properties()) {
      if (field.getKey().isEmpty()) {
        out.reject(Reason.BAD_NAME, "an empty key");
      } else {
        OpcUaField.add(identifier(field.getKey()), field.getValue(), point, out);
      }
    }
  }

  private static void sample(JsonNode sample, Samples out) {
    String name = JsonTree.name(sample.path("DisplayName"));
    String application = JsonTree.name(sample.path("ApplicationUri"));
    Value source = OpcUaField.time(sample.path("SourceTimestamp"));
    Point plain =
        Point.PLAIN
            .onMachine(
                application == null ? JsonTree.name(sample.path("EndpointUrl")) : application)
            .at(source == null ? OpcUaField.time(sample.path("Timestamp")) : source);
    Point point =
        OpcUaField.judged(plain, sample.path(sample.has("StatusCode") ? "StatusCode" : "Status"));
    String node = sample.path("NodeId").asText();
    OpcUaField.add(name == null ? identifier(node) : name, sample.path("Value"), point, out);
  }

  /**
   * The last part of a node id whose identifier is a text, or of a name with a namespace: {@code
   * nsu=...;s=Speed}, {@code http://...#s=Speed} and {@code http://...#Speed} are Speed. What is
   * neither stays.
   */
  private static String identifier(String node) {
    for (Pattern pattern : new Pattern[] {NODE_ID, QUALIFIED_NAME}) {
      Matcher matcher = pattern.matcher(node);
      if (matcher.matches()) {
        return matcher.group(1);
      }
    }
    return node;
  }
}
