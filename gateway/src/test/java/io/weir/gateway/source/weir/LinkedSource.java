package io.weir.gateway.source.weir;

import io.weir.gateway.config.Section;
import io.weir.gateway.log.Threads;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceFactory;
import io.weir.gateway.uplink.LinkAnswer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The source {@code weir} without a server: the test hands requests in, on its own thread. For a
 * gateway that is stepped.
 */
public final class LinkedSource implements Source {

  private static final long MEMORY = 16 << 20;

  private final String name;
  private final Uploads uploads;
  private final Reception reception;

  private LinkedSource(WeirSourceConfig config, SourceContext context, Map<String, Integer> rows) {
    name = config.name();
    uploads = new Uploads(config.memoryBytes(), context.time());
    reception =
        new Reception(
            config.name(),
            uploads,
            new Storing(config.name(), config.tag(), new NotedPassage(context.passage(), rows)),
            Runnable::run,
            () -> {});
  }

  /** As if it stood in a file with HTTPS and certificates. */
  public static SourceConfig config(String name, String gateway) {
    return new WeirSourceConfig(name, Map.of(gateway, gateway), null, MEMORY);
  }

  /**
   * Makes such sources, and hands each of them on.
   *
   * @param rows gets each row that they are given, with the number of its readings
   */
  public static SourceFactory<WeirSourceConfig> factory(
      Map<String, Integer> rows, Consumer<LinkedSource> opened) {
    return new Factory(rows, opened);
  }

  private record Factory(Map<String, Integer> rows, Consumer<LinkedSource> opened)
      implements SourceFactory<WeirSourceConfig> {

    @Override
    public String name() {
      return WeirSourceFactory.NAME;
    }

    @Override
    public String summary() {
      return "gateways of the test";
    }

    @Override
    public Class<WeirSourceConfig> configType() {
      return WeirSourceConfig.class;
    }

    @Override
    public WeirSourceConfig read(Section section, ReadContext context) {
      return new WeirSourceFactory().read(section, context);
    }

    @Override
    public Source open(WeirSourceConfig config, SourceContext context) {
      LinkedSource source = new LinkedSource(config, context, rows);
      opened.accept(source);
      return source;
    }
  }

  /** A gateway asks what is held of a batch. */
  public void state(String gateway, String batch, Consumer<LinkAnswer> reply) {
    Upload kept = uploads.again(gateway, batch);
    if (kept == null) {
      reply.accept(answer(uploads.state(gateway, batch)));
    } else {
      reception.store(kept, new Heard(reply));
    }
  }

  /**
   * A gateway sends a part of a batch.
   *
   * @param length of the whole batch
   * @param part what arrives of the part
   * @param cut whether the connection ends with it, so that nobody hears an answer
   */
  public void post(
      String gateway,
      String batch,
      int from,
      int length,
      byte[] part,
      boolean cut,
      Consumer<LinkAnswer> reply) {
    Object writer = new Object();
    Upload upload = null;
    try {
      Uploads.State now = uploads.state(gateway, batch);
      if (now.stored() != null) {
        reply.accept(answer(now));
        return;
      }
      upload = uploads.begin(gateway, batch, from, length, writer);
      int half = part.length / 2;
      uploads.add(upload, writer, Arrays.copyOf(part, half));
      uploads.add(upload, writer, Arrays.copyOfRange(part, half, part.length));
      if (!cut && uploads.ended(upload, writer)) {
        reception.store(upload, new Heard(reply));
      } else if (!cut) {
        reply.accept(answer(uploads.state(gateway, batch)));
      }
    } catch (Refused refused) {
      reply.accept(answer(refused));
    } finally {
      if (upload != null) {
        reception.gone(upload, writer);
      }
    }
  }

  private record Heard(Consumer<LinkAnswer> reply) implements Reception.Answer {

    @Override
    public void stored(Uploads.State state) {
      reply.accept(answer(state));
    }

    @Override
    public void refused(Refused why) {
      reply.accept(answer(why));
    }
  }

  private static LinkAnswer answer(Uploads.State state) {
    return new LinkAnswer(
        200, state.held(), state.stored() != null, state.storing(), false, false, "", 0);
  }

  private static LinkAnswer answer(Refused refused) {
    return new LinkAnswer(
        refused.status,
        refused.members.get("held") instanceof Number held ? held.longValue() : -1,
        false,
        false,
        refused.members.containsKey("incarnation"),
        refused.members.containsKey("inOrder"),
        refused.detail,
        refused.retryAfter);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start(Threads threads) {
    // the test hands requests in
  }

  @Override
  public Status status() {
    return new Status(true, "connected", "", 0, 0, 0);
  }

  @Override
  public void stopReceiving() {
    // the test hands none in any more
  }

  @Override
  public void close() {
    // nothing is open
  }
}
