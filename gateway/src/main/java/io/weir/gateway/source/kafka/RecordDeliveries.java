package io.weir.gateway.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.StreamRecord;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Makes deliveries of records. Used by one thread. */
final class RecordDeliveries {

  /** What a record takes beside key and value, in bytes, estimated. */
  private static final int OVERHEAD = 256;

  private static final int LONGEST_CONTENT_TYPE = 256;
  private static final byte[] NO_BYTES = {};

  private final KafkaSourceConfig config;
  private final AtomicInteger failures;
  private final RecordAddress addresses;

  /**
   * @param failures counts those whose sync failed
   */
  RecordDeliveries(KafkaSourceConfig config, AtomicInteger failures) {
    this.config = config;
    this.failures = failures;
    this.addresses = new RecordAddress(config.separator());
  }

  /**
   * One that waits to be offered.
   *
   * @param next the offset that is committed when this record and all before it are durable
   * @param label what it is committed with
   */
  HeldRecord of(ConsumerRecord<byte[], byte[]> record, long next, String label) {
    byte[] key = record.key();
    byte[] value = record.value() == null ? NO_BYTES : record.value();
    String address;
    Rejected rejected = null;
    try {
      address = addresses.of(record.topic(), key);
    } catch (CharacterCodingException e) {
      address = addresses.of(record.topic());
      String hex = HexFormat.of().formatHex(key);
      rejected =
          new Rejected(
              Reason.BAD_NAME,
              "the key is not UTF-8, so it cannot be a part of an address: " + Excerpt.of(hex));
    }
    boolean hasTime = record.timestampType() != TimestampType.NO_TIMESTAMP_TYPE;
    StreamRecord stream =
        new StreamRecord(
            record.topic(),
            record.partition(),
            record.offset(),
            hasTime ? record.timestamp() : -1,
            config.recordTime(),
            record.value() == null);
    String topic = address;
    Rejected why = rejected;
    return new HeldRecord(
        settled ->
            new Delivery(config.name(), topic, value, contentType(record), why, stream, settled),
        next,
        record.leaderEpoch(),
        label,
        OVERHEAD + value.length + (key == null ? 0 : key.length),
        failures);
  }

  private static @Nullable String contentType(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader("content-type");
    return header == null || header.value() == null || header.value().length > LONGEST_CONTENT_TYPE
        ? null
        : new String(header.value(), UTF_8);
  }
}
