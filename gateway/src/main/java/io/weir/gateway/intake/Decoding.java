package io.weir.gateway.intake;

import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.Expressions;
import io.weir.gateway.decode.FormatContext;
import io.weir.gateway.decode.SessionDecoder;
import io.weir.gateway.log.Feed;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.SequenceNumber;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.DeviceClocks;
import io.weir.gateway.normalize.Match;
import io.weir.gateway.normalize.Normalizer;
import io.weir.gateway.normalize.NormalizerMemory;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Routes;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.source.SourceConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Turns a delivery into a message: route, decoder and normalizing in one call. Immutable: a changed
 * configuration is a new instance. Safe for several threads at once.
 */
public final class Decoding {

  private static final Runnable NOTHING = () -> {};

  private final List<RouteConfig> configured;
  private final Routes routes;
  private final Types types;
  private final NormalizerMemory recent;
  private final Executor expressions;

  /** The decoder of each route in its own format. */
  private final List<Decoder> decoders = new ArrayList<>();

  /** For each route, the decoders of formats that sources name, created on first use. */
  private final Map<Named, Decoder> named = new ConcurrentHashMap<>();

  private record Named(int route, String format) {}

  /** The decoders of formats that have sessions, by format: one each for all routes. */
  private final Map<String, SessionDecoder> sessions = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if a topic pattern cannot be read or a format is not known
   */
  public Decoding(List<RouteConfig> configured, Types types) {
    this(configured, types, new NormalizerMemory());
  }

  /**
   * The same, with a memory of its own.
   *
   * @param recent what earlier messages left, also under other routes
   * @throws IllegalArgumentException if a topic pattern cannot be read or a format is not known
   */
  public Decoding(List<RouteConfig> configured, Types types, NormalizerMemory recent) {
    this(configured, types, recent, Expressions.THREADS);
  }

  /**
   * The same, with expressions run as given.
   *
   * @param expressions runs JSONata
   * @throws IllegalArgumentException if a topic pattern cannot be read or a format is not known
   */
  public Decoding(
      List<RouteConfig> configured, Types types, NormalizerMemory recent, Executor expressions) {
    this(configured, types, recent, expressions, Map.of(), Map.of(), Map.of());
  }

  private Decoding(
      List<RouteConfig> configured,
      Types types,
      NormalizerMemory recent,
      Executor expressions,
      Map<String, List<String>> leaving,
      Map<RouteConfig, Decoder> kept,
      Map<String, SessionDecoder> knownSessions) {
    this.configured = List.copyOf(configured);
    this.routes = new Routes(configured, leaving, recent);
    this.types = types;
    this.recent = recent;
    this.expressions = expressions;
    sessions.putAll(knownSessions);
    sessions.keySet().retainAll(configured.stream().map(RouteConfig::format).toList());
    for (RouteConfig route : configured) {
      Decoder known = kept.get(route);
      decoders.add(known == null ? decoder(route, route.format(), decoders.size()) : known);
    }
  }

  private Decoder decoder(RouteConfig route, String format, int index) {
    DecodeLimits limits =
        new DecodeLimits(
            route.limits().depth(), route.limits().samples(), DecodeLimits.DEFAULT.maxExpanded());
    FormatContext context = new FormatContext(route.time(), route.texts(), limits, expressions);
    Object options = format.equals(route.format()) ? route.options() : null;
    Decoder made = Decoders.of(format, options, context);
    return made instanceof SessionDecoder first
        ? Decoders.expanding(
            sessions.computeIfAbsent(format, unknown -> first).limited(limits), limits)
        : made.labelled(routes.labels(index));
  }

  /**
   * The same with other routes. A route that stays as it is keeps its decoder; what a format with
   * sessions knows of its senders stays as long as any route has the format.
   *
   * @param leaving by source, filters that are about to be unsubscribed
   * @throws IllegalArgumentException if a topic pattern cannot be read or a format is not known
   */
  public Decoding with(List<RouteConfig> next, Map<String, List<String>> leaving) {
    Map<RouteConfig, Decoder> kept = new HashMap<>();
    for (int i = 0; i < configured.size(); i++) {
      kept.put(configured.get(i), decoders.get(i));
    }
    return new Decoding(next, types, recent, expressions, leaving, kept, sessions);
  }

  /** It takes the place of another one, whose routes remembered other readings. */
  void begins() {
    recent.routesChange();
  }

  /** The routes as the configuration has them. */
  public List<RouteConfig> configured() {
    return configured;
  }

  /** The delivery must not be taken, and may be offered again in a moment. */
  static final class NotYetException extends IOException {
    private static final long serialVersionUID = 1;

    NotYetException(Rejected why) {
      super(why.detail());
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this; // it says nothing of a fault
    }
  }

  /** Whether later messages are compared by the hashes of their payloads. */
  public boolean deduplicates() {
    return routes.deduplicates();
  }

  /**
   * Remembers messages of the log from before the start, so that a repeated one is recognized.
   *
   * @param scan closed when this returns
   */
  public void recall(Feed scan) throws IOException {
    MessageCodec codec = new MessageCodec();
    try (scan) {
      for (Feed.Entry entry = scan.next(); entry != null; entry = scan.next()) {
        Message message = codec.decode(entry.payload());
        boolean kept = !message.readings().isEmpty() || !message.rejected().isEmpty();
        if (kept && message.payloadHash() != 0) {
          recent.recall(message.topic(), message.payloadHash(), message.receiveTimeNs());
        }
      }
    }
  }

