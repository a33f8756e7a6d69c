package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.Recognizer;
import io.weir.gateway.fuzz.Target;
import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.Types;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Payloads of every format, or of one: those of the cases, changed. Decoding answers within bounds
 * of memory, every part is counted once, no two readings have one point, what is refused has a
 * place, and what was made of it survives the log. An input is the name of a case and the topic, a
 * line each, and the payload.
 */
public final class PayloadTarget implements Target {

  /** Bytes allocated at most: a part of it is the first call's, of classes and tables. */
  private static final long BASE = 16 << 20;

  /** And for each byte of a payload. */
  private static final long FOR_EACH_BYTE = 2_000;

  /** The same of NDJSON, where a line of two bytes may cost an exception of the parser. */
  private static final long FOR_EACH_BYTE_OF_LINES = 5_000;

  /** Bytes that mean something in some format. */
  private static final String MEANINGFUL = "{}[]\",:=\\ \n\r0e-.iut#\0\t;~/";

  /** What a number, a text or a structure may be made to be, again and again. */
  private static final List<String> HOSTILE =
      List.of(
          "[",
          "{\"a\":",
          "{\"metrics\":[",
          "]",
          "}",
          "9",
          "1e999999",
          "-",
          ".",
          "0",
          "\"",
          "\\u0000",
          "\\ud800",
          "x",
          "😀",
          "a,",
          "a=1,",
          "\n",
          "null,",
          "1,",
          "{},",
          "[],",
          "\"k\":1,",
          "\u0081",
          "\u009f",
          "\u00bf",
          "\u00ff");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<Case> cases = new ArrayList<>();
  private final List<byte[]> all = Case.payloads();

  /**
   * @param format the only one whose cases are changed; "" for all
   */
  public PayloadTarget(String format) throws IOException {
    for (String name : Case.names()) {
      if (format.isEmpty() || name.startsWith(format + "/")) {
        cases.add(Case.load(name));
      }
    }
    if (cases.isEmpty()) {
      throw new IllegalArgumentException("there are no cases of a format " + format);
    }
  }

  @Override
  public byte[] input(Random random) throws IOException {
    Case given = cases.get(random.nextInt(cases.size()));
    Case other = cases.get(random.nextInt(cases.size()));
    String topic = (random.nextInt(8) == 0 ? other : given).arrival().topic();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes((given.name() + "\n" + topic + "\n").getBytes(UTF_8));
    out.writeBytes(mutated(given.arrival().payload(), all, random));
    return out.toByteArray();
  }

  @Override
  public String run(byte[] input) throws IOException {
    int first = indexOf(input, 0);
    int second = indexOf(input, first + 1);
    String name = new String(input, 0, first, UTF_8);
    String topic = new String(input, first + 1, second - first - 1, UTF_8);
    byte[] payload = Arrays.copyOfRange(input, second + 1, input.length);
    Case given = cases.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    Decoding decoding = new Decoding(List.of(given.route()), Types.load(new Memory()));
    for (Case.Arrival before : given.before()) {
      decoding.decode("plant", before.topic(), before.payload(), false, null, 1).kept().run();
    }
    Decoded decoded = assertWithinBounds(decoding, topic, payload);
    String format = name.substring(0, name.indexOf('/'));
    if (WITH_PLACES.contains(format)) {
      assertHasPlaces(decoded, name);
    }
    String reason = decoded.rejected().isEmpty() ? "" : ", " + decoded.rejected().get(0).reason();
    return format + (decoded.readings().isEmpty() ? " nothing" : " readings") + reason;
  }

  private static int indexOf(byte[] input, int from) {
    int at = from;
    while (input[at] != '\n') {
      at++;
    }
    return at;
  }

  static Decoded assertWithinBounds(Decoding decoding, String topic, byte[] payload)
      throws IOException {
    long length = Math.max(payload.length, expanded(payload));
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Decoded decoded = decoding.decode("plant", topic, payload, false, null, 1);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    decoded.kept().run();

    String what = "%d bytes by %s".formatted(payload.length, topic);
    boolean hasLines = decoding.configured().get(0).format().equals("ndjson");
    long each = hasLines ? FOR_EACH_BYTE_OF_LINES : FOR_EACH_BYTE;
    assertThat(allocated).as(what).isLessThan(BASE + each * length);
    assertThat(decoded.received())
        .as(what)
        .isBetween(1, DecodeLimits.DEFAULT.maxParts() + 1)
        .isEqualTo(decoded.readings().size() + decoded.filtered() + decoded.rejected().size());
    boolean isEvidence = decoded.rejected().stream().anyMatch(part -> part.part() == null);
    boolean isCut =
        decoded.rejected().stream().anyMatch(part -> part.detail().contains("its first"));
    byte[] evidence = isCut ? Arrays.copyOf(payload, 64 << 10) : payload;
    assertThat(decoded.payload()).as(what).isEqualTo(isEvidence ? evidence : new byte[0]);
    assertDistinct(decoded, what);
    assertSurvivesTheLog(decoded);

    Recognizer.Recognized recognized = Recognizer.of(topic, payload);
    assertThat(recognized.keys().size()).as(what).isLessThanOrEqualTo(payload.length);
    assertThat(Recognizer.of(topic, payload)).as(what).isEqualTo(recognized);
    return decoded;
  }

  /** Formats of any shape, where only a place says what is meant. */
  private static final Set<String> WITH_PLACES =
      Set.of("avro", "cbor", "csv", "json", "msgpack", "ndjson", "protobuf", "raw", "xml");

