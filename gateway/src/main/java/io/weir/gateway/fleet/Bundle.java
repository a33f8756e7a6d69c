package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A configuration that is signed, as one file. {@code docs/reference/bundle.md} describes it:
 *
 * <pre>
 * weir-bundle 1
 * signature BASE64
 * {"version": 12, "time": …, "gateways": […], "main": …, "files": [{"name", "bytes", "sha256"}, …]}
 * the bytes of the files, one behind the other
 * </pre>
 *
 * <p>The signature is over the first line and all that stands behind the second. It is checked
 * before anything else is read. Nothing is packed, so a bundle never grows when it is opened.
 *
 * @param version higher than that of every bundle before
 * @param time when it was made, for people; nothing is decided by it
 * @param gateways the ids of those that it is for, or {@code *}
 * @param main the name of the file that replaces the main file
 * @param files contents by name
 * @param digest tells it from every other bundle, hexadecimal
 */
@SuppressWarnings("ArrayRecordComponent") // contents, never compared
public record Bundle(
    long version,
    Instant time,
    List<String> gateways,
    String main,
    Map<String, byte[]> files,
    String digest) {

  /** Bytes of a bundle at most. */
  public static final int MOST_BYTES = 8 << 20;

  /** Highest version: a whole number that JSON keeps. */
  public static final long MOST_VERSION = 1L << 53;

  private static final String ALL = "*";
  private static final int MOST_FILES = 200;
  private static final int MOST_MANIFEST_BYTES = 256 << 10;
  private static final int MOST_GATEWAYS = 10_000;
  private static final int LONGEST_NAME = 200;

  private static final byte[] FIRST_LINE = "weir-bundle 1\n".getBytes(US_ASCII);
  private static final byte[] SIGNATURE = "signature ".getBytes(US_ASCII);
  private static final int LONGEST_SIGNATURE = 200;

  /** Letters, digits, and signs that mean nothing to any file system; no part begins with a dot. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,7}");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  public Bundle {
    gateways = List.copyOf(gateways);
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  /** Whether a file of a bundle may have this name: it stays below the folder it is put in. */
  public static boolean isName(String name) {
    return name.length() <= LONGEST_NAME && NAME.matcher(name).matches() && !name.endsWith(".");
  }

  /** Whether it is for that gateway. */
  public boolean isFor(String gateway) {
    return gateways.contains(ALL) || gateways.contains(gateway);
  }

  // ---- Writing

  /**
   * The bytes of a bundle.
   *
   * @throws BundleException if a bundle cannot hold that
   */
  public static byte[] make(
      long version,
      Instant time,
      List<String> gateways,
      String main,
      Map<String, byte[]> files,
      PrivateKey key)
      throws BundleException {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("version", version).put("time", time.toString());
    ArrayNode ids = manifest.putArray("gateways");
    gateways.forEach(ids::add);
    manifest.put("main", main);
    ArrayNode list = manifest.putArray("files");
    files.forEach(
        (name, bytes) ->
            list.addObject()
                .put("name", name)
                .put("bytes", bytes.length)
                .put("sha256", sha256(bytes)));
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes(FIRST_LINE);
    signed.writeBytes(manifest.toString().getBytes(UTF_8));
    signed.write('\n');
    files.values().forEach(signed::writeBytes);
    byte[] content = signed.toByteArray();
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    bundle.writeBytes(FIRST_LINE);
    bundle.writeBytes(SIGNATURE);
    bundle.writeBytes(Base64.getEncoder().encode(BundleKeys.sign(key, content)));
    bundle.write('\n');
    bundle.write(content, FIRST_LINE.length, content.length - FIRST_LINE.length);
    byte[] bytes = bundle.toByteArray();
    if (bytes.length > MOST_BYTES) {
      throw new BundleException("is larger than 8MiB");
    }
    content(bytes, content); // what could not be read is not written
    return bytes;
  }

  // ---- Reading

  /**
   * A bundle that one of the keys has signed.
   *
   * @throws BundleException if it cannot be used; the message says why
   */
  public static Bundle read(byte[] bytes, List<PublicKey> keys) throws BundleException {
    if (bytes.length > MOST_BYTES) {
      throw new BundleException("is larger than 8MiB");
    }
    if (!startsWith(bytes, 0, FIRST_LINE)) {
      throw new BundleException("does not begin with 'weir-bundle 1'");
    }
    int start = FIRST_LINE.length;
    int end = lineEnd(bytes, start, LONGEST_SIGNATURE);
    if (end < 0 || !startsWith(bytes, start, SIGNATURE)) {
      throw new BundleException("has no signature in its second line");
    }
    byte[] signature;
    try {
      signature =
          Base64.getDecoder().decode(Arrays.copyOfRange(bytes, start + SIGNATURE.length, end));
    } catch (IllegalArgumentException e) {
      throw new BundleException("has a signature that is no Base64", e);
    }
    byte[] content = Arrays.copyOf(FIRST_LINE, FIRST_LINE.length + bytes.length - end - 1);
    System.arraycopy(bytes, end + 1, content, FIRST_LINE.length, bytes.length - end - 1);
    if (keys.stream().noneMatch(key -> BundleKeys.isSignedBy(key, content, signature))) {
      throw new BundleException(
          "is signed by none of the keys, or was changed or cut off after it was signed");
    }
    return content(bytes, content);
  }

  /**
   * @param content the first line and what stands behind the signature
   */
  private static Bundle content(byte[] bytes, byte[] content) throws BundleException {
    int start = FIRST_LINE.length;
    int end = lineEnd(content, start, MOST_MANIFEST_BYTES);
    if (end < 0) {
      throw new BundleException("has no manifest in its third line, or one of more than 256KiB");
    }
    JsonNode manifest = manifest(Arrays.copyOfRange(content, start, end));
    JsonNode version = manifest.path("version");
    if (!version.isIntegralNumber()
        || !version.canConvertToLong()
        || version.longValue() < 1
        || version.longValue() > MOST_VERSION) {
      throw new BundleException("has a version that is no whole number from 1 to 2^53");
    }
    List<String> gateways = new ArrayList<>();
    manifest.path("gateways").forEach(id -> gateways.add(id.asText()));
    if (gateways.isEmpty() || gateways.size() > MOST_GATEWAYS || gateways.contains("")) {
      throw new BundleException("must name the gateways that it is for, or *");
    }
    Map<String, byte[]> files = files(manifest.path("files"), content, end + 1);
    String main = manifest.path("main").asText();
    if (!files.containsKey(main)) {
      throw new BundleException(
          "has no file '" + printable(main) + "', which its manifest calls main");
    }
    return new Bundle(
        version.longValue(), time(manifest), gateways, main, files, sha256(bytes).substring(0, 16));
  }

  private static JsonNode manifest(byte[] line) throws BundleException {
    try {
      JsonNode manifest = JSON.readTree(line);
      if (manifest instanceof ObjectNode) {
        return manifest;
      }
      throw new BundleException("has a manifest that is no JSON object");
    } catch (JsonProcessingException e) {
      throw new BundleException("has a manifest that is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new BundleException("has a manifest that cannot be read", e);
    }
  }

  private static Instant time(JsonNode manifest) throws BundleException {
    try {
      return Instant.parse(manifest.path("time").asText());
    } catch (DateTimeException e) {
      throw new BundleException("its time must be as 2026-03-01T06:00:00Z", e);
    }
  }

  private static Map<String, byte[]> files(JsonNode list, byte[] content, int from)
      throws BundleException {
    if (list.size() > MOST_FILES) {
      throw new BundleException("has more than " + MOST_FILES + " files");
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    TreeSet<String> names = new TreeSet<>();
    int at = from;
    for (JsonNode file : list) {
      String name = file.path("name").asText();
      if (!isName(name)) {
        throw new BundleException(
            "has a file '"
                + printable(name)
                + "': names are of letters, digits, _ - . and /, and"
                + " no part begins with a dot");
      }
      if (!names.add(name.toLowerCase(Locale.ROOT))) {
        throw new BundleException("has two files of one name, '" + name + "'");
      }
      long length = file.path("bytes").asLong(-1);
      if (length < 0 || length > content.length - at) {
        throw new BundleException("ends before its file '" + name + "' does");
      }
      byte[] bytes = Arrays.copyOfRange(content, at, at + (int) length);
      at += (int) length;
      if (!sha256(bytes).equals(file.path("sha256").asText())) {
        throw new BundleException(
            "its file '" + name + "' has another sha256 than its manifest says");
      }
      files.put(name, bytes);
    }
    if (at != content.length) {
      throw new BundleException("goes on behind its last file");
    }
    for (String name : names) {
      String below = names.higher(name + "/");
      if (below != null && below.startsWith(name + "/")) {
        throw new BundleException("has '" + name + "' as a file and as a folder");
      }
    }
    return files;
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] begin) {
    return bytes.length - at >= begin.length
        && Arrays.equals(bytes, at, at + begin.length, begin, 0, begin.length);
  }

  private static int lineEnd(byte[] bytes, int from, int longest) {
    for (int i = from; i < bytes.length && i - from <= longest; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static String printable(String name) {
    String plain = name.replaceAll("[^\\x20-\\x7e]", "?");
    return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "…";
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
