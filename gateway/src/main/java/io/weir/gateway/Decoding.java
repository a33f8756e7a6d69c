package io.weir.gateway;

import io.weir.gateway.config.Config;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.Limits;
import io.weir.gateway.decode.SessionDecoder;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.normalize.Match;
import io.weir.gateway.normalize.Normalizer;
import io.weir.gateway.normalize.Routes;
import io.weir.gateway.normalize.Types;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery becomes: route, decoder, normalizing, in one call. Immutable, so that a changed
 * configuration is a new one put in its place; safe for several threads at once.
 */
public final class Decoding {

  private static final byte[] NO_PAYLOAD = {};

  private final List<Config.Route> configured;
  private final Routes routes;
  private final Types types;

  /** The decoder of each route in its own format. */
  private final List<Decoder> decoders = new ArrayList<>();

  /** The decoders of formats that sources name, for each route, made when first needed. */
  private final Map<Named, Decoder> named = new ConcurrentHashMap<>();

  private record Named(int route, String format) {}

  /** The decoders of formats that have sessions, by format: one each for all routes. */
  private final Map<String, SessionDecoder> sessions = new ConcurrentHashMap<>();

  /**
   * @throws IllegalArgumentException if a topic pattern cannot be read or a format is not known
   */
  public Decoding(List<Config.Route> configured, Types types) {
    this.configured = List.copyOf(configured);
    this.routes = new Routes(configured);
    this.types = types;
    for (Config.Route route : configured) {
      decoders.add(decoder(route, route.format()));
    }
  }

  /**
   * The parts of a {@link Message} that come of its payload; {@code received = readings + filtered
   * + rejected}.
   *
   * @param payload the payload where it is the evidence of something rejected, else empty
   * @param skewed readings that stand at the receive time because the sender's clock is wrong
   * @param kept to be run once the message was kept; what it says of its sender holds from then on
   */
  @SuppressWarnings("ArrayRecordComponent") // raw evidence, never compared
  public record Decoded(
      int received,
      int filtered,
      List<Reading> readings,
      List<Rejected> rejected,
      byte[] payload,
      int skewed,
      Runnable kept) {

    /** What changes nothing but the log. */
    public Decoded(
        int received,
        int filtered,
        List<Reading> readings,
        List<Rejected> rejected,
        byte[] payload,
        int skewed) {
      this(received, filtered, readings, rejected, payload, skewed, () -> {});
    }

    /** The same, of a message that is history: it says nothing of its sender now. */
    Decoded asHistory() {
      return new Decoded(received, filtered, readings, rejected, payload, skewed);
    }
  }

  /** The routes, for what a source subscribes to. */
  public Routes routes() {
    return routes;
  }

  /**
   * Decodes one delivery.
   *
   * @param retained whether the broker served it from its retained store
   * @param format the format where the source fixes it, else {@code null}: the route's
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
    Match match = routes.match(source, topic);
    if (match == null && format == null) {
      return unrouted(source, topic, payload);
    }
    Match under = match == null ? routes.unrouted() : match;
    Decoder decoder = decoder(under, format);
    Normalizer message =
        new Normalizer(types, under, decoder.typesNumbers(), retained, receiveTimeNs);
    Into into = new Into(message);
    decoder.decode(new Decoder.Payload(source, topic, payload, receiveTimeNs), into);
    message.settle();
    return decoded(message, payload, into.kept);
  }

  /** The decoder for a match: of the format that the source names, else of the route's. */
  Decoder decoder(Match match, @Nullable String format) {
    if (format == null && match.index() >= 0) {
      return decoders.get(match.index());
    }
    Config.Route route = route(match);
    return named.computeIfAbsent(
        new Named(match.index(), format == null ? route.format() : format),
        wanted -> decoder(route, wanted.format()));
  }

  private Decoder decoder(Config.Route route, String format) {
    Decoder made = Decoders.of(format, route.time(), Limits.DEFAULT);
    return made instanceof SessionDecoder first
        ? sessions.computeIfAbsent(format, unknown -> first)
        : made;
  }

  /** The decoders that have something to say to the senders now and then. */
  public List<SessionDecoder> sessions() {
    return List.copyOf(sessions.values());
  }

  /** The route of a match, as configured. */
  Config.Route route(Match match) {
    return match.index() < 0 ? Routes.UNROUTED : configured.get(match.index());
  }

  private Decoded unrouted(String source, String topic, byte[] payload) {
    if (routes.unasked(source, topic)) {
      return new Decoded(1, 1, List.of(), List.of(), NO_PAYLOAD, 0);
    }
    Rejected rejected = new Rejected(Reason.NO_ROUTE, "no route matches this topic");
    return new Decoded(1, 0, List.of(), List.of(rejected), payload, 0);
  }

  /** The parts that the message has come to. */
  static Decoded decoded(Normalizer message, byte[] payload, Runnable kept) {
    List<Rejected> rejected = oneCopyOfEachPart(message.rejected());
    boolean payloadIsEvidence = false;
    for (Rejected each : rejected) {
      payloadIsEvidence |= each.part() == null;
    }
    int known = message.readings().size() + rejected.size() + message.filtered();
    int filtered = message.filtered() + (known == 0 ? 1 : 0); // a message of nothing counts as one
    return new Decoded(
        Math.max(1, known),
        filtered,
        message.readings(),
        rejected,
        payloadIsEvidence ? payload : NO_PAYLOAD,
        message.skewed(),
        kept);
  }

  /**
   * Many samples rejected from one long line must not each carry a copy of it: the first does, the
   * next point to the whole payload, so that a record stays within twice the message.
   */
  private static List<Rejected> oneCopyOfEachPart(List<Rejected> rejected) {
    List<Rejected> once = new ArrayList<>(rejected.size());
    byte[] last = null;
    for (Rejected each : rejected) {
      boolean again = each.part() != null && each.part() == last;
      once.add(again ? new Rejected(each.reason(), each.detail()) : each);
      last = each.part();
    }
    return once;
  }

  /** From a decoder into normalizing. */
  private static final class Into implements Decoder.Output {
    private final Normalizer message;
    private Runnable kept = () -> {};

    Into(Normalizer message) {
      this.message = message;
    }

    @Override
    public void sample(Sample sample) {
      message.add(sample);
    }

    @Override
    public void rejected(Rejected rejected) {
      message.reject(rejected);
    }

    @Override
    public void filtered() {
      message.filter();
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