  /** What is said of a message as a whole. */
  private static final Pattern OF_THE_WHOLE =
      Pattern.compile(
          "no route matches this topic|(?:not Avro: )?the payload is empty|there is no row in it"
              + "|the clock is wrong, .*|\\w+ that cannot be expanded: .*"
              + "|the metric has an empty name|nothing stands where the route looks for .*"
              + "|the expressions of the route find no value in the document"
              + "|the (?:preset .*|route )expects /.*"
              + "|not XML: its parser cannot say what is wrong"
              + "|.*the schema cannot be read: .*",
          Pattern.DOTALL);

  /** Of what is refused something says where it stands: its bytes, a name, a line or a byte. */
  private static void assertHasPlaces(Decoded decoded, String what) {
    for (Rejected each : decoded.rejected()) {
      assertThat(
              each.part() != null
                  || each.detail().matches("(?s).*[\\d'\"].*")
                  || OF_THE_WHOLE.matcher(each.detail()).matches())
          .as("%s: '%s' has no place", what, each.detail())
          .isTrue();
    }
  }

  /** No two readings have one point in a store. */
  private static void assertDistinct(Decoded decoded, String what) {
    Set<List<Object>> points = new HashSet<>();
    for (Reading each : decoded.readings()) {
      assertThat(points.add(List.of(each.series(), each.metric(), each.timeNs(), each.quality())))
          .as("%s: %s stands twice", what, each)
          .isTrue();
    }
  }

  private static void assertSurvivesTheLog(Decoded decoded) {
    Message message =
        new Message(
            "plant",
            "a/b",
            1,
            0,
            0,
            decoded.received(),
            decoded.filtered(),
            0,
            decoded.readings(),
            decoded.rejected(),
            decoded.payload());
    MessageCodec codec = new MessageCodec();
    Message read = codec.decode(codec.encode(message));
    assertThat(read.readings().equals(decoded.readings())).isTrue();
  }

  /** How many bytes come of it if it is compressed, at most what a decoder takes. */
  private static int expanded(byte[] payload) {
    int longest = 0;
    for (Opener opener : OPENERS) {
      try (InputStream in = opener.open(new ByteArrayInputStream(payload))) {
        longest = Math.max(longest, in.readNBytes(DecodeLimits.DEFAULT.maxExpanded() + 1).length);
      } catch (IOException | RuntimeException e) {
        continue; // not compressed in this way, or broken: nothing of it reaches a format
      }
    }
    return longest;
  }

  private interface Opener {
    InputStream open(InputStream in) throws IOException;
  }

  private static final List<Opener> OPENERS =
      List.of(GZIPInputStream::new, InflaterInputStream::new, ZstdInputStream::new);

  static byte[] mutated(byte[] payload, List<byte[]> all, Random random) throws IOException {
    byte[] now = payload;
    for (int i = random.nextInt(4); i >= 0; i--) {
      now = mutatedOnce(now, all, random);
    }
    return now;
  }

  private static byte[] mutatedOnce(byte[] payload, List<byte[]> all, Random random)
      throws IOException {
    int at = random.nextInt(payload.length + 1);
    return switch (random.nextInt(9)) {
      case 0 -> Arrays.copyOf(payload, at);
      case 1, 2 -> changed(payload, random);
      case 3 -> {
        byte[] other = all.get(random.nextInt(all.size()));
        yield spliced(payload, at, other, random.nextInt(other.length + 1), other.length);
      }
      case 4 -> repeated(payload, at, random);
      case 5, 6 -> hostile(payload, at, random);
      case 7 -> compressed(payload, random);
      default -> {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        yield random.nextInt(4) == 0 ? bytes : spliced(payload, at, bytes, 0, bytes.length);
      }
    };
  }

  private static byte[] changed(byte[] payload, Random random) {
    byte[] changed = payload.clone();
    for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
      int at = random.nextInt(changed.length);
      changed[at] =
          random.nextBoolean()
              ? (byte) (changed[at] ^ 1 << random.nextInt(8))
              : (byte) MEANINGFUL.charAt(random.nextInt(MEANINGFUL.length()));
    }
    return changed;
  }

  /** A part of it many times over. */
  private static byte[] repeated(byte[] payload, int at, Random random) {
    byte[] part =
        Arrays.copyOfRange(payload, at, Math.min(payload.length, at + 1 + random.nextInt(60)));
    return spliced(payload, at, times(part, random), 0, -1);
  }

  private static byte[] hostile(byte[] payload, int at, Random random) {
    byte[] part = HOSTILE.get(random.nextInt(HOSTILE.size())).getBytes(UTF_8);
    if (random.nextBoolean()) {
      part =
          HOSTILE
              .get(random.nextInt(HOSTILE.size()))
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }
    return spliced(payload, at, times(part, random), 0, -1);
  }

  private static byte[] times(byte[] part, Random random) {
    int most = random.nextInt(20) == 0 ? 100_000 : 600;
    int times = random.nextInt(most) / Math.max(1, part.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Another one's bytes put into it; those up to the end where {@code to} is negative. */
  private static byte[] spliced(byte[] payload, int at, byte[] other, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(payload, 0, at);
    out.write(other, from, (to < 0 ? other.length : to) - from);
    out.write(payload, at, payload.length - at);
    return out.toByteArray();
  }

  private static byte[] compressed(byte[] payload, Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (random.nextInt(3)) {
          case 0 -> new GZIPOutputStream(bytes);
          case 1 -> new DeflaterOutputStream(bytes);
          default -> new ZstdOutputStream(bytes);
        }) {
      out.write(payload);
    }
    return bytes.toByteArray();
  }
}
