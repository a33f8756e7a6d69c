package io.weir.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.log.Soak;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.normalize.KnownNames;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.NormalizerMemory;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.ReceiveTimes;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * No message overwrites itself: whatever its format, and whatever stands in it twice, each reading
 * that is appended has a point of its own in every store. Samples whose device's clock is wrong
 * have one of their own across messages too.
 */
class DistinctPointsTest {

  private static final int MOST = 200;

  /** More, up to the most, where these have no collision. */
  private static final int SEQUENCES = Soak.count(5, 40);

  /** A message of it costs ten times one of another format: it brings its schema along. */
  private static final int SEQUENCES_OF_AVRO = Soak.count(2, 40);

  private static final int MESSAGES = 12;
  private static final long[] PRECISIONS = {1, 1_000, 1_000_000, 1_000_000_000};

  /** Formats without lists: a message of them has one value of each name. */
  private static final Set<String> WITHOUT_LISTS =
      Set.of(
          "hivemq-edge",
          "homie",
          "raw",
          "scalar",
          "siemens-databus",
          "tasmota",
          "umh",
          "weir",
          "zigbee2mqtt");

  /** Formats without a time of their own, or whose time this test does not change. */
  private static final Set<String> WITHOUT_SKEW = Set.of("homie", "raw", "scalar", "sparkplug-b");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper CBOR = new CBORMapper();

  static List<String> formats() {
    return Decoders.names();
  }

  /** What was seen of a format, so that the property cannot hold for want of collisions. */
  private int doubled;

  private int skewed;

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void everyAppendedReadingHasAPointOfItsOwn(String format) throws IOException {
    List<Case> cases = Case.ofFormat(format);
    boolean isAvro = format.equals("avro");
    if (isAvro) { // of the others the schema is not known here, or they are no files
      cases.removeIf(
          each ->
              !text(each.arrival().payload()).startsWith("Obj")
                  || !each.expected().contains("-> telemetry"));
    }
    int sequences = isAvro ? SEQUENCES_OF_AVRO : SEQUENCES;
    boolean mayDouble = !WITHOUT_LISTS.contains(format);
    boolean maySkew = !WITHOUT_SKEW.contains(format);
    for (int seed = 0;
        seed < sequences || seed < MOST && (mayDouble && doubled == 0 || maySkew && skewed == 0);
        seed++) {
      Random random = new Random(seed);
      // in turn where they are few: what neighbouring seeds give first is nearly the same
      int next = isAvro ? seed % cases.size() : random.nextInt(cases.size());
      sequence(format, cases.get(next), random);
    }
    if (mayDouble) {
      assertThat(doubled).as("messages with a point twice").isPositive();
    }
    if (maySkew) {
      assertThat(skewed).as("readings of a clock that is wrong").isPositive();
    }
  }

  private void sequence(String format, Case given, Random random) throws IOException {
    long finest = PRECISIONS[random.nextInt(PRECISIONS.length)];
    long coarsest = Math.max(finest, PRECISIONS[random.nextInt(PRECISIONS.length)]);
    RouteConfig route = random.nextBoolean() ? given.route() : machineOfTopic(given);
    Decoding decoding =
        new Decoding(
            List.of(route),
            Types.load(new Memory()),
            new NormalizerMemory(
                finest,
                new ReceiveClock(Time.SYSTEM, coarsest, ReceiveTimes.upTo(given.receivedNs())),
                KnownNames.unlimited(),
                MemoryBudget.of(Runtime.getRuntime().maxMemory(), 0)));
    long receiveNs = given.receivedNs() / coarsest * coarsest;
    for (Case.Arrival each : given.before()) {
      receiveNs += coarsest;
      decode(decoding, each.topic(), each.payload(), receiveNs);
    }
    Set<String> arrivals = new HashSet<>();
    for (int i = 0; i < MESSAGES; i++) {
      receiveNs += coarsest * (1 + (random.nextBoolean() ? 0 : random.nextInt(50)));
      byte[] payload = varied(format, given.arrival().payload(), random);
      Decoded decoded = decode(decoding, given.arrival().topic(), payload, receiveNs);

      assertThat(decoded.received())
          .isEqualTo(decoded.readings().size() + decoded.filtered() + decoded.rejected().size());
      Set<String> points = new HashSet<>();
      for (Reading reading : decoded.readings()) {
        assertThat(points.add(point(reading, finest)))
            .as("%s of %s: %s", point(reading, finest), given.name(), text(payload))
            .isTrue();
        if (isSkewed(reading)) {
          skewed++;
          assertThat(reading.timeNs()).isLessThanOrEqualTo(receiveNs);
          assertThat(arrivals.add(point(reading, coarsest)))
              .as("%s of %s, again: %s", point(reading, coarsest), given.name(), text(payload))
              .isTrue();
        }
      }
      doubled +=
          decoded.rejected().stream().anyMatch(r -> r.detail().contains("than once")) ? 1 : 0;
    }
  }

