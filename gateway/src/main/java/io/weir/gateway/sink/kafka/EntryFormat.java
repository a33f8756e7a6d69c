package io.weir.gateway.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.stream.JsonFormat;

/** Makes the value of a record from a row. Belongs to one thread at a time. */
interface EntryFormat {

  /** Format and version, as the header {@code weir-format} says them. */
  String name();

  /** The value of a record. */
  byte[] value(Entry entry);

  static EntryFormat of(KafkaConfig config) {
    return switch (config.format()) {
      case JSON -> new Json(new JsonFormat(config.gateway()));
      case INFLUX -> new Influx();
      case SPARKPLUG -> new SparkplugFormat();
      case AVRO -> new AvroFormat(config.gateway());
    };
  }

  /** One object. */
  record Json(JsonFormat format) implements EntryFormat {

    @Override
    public String name() {
      return JsonFormat.NAME;
    }

    @Override
    public byte[] value(Entry entry) {
      byte[] written = entry.written();
      return written == null ? format.value(entry) : written;
    }
  }

  /** One line of line protocol with its time in nanoseconds. */
  record Influx() implements EntryFormat {

    @Override
    public String name() {
      return "influx";
    }

    @Override
    public byte[] value(Entry entry) {
      return entry.line().getBytes(UTF_8);
    }
  }
}
