package io.weir.gateway.sink.kafka;

import io.weir.gateway.sink.Begun;
import io.weir.gateway.sink.EntryWriter;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.StreamSink;
import io.weir.gateway.sink.stream.JsonFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Topics of a cluster. Each log has a producer of its own, so that none waits for another. */
final class KafkaSink implements StreamSink {

  private final KafkaConfig config;
  private final SinkContext context;
  private final Map<String, LogWriter> writers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Opens nothing yet. */
  KafkaSink(KafkaConfig config, SinkContext context) {
    this.config = config;
    this.context = context;
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public Dialect dialect() {
    return new Dialect(config.precision(), true, false);
  }

  @Override
  public @Nullable EntryWriter writer() {
    return config.format() == KafkaConfig.Format.JSON ? new JsonFormat(config.gateway()) : null;
  }

  @Override
  public Answer write(String log, List<? extends Entry> entries) {
    return writer(log).write(entries, false);
  }

  /** A transaction holds the rows of one write. */
  @Override
  public boolean pipelines() {
    return !config.transactional();
  }

  @Override
  public Begun begin(String log, List<? extends Entry> entries, @Nullable Begun behind) {
    return writer(log).begin(entries, false, behind);
  }

  @Override
  public Answer writeAgain(String log, List<? extends Entry> entries) {
    return writer(log).write(entries, true);
  }

  private LogWriter writer(String log) {
    LogWriter writer = writers.computeIfAbsent(log, each -> new LogWriter(config, context, each));
    if (closed) {
      writer.close();
    }
    return writer;
  }

  @Override
  public void close() {
    closed = true;
    writers.values().forEach(LogWriter::close);
  }
}