  /** The clocks of all devices that sent a message. */
  public DeviceClocks clocks() {
    return recent.clocks();
  }

  /**
   * What is expected of the devices on a topic.
   *
   * @param needsRoute whether {@code null} is the answer where no route matches
   */
  public RouteConfig.@Nullable Devices devices(String source, String topic, boolean needsRoute) {
    Match match = routes.match(source, topic);
    return match == null && needsRoute
        ? null
        : route(match == null ? routes.unrouted() : match).devices();
  }

  /** The routes, for what a source subscribes to. */
  public Routes routes() {
    return routes;
  }

  /**
   * Decodes one delivery without a content type.
   *
   * @param retained whether the broker served it from its retained store
   * @param format the format where the source fixes it, else {@code null}: the route's
   * @throws NotYetException if the payload may be read soon: as below
   * @throws IOException if a newly pinned type could not be saved: the delivery must not be taken,
   *     and may be offered again
   */
  public Decoded decode(
      String source,
      String topic,
      byte[] payload,
      boolean retained,
      @Nullable String format,
      long receiveTimeNs)
      throws IOException {
    return decode(source, topic, payload, retained, format, null, receiveTimeNs);
  }

  /** The same, with the MIME type that the sender declared, or {@code null}. */
  Decoded decode(
      String source,
      String topic,
      byte[] payload,
      boolean retained,
      @Nullable String format,
      @Nullable String contentType,
      long receiveTimeNs)
      throws IOException {
    return decode(
        source,
        topic,
        payload,
        retained,
        format,
        contentType,
        -1,
        receiveTimeNs,
        Decoder.Way.UNKNOWN);
  }

  /**
   * The same, with the time that stands for that of the sender where the payload has none.
   *
   * @param sentMs milliseconds since the epoch; negative for none
   * @param way how it came
   */
  Decoded decode(
      String source,
      String topic,
      byte[] payload,
      boolean retained,
      @Nullable String format,
      @Nullable String contentType,
      long sentMs,
      long receiveTimeNs,
      Decoder.Way way)
      throws IOException {
    // What a replay rejects has no other source. Replayed once more, it has the routes of all.
    Match match = routes.match(source.equals(SourceConfig.REPLAY) ? null : source, topic);
    if (match == null && format == null) {
      return unrouted(source, topic, payload);
    }
    Match under = match == null ? routes.unrouted() : match;
    Decoded tooLarge = Decoded.tooLarge(payload, route(under).limits().payload());
    if (tooLarge != null) {
      return tooLarge;
    }
    Decoder decoder = decoder(under, format);
    Normalizer message = normalizer(source, under, decoder, retained, receiveTimeNs);
    if (sentMs >= 0) {
      message.sentAt(sentMs);
    }
    Into into = new Into(message);
    decoder.decode(
        new Decoder.Payload(
            source, topic, under.metric(""), payload, receiveTimeNs, contentType, way),
        into);
    if (into.notYet != null) {
      throw new NotYetException(into.notYet);
    }
    message.settle();
    message.end();
    message.noteClock(source);
    Decoded decoded = Decoded.of(message, payload, into.kept);
    return message.repeats(payload) ? decoded.filteredWhole() : decoded;
  }

  Normalizer normalizer(
      String source, Match match, Decoder decoder, boolean retained, long receiveTimeNs) {
    return new Normalizer(
        types, recent, source, match, decoder.typesNumbers(), retained, receiveTimeNs);
  }

  /** The decoder for a match: of the format that the source names, else of the route's. */
  Decoder decoder(Match match, @Nullable String format) {
    if (format == null && match.index() >= 0) {
      return decoders.get(match.index());
    }
    RouteConfig route = route(match);
    return named.computeIfAbsent(
        new Named(match.index(), format == null ? route.format() : format),
        wanted -> decoder(route, wanted.format(), wanted.route()));
  }

  /** The decoders that may send commands to devices. */
  public List<SessionDecoder> sessions() {
    return List.copyOf(sessions.values());
  }

  /** The route of a match, as configured. */
  RouteConfig route(Match match) {
    return match.index() < 0 ? Routes.UNROUTED : configured.get(match.index());
  }

  private Decoded unrouted(String source, String topic, byte[] payload) {
    if (routes.unasked(source, topic)) {
      return Decoded.leftOut();
    }
    Rejected rejected = new Rejected(Reason.NO_ROUTE, "no route matches this topic");
    return Decoded.rejected(rejected, payload);
  }

  /** Passes samples from a decoder to the normalizer. */
  private static final class Into implements Decoder.Output {
    private final Normalizer message;
    private Runnable kept = NOTHING;
    private @Nullable Rejected notYet;

    Into(Normalizer message) {
      this.message = message;
    }

    @Override
    public void sample(Sample sample) {
      message.add(sample);
    }

    @Override
    public void sample(String name, Value value, Sample beside) {
      message.add(name, value, beside);
    }

    @Override
    public void standsAt(int line, int column) {
      message.standsAt(line, column);
    }

    @Override
    public void rejected(Rejected rejected) {
      message.reject(rejected);
    }

    @Override
    public void notYet(Rejected otherwise) {
      notYet = otherwise;
    }

    @Override
    public void filtered(String part, String why) {
      message.filter();
    }

    @Override
    public void numbered(SequenceNumber number) {
      message.numbered(number);
    }

    @Override
    public void onceKept(Runnable effect) {
      Runnable before = kept;
      kept =
          () -> {
            before.run();
            effect.run();
          };
    }
  }
}
