package io.weir.gateway.decode;

import io.weir.gateway.config.Quantities;
import io.weir.gateway.config.Section;
import io.weir.gateway.decode.AvroOptions.Encoding;
import io.weir.gateway.decode.Recognition.Clue;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.registry.RegistryConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/** The format {@code avro}, and the reader of its keys. */
public final class AvroFormat implements FormatFactory<AvroOptions> {

  private static final int MOST_BYTES = 1 << 20;

  /** What a single object begins with; then the fingerprint, the lowest byte first. */
  private static final int MARK_BYTES = 2;

  private static final int HEADER_BYTES = MARK_BYTES + Long.BYTES;

  /** A byte of 0 and an id, the highest byte first. */
  private static final int ID_BYTES = 1 + Integer.BYTES;

  /** How long a message waits for what a registry says. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Override
  public String name() {
    return "avro";
  }

  @Override
  public String summary() {
    return "Apache Avro by a schema; each number, text and boolean is a metric";
  }

  @Override
  public Class<AvroOptions> configType() {
    return AvroOptions.class;
  }

  @Override
  public AvroOptions unset() {
    return AvroOptions.FILES;
  }

  @Override
  public boolean readsPointers() {
    return true;
  }

  @Override
  public boolean readsText() {
    return false;
  }

  @Override
  public List<Recognition> recognition() {
    return List.of(Recognition.by(Clue.SHAPE, look -> AvroFile.isFile(look.payload())));
  }

  @Override
  public @Nullable String remark(AvroOptions options, byte[] payload) {
    Encoding looks =
        AvroFile.isFile(payload)
            ? Encoding.FILE
            : isSingleObject(payload) ? Encoding.SINGLE_OBJECT : options.encoding();
    return looks == options.encoding()
        ? null
        : "the payload begins as one of avro: { encoding: "
            + (looks == Encoding.FILE ? "file" : "single-object")
            + " } does";
  }

  @Override
  public List<String> warnings(AvroOptions options) {
    RegistryConfig registry = options.registry();
    return registry == null ? List.of() : registry.warnings();
  }

  @Override
  public Decoder decoder(AvroOptions options, FormatContext context) {
    return new TreeDecoder(
        "Avro",
        syntax(options, context.limits()),
        context,
        true,
        options.encoding() == Encoding.DATUM);
  }

  private static TreeDecoder.Syntax syntax(AvroOptions options, DecodeLimits limits) {
    switch (options.encoding()) {
      case DATUM -> {
        Schema schema = options.schemas().get(0);
        return bytes -> {
          if (bytes.length == 0) {
            throw AvroSchemas.refused("the payload is empty");
          }
          return AvroTokens.of(bytes, 0, schema, limits);
        };
      }
      case SINGLE_OBJECT -> {
        Map<Long, Schema> schemas = new HashMap<>();
        for (Schema schema : options.schemas()) {
          schemas.put(SchemaNormalization.parsingFingerprint64(schema), schema);
        }
        return bytes -> AvroTokens.of(bytes, HEADER_BYTES, schema(bytes, schemas), limits);
      }
      case REGISTRY -> {
        AvroRegistry registry = AvroRegistry.of(Objects.requireNonNull(options.registry()));
        return bytes -> AvroTokens.of(bytes, ID_BYTES, registry.schema(id(bytes)), limits);
      }
      default -> {
        AvroFile.LastSchema last = new AvroFile.LastSchema();
        return bytes -> AvroTokens.of(bytes, AvroFile.open(bytes, last, limits), limits);
      }
    }
  }

  private static int id(byte[] bytes) throws IOException {
    if (bytes.length < ID_BYTES || bytes[0] != 0) {
      throw AvroSchemas.refused(
          "not with the id of a schema in front, which is 00 and four bytes, at byte 0");
    }
    return ByteBuffer.wrap(bytes).getInt(1);
  }

  private static boolean isSingleObject(byte[] bytes) {
    return bytes.length >= HEADER_BYTES && bytes[0] == (byte) 0xc3 && bytes[1] == 1;
  }

  private static Schema schema(byte[] bytes, Map<Long, Schema> schemas) throws IOException {
    if (!isSingleObject(bytes)) {
      throw AvroSchemas.refused(
          "no single object, which begins with c3 01 and the fingerprint of a schema, at byte 0");
    }
    long fingerprint = 0;
    for (int i = HEADER_BYTES - 1; i >= MARK_BYTES; i--) {
      fingerprint = fingerprint << Byte.SIZE | bytes[i] & 0xff;
    }
    Schema schema = schemas.get(fingerprint);
    if (schema == null) {
      throw AvroSchemas.refused(
          "no schema of the route has the fingerprint %016x, at byte %d"
              .formatted(fingerprint, MARK_BYTES));
    }
    return schema;
  }

  // ---- Its keys

  @Override
  public AvroOptions read(Section route, ReadContext context) {
    if (!route.has(name())) {
      return AvroOptions.FILES;
    }
    Section avro = route.section(name());
    Encoding encoding = avro.choice("encoding", usual(avro));
    boolean bySchema = encoding == Encoding.DATUM || encoding == Encoding.SINGLE_OBJECT;
    List<Schema> schemas = schemas(avro);
    if (!bySchema && avro.has("schema")) {
      avro.problem(
          "schema",
          encoding == Encoding.FILE
              ? "is not for encoding: file, where each file has its own"
              : "is not for encoding: registry, which has the schemas");
    } else if (bySchema && !avro.has("schema")) {
      avro.problem("schema", "is missing; nothing else says what the bytes mean");
    } else if (encoding == Encoding.DATUM && schemas.size() > 1) {
      avro.problem("schema", "must be one; only with encoding: single-object a payload says which");
    }
    if (avro.has("registry") != (encoding == Encoding.REGISTRY)) {
      avro.problem(
          "registry",
          avro.has("registry") ? "is for encoding: registry" : "is missing; it has the schemas");
      return AvroOptions.FILES;
    }
    if (encoding == Encoding.REGISTRY) {
      RegistryConfig registry = RegistryConfig.read(avro.section("registry"), PATIENCE);
      return new AvroOptions(encoding, List.of(), registry);
    }
    return encoding == Encoding.FILE || schemas.isEmpty()
        ? AvroOptions.FILES
        : new AvroOptions(encoding, List.copyOf(schemas), null);
  }

  private static Encoding usual(Section avro) {
    if (avro.has("registry")) {
      return Encoding.REGISTRY;
    }
    return avro.has("schema") ? Encoding.DATUM : Encoding.FILE;
  }

  private static List<Schema> schemas(Section avro) {
    List<Schema> schemas = new ArrayList<>();
    String one = avro.text("schema");
    if (one != null && one.stripLeading().startsWith("{")) {
      add(schemas, avro, "schema", one);
      return schemas;
    }
    for (Path file : avro.contents("schema")) {
      String text = text(avro, file);
      if (text != null) {
        add(schemas, avro, "schema", text);
      }
    }
    return schemas;
  }

  private static void add(List<Schema> schemas, Section avro, String key, String text) {
    try {
      schemas.add(AvroSchemas.parse(text));
    } catch (JsonDocument.Refused e) {
      avro.problem(key, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable String text(Section avro, Path file) {
    if (!Files.isReadable(file)) {
      return null; // said already
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        avro.problem("schema", "is larger than " + Quantities.show(MOST_BYTES));
        return null;
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      avro.problem("schema", "is not UTF-8");
    } catch (IOException e) {
      avro.problem("schema", "cannot be read: " + e.getMessage());
    }
    return null;
  }
}
