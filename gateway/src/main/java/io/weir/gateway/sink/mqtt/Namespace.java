package io.weir.gateway.sink.mqtt;

import io.weir.gateway.mqtt.Link;
import io.weir.gateway.mqtt.LinkException;
import io.weir.gateway.mqtt.Publication;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.StreamSink;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A Unified Namespace: each row is a message on the topic of its asset. The logs share one
 * connection, which is made by the first write that finds none.
 */
final class Namespace implements StreamSink {

  private final MqttSinkConfig config;
  private final SinkContext context;
  private final Map<String, LogWriter> writers = new ConcurrentHashMap<>();
  private final LastValues lastValues;
  private @Nullable Line line;
  private boolean closed;

  /** Opens nothing yet. */
  Namespace(MqttSinkConfig config, SinkContext context) {
    this.config = config;
    this.context = context;
    this.lastValues = new LastValues();
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
  public Answer write(String log, List<? extends Entry> entries) {
    try {
      return writer(log).write(entries);
    } catch (LinkException e) {
      return Answers.of(e);
    } catch (IOException e) {
      return new Answer.Down(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Down("interrupted");
    }
  }

  private LogWriter writer(String log) {
    return writers.computeIfAbsent(
        log, each -> new LogWriter(config, context, each, this::line, lastValues));
  }

  /**
   * A connection.
   *
   * @throws LinkException if there is none, or the broker lacks what the sink needs
   */
  private synchronized Line line() throws LinkException {
    if (closed) {
      throw new LinkException(LinkException.Kind.AWAY, "the sink is closed");
    }
    Line open = line;
    if (open == null || !open.link().isOpen()) {
      Line.Answered answered = new Line.Answered();
      Link link = Link.open(config.broker(), null, answered.events(lastValues));
      if (Answers.unfit(config, link) instanceof Answer.Misconfigured unfit) {
        link.close();
        throw new LinkException(LinkException.Kind.REFUSED, unfit.detail());
      }
      open = new Line(link, answered);
      line = open;
    }
    return open;
  }

  @Override
  public void close() {
    Line open;
    synchronized (this) {
      closed = true;
      open = line;
    }
    if (open != null) {
      open.link().close();
    }
  }

  /** Message with the properties that name it. */
  static Publication publication(Message message, boolean retained, List<String> properties) {
    return new Publication(
        message.topic(), message.payload(), 1, retained, "application/json", properties);
  }
}