  private static Decoded decode(Decoding decoding, String topic, byte[] payload, long receiveNs)
      throws IOException {
    Decoded decoded = decoding.decode("plant", topic, payload, false, null, receiveNs);
    if (decoded.pending() != null) {
      decoded.pending().commit();
    }
    decoded.kept().run();
    return decoded;
  }

  private static String text(byte[] payload) {
    return new String(payload, ISO_8859_1);
  }

  private static boolean isSkewed(Reading reading) {
    return reading.quality() == Quality.UNCERTAIN
        && Set.of("clock ahead", "clock not set").contains(String.valueOf(reading.reason()));
  }

  /** Measurement, tags, field and instant, as a store has them. */
  private static String point(Reading reading, long precision) {
    Map<String, String> tags = new TreeMap<>(reading.series().tags());
    tags.values().removeIf(String::isEmpty);
    tags.put("site", String.valueOf(reading.series().asset().site()));
    tags.put("area", String.valueOf(reading.series().asset().area()));
    tags.put("line", String.valueOf(reading.series().asset().line()));
    tags.put("machine", String.valueOf(reading.series().asset().machine()));
    tags.put("quality", reading.quality() == Quality.UNCERTAIN ? "uncertain" : "");
    String measurement =
        reading.series().measurement() + (reading.quality() == Quality.BAD ? "_bad" : "");
    return measurement + tags + reading.metric() + "@" + Math.floorDiv(reading.timeNs(), precision);
  }

  /** The route of a case with a pattern in which the topic's last level is the machine. */
  private static RouteConfig machineOfTopic(Case given) {
    int levels = given.arrival().topic().split("/", -1).length;
    RouteConfig route = given.route();
    return new RouteConfig(
        "+/".repeat(levels - 1) + "{machine}",
        null,
        route.format(),
        1,
        route.measurement(),
        route.time(),
        route.metrics(),
        route.unlisted(),
        route.fields(),
        route.reporting(),
        null,
        route.trust(),
        route.dedup(),
        route.retained(),
        route.limits(),
        route.retention(),
        route.devices(),
        route.options());
  }

  // ---- Payloads

  private static byte[] varied(String format, byte[] payload, Random random) throws IOException {
    if (format.equals("sparkplug-b")) { // of a protobuf message twice, lists come together
      return joined(payload, payload);
    }
    if (format.equals("protobuf")) {
      return twice(payload, random);
    }
    if (format.equals("xml")) {
      return elements(text(payload), random).getBytes(ISO_8859_1);
    }
    if (Set.of("csv", "influx-line", "ndjson").contains(format)) {
      return rows(payload, random);
    }
    if (format.equals("msgpack")) {
      return packed(payload, random);
    }
    if (format.equals("avro")) {
      return records(payload, random);
    }
    ObjectMapper mapper = format.endsWith("cbor") ? CBOR : JSON;
    JsonNode tree;
    try {
      tree = mapper.readTree(payload);
    } catch (IOException e) {
      return payload; // not of this format, or compressed
    }
    return mapper.writeValueAsBytes(node(tree, random));
  }

