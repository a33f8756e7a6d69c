package io.weir.gateway.decode;

import io.weir.gateway.registry.RegistryConfig;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What payloads of Avro look like, and what they are written by.
 *
 * @param schemas none for files, which have their own; one for a datum alone
 * @param registry where schemas are by their ids; {@code null} for the other encodings
 */
record AvroOptions(Encoding encoding, List<Schema> schemas, @Nullable RegistryConfig registry) {

  /** Files, which need no schema. */
  static final AvroOptions FILES = new AvroOptions(Encoding.FILE, List.of(), null);

  /** What stands in front of a datum. */
  enum Encoding {
    /** Nothing. */
    DATUM,
    /** A mark and the fingerprint of its schema. */
    SINGLE_OBJECT,
    /** A byte of 0 and the id of its schema at a registry. */
    REGISTRY,
    /** As an object container file has it. */
    FILE
  }
}
