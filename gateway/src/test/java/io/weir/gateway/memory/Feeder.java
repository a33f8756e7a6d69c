package io.weir.gateway.memory;

import io.weir.gateway.config.Section;
import io.weir.gateway.log.Threads;
import io.weir.gateway.model.Stepped;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;
import io.weir.gateway.source.http.HttpSourceConfig;
import io.weir.gateway.source.http.HttpSourceFactory;
import java.util.ArrayDeque;
import java.util.Queue;

/** A source that hands in what the test gave it, for a gateway that is stepped. */
final class Feeder implements SourceFactory<HttpSourceConfig> {

  /** A text for a number. */
  interface Text {
    String of(int number);
  }

  private record Sent(String topic, byte[] payload) {}

  private final Queue<Sent> waiting = new ArrayDeque<>();
  private long settled;
  private long failed;

  void add(String topic, byte[] payload) {
    waiting.add(new Sent(topic, payload));
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  long settled() {
    return settled;
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String summary() {
    return "the source of the test";
  }

  @Override
  public Class<HttpSourceConfig> configType() {
    return HttpSourceConfig.class;
  }

  @Override
  public HttpSourceConfig read(Section section, ReadContext context) {
    return new HttpSourceFactory().read(section, context);
  }

  @Override
  public Source open(HttpSourceConfig config, SourceContext context) {
    return new Hand(config.name(), context.inbox());
  }

  private final class Hand implements Source, Stepped {
    private final String name;
    private final Inbox inbox;

    Hand(String name, Inbox inbox) {
      this.name = name;
      this.inbox = inbox;
    }

    @Override
    public long step() {
      for (Sent next = waiting.peek(); next != null; next = waiting.peek()) {
        Delivery delivery =
            new Delivery(
                name, next.topic(), next.payload(), 1, false, false, 0, null, null, new Counted());
        if (inbox.offer(delivery) == Inbox.Answer.NO_ROOM) {
          return 0;
        }
        waiting.remove();
      }
      inbox.endLinger();
      return 0;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void start(Threads threads) {
      throw new IllegalStateException("is stepped");
    }

    @Override
    public Status status() {
      return new Status(true, "connected", "", 0, 1, 0);
    }

    @Override
    public void stopReceiving() {
      waiting.clear();
    }

    @Override
    public void close() {
      waiting.clear();
    }
  }

  private final class Counted implements Delivery.Settled {
    @Override
    public void durable(Inbox.Receipt receipt) {
      settled++;
    }

    @Override
    public void failed(Throwable cause) {
      failed++;
    }
  }

  long failed() {
    return failed;
  }
}