  /** A file with its records several times over, with other numbers and other times. */
  private static byte[] records(byte[] payload, Random random) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DataFileReader<GenericRecord> in =
            new DataFileReader<>(new SeekableByteArrayInput(payload), new GenericDatumReader<>());
        DataFileWriter<GenericRecord> to = new DataFileWriter<>(new GenericDatumWriter<>())) {
      to.create(in.getSchema(), out);
      while (in.hasNext()) {
        GenericRecord each = in.next();
        for (int i = random.nextInt(6); i >= 0; i--) {
          long ts = random.nextInt(3) == 0 ? 86_400_000L : 1_772_366_400_000L;
          each.put("ts", ts + random.nextInt(3));
          each.put("pieces", (long) random.nextInt(3));
          to.append(each);
        }
      }
    } catch (IOException | AvroRuntimeException e) {
      return payload; // no file that its library reads
    }
    return out.toByteArray();
  }

  private static byte[] packed(byte[] payload, Random random) throws IOException {
    JsonNode tree;
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(payload)) {
      tree = JSON.readTree(in.unpackValue().toJson());
    } catch (IOException | MessagePackException e) {
      return payload; // no MessagePack
    }
    MessageBufferPacker out = MessagePack.newDefaultBufferPacker();
    pack(node(tree, random), out);
    return out.toByteArray();
  }

  private static void pack(JsonNode node, MessageBufferPacker out) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        out.packMapHeader(node.size());
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          out.packString(field.getKey());
          pack(field.getValue(), out);
        }
      }
      case ARRAY -> {
        out.packArrayHeader(node.size());
        for (JsonNode each : node) {
          pack(each, out);
        }
      }
      case NUMBER -> {
        if (node.isIntegralNumber()) {
          out.packLong(node.longValue());
        } else {
          out.packDouble(node.doubleValue());
        }
      }
      case BOOLEAN -> out.packBoolean(node.booleanValue());
      case STRING -> out.packString(node.textValue());
      default -> out.packNil();
    }
  }

  /** The message with a bit turned now and then, and again with another value at its end. */
  private static byte[] twice(byte[] payload, Random random) {
    if (payload.length == 0) {
      return payload;
    }
    byte[] first = payload.clone();
    if (random.nextBoolean()) {
      first[random.nextInt(first.length)] ^= (byte) (1 << random.nextInt(7));
    }
    byte[] second = payload.clone();
    second[second.length - 1] ^= 1;
    return joined(first, second);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  /** The elements below the root several times over, with other digits here and there. */
  private static String elements(String payload, Random random) {
    int begin = payload.indexOf('>', Math.max(0, payload.indexOf("<r"))) + 1;
    int end = payload.lastIndexOf("</r");
    if (end < begin) {
      return payload; // no list below a root
    }
    StringBuilder inside = new StringBuilder(payload.substring(begin, end));
    for (int i = random.nextInt(4); i > 0; i--) {
      StringBuilder again = new StringBuilder(payload.substring(begin, end));
      for (int j = 0; j < again.length(); j++) {
        if (Character.isDigit(again.charAt(j)) && random.nextInt(10) == 0) {
          again.setCharAt(j, (char) ('0' + random.nextInt(10)));
        }
      }
      inside.append(again);
    }
    return payload.substring(0, begin) + inside + payload.substring(end);
  }

  /** Its lines several times over, with other digits here and there. */
  private static byte[] rows(byte[] payload, Random random) {
    List<String> lines = new ArrayList<>(text(payload).lines().toList());
    int first = lines.size();
    for (int i = random.nextInt(6); i > 0 && first > 0; i--) {
      StringBuilder line = new StringBuilder(lines.get(random.nextInt(first)));
      for (int j = 0; j < line.length(); j++) {
        if (Character.isDigit(line.charAt(j)) && random.nextInt(10) == 0) {
          line.setCharAt(j, (char) ('0' + random.nextInt(10)));
        }
      }
      lines.add(line.toString());
    }
    return String.join("\n", lines).getBytes(ISO_8859_1);
  }

  /** The same shape with elements of lists again, with other numbers and other times. */
  private static JsonNode node(JsonNode node, Random random) {
    if (node instanceof ObjectNode object) {
      ObjectNode varied = JSON.createObjectNode();
      object.properties().forEach(each -> varied.set(each.getKey(), node(each.getValue(), random)));
      return varied;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode varied = JSON.createArrayNode();
      array.forEach(each -> varied.add(node(each, random)));
      for (int i = random.nextInt(6); i > 0 && !array.isEmpty(); i--) {
        varied.add(node(array.get(random.nextInt(array.size())), random));
      }
      return varied;
    }
    if (node instanceof NumericNode number && random.nextBoolean()) {
      return number.doubleValue() < 1e8 ? varied(number, random) : time(number, random);
    }
    if (node.isTextual() && node.textValue().matches("\\d{4}-\\d\\d-\\d\\d[T ].*")) {
      String year = random.nextInt(3) == 0 ? "1970" : random.nextBoolean() ? "2031" : "2026";
      return JSON.getNodeFactory()
          .textNode(year + node.textValue().substring(4, 18) + random.nextInt(5) + "Z");
    }
    return node;
  }

  private static JsonNode varied(NumericNode number, Random random) {
    return number.isIntegralNumber()
        ? JSON.getNodeFactory().numberNode(number.longValue() + random.nextInt(3))
        : JSON.getNodeFactory().numberNode(number.doubleValue() + random.nextInt(3));
  }

  /** Ahead, since the device started, or a little later. */
  private static JsonNode time(NumericNode number, Random random) {
    long time = number.longValue();
    return JSON.getNodeFactory()
        .numberNode(
            switch (random.nextInt(4)) {
              case 0 -> 10L + random.nextInt(5);
              case 1 -> time + time / 10 + random.nextInt(5);
              default -> time + random.nextInt(2);
            });
  }
}
