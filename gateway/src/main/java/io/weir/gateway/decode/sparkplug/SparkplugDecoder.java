package io.weir.gateway.decode.sparkplug;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.FormatContext;
import io.weir.gateway.decode.PlainFormat;
import io.weir.gateway.decode.Recognition;
import io.weir.gateway.decode.SessionDecoder;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SequenceNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.tahu.protobuf.SparkplugBProto;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload.Metric;
import org.jspecify.annotations.Nullable;

/**
 * Sparkplug B 3.0 (Eclipse Foundation, 2022), the edge nodes' side of it: births, data and deaths.
 * Messages are read as they come, also ahead of their turn, since every value has a time of its
 * own; the sequence decides only whether a node is asked for its births again.
 */
public final class SparkplugDecoder implements SessionDecoder {

  /** The format {@code sparkplug-b}. */
  public static final class Format implements PlainFormat {

    @Override
    public String name() {
      return "sparkplug-b";
    }

    @Override
    public String summary() {
      return "Eclipse Sparkplug B 3.0: births, data and deaths of edge nodes";
    }

    @Override
    public Decoder decoder(FormatContext context) {
      return new SparkplugDecoder(context.limits());
    }

    @Override
    public boolean readsText() {
      return false;
    }

    @Override
    public Map<String, String> presets() {
      return Map.of("sparkplug-b", "spBv1.0/#");
    }

    @Override
    public List<Recognition> recognition() {
      return List.of(Recognition.byWholeTopic("spBv1.0/"));
    }
  }

  static final String REBIRTH = "Node Control/Rebirth";

  private final Sessions sessions;
  private final DecodeLimits limits;

  SparkplugDecoder(DecodeLimits limits) {
    this(limits, new Sessions());
  }

  private SparkplugDecoder(DecodeLimits limits, Sessions sessions) {
    this.limits = limits;
    this.sessions = sessions;
  }

  @Override
  public SparkplugDecoder limited(DecodeLimits others) {
    return new SparkplugDecoder(others, sessions);
  }

  @Override
  public boolean typesNumbers() {
    return true;
  }

  @Override
  public void decode(Payload payload, Output out) {
    SparkplugTopic topic = SparkplugTopic.parse(payload.topic());
    if (topic == null) {
      out.rejected(
          new Rejected(
              Reason.MALFORMED,
              Excerpt.of(payload.topic())
                  + " is not a topic of Sparkplug B, spBv1.0/group/type/node or"
                  + " spBv1.0/group/type/node/device"));
      return;
    }
    switch (topic.type()) {
      case STATE -> out.filtered("", "the state of a host, not a reading");
      case NCMD, DCMD -> out.filtered("", "a command, not a reading");
      default -> decode(Sessions.Key.of(payload.source(), topic), topic, payload, out);
    }
  }

  private void decode(Sessions.Key key, SparkplugTopic topic, Payload payload, Output out) {
    Envelope envelope;
    try {
      envelope = Envelope.read(payload.bytes(), limits.maxParts(), out);
    } catch (InvalidProtocolBufferException e) {
      reject(
          key,
          Reason.MALFORMED,
          "not a payload of Sparkplug B: " + SparkplugMetrics.saying(e),
          out);
      return;
    } catch (Envelope.TooMuch e) {
      reject(key, Reason.LIMIT, String.valueOf(e.getMessage()), out);
      return;
    }
    count(key, topic, envelope, out);
    Arrival arrival = Arrival.of(envelope, payload.way());
    switch (topic.type()) {
      case NBIRTH, DBIRTH -> birth(key, topic, envelope, arrival, out);
      case NDEATH -> nodeDeath(key, envelope, out);
      case DDEATH -> deviceDeath(key, topic, envelope, arrival, out);
      default -> data(key, topic, envelope, arrival, out);
    }
  }

  /** One counter for the node and its devices. A death of a node is a will and has no number. */
  private static void count(Sessions.Key key, SparkplugTopic topic, Envelope envelope, Output out) {
    if (envelope.seq() == Envelope.NO_SEQ
        || topic.isCertificate()
        || topic.type() == SparkplugTopic.Type.NDEATH) {
      return;
    }
    out.numbered(
        new SequenceNumber(
            SparkplugSamples.asset(key, ""),
            key.prefix() + key.group() + "/" + key.node(),
            envelope.seq(),
            Sequence.BITS,
            topic.type() == SparkplugTopic.Type.NBIRTH));
  }

  private void reject(Sessions.Key key, Reason reason, String detail, Output out) {
    out.rejected(new Rejected(reason, detail));
    out.onceKept(() -> sessions.change(key, Node::unreadable));
  }

  private void birth(
      Sessions.Key key, SparkplugTopic topic, Envelope envelope, Arrival arrival, Output out) {
    Birth birth = new Birth(arrival.timeMs());
    SparkplugMetrics reader =
        SparkplugMetrics.ofBirth(envelope, arrival, birth, limits, samples(key, topic, out));
    reader.read();
    Long bdSeq = reader.bdSeq();
    out.onceKept(
        () ->
            sessions.change(
                key,
                node -> {
                  reader.keepLast();
                  if (topic.isCertificate()) {
                    node.remembered(topic.device(), birth, bdSeq);
                  } else if (topic.type() == SparkplugTopic.Type.NBIRTH) {
                    node.nodeBorn(birth, bdSeq, arrival);
                  } else {
                    node.deviceBorn(topic.device(), birth, arrival);
                  }
                }));
  }

  private void data(
      Sessions.Key key, SparkplugTopic topic, Envelope envelope, Arrival arrival, Output out) {
    Sessions.Known known = sessions.known(key, topic.device(), arrival);
    SparkplugMetrics reader =
        SparkplugMetrics.ofData(envelope, known, arrival, limits, samples(key, topic, out));
    reader.read();
    out.onceKept(
        () ->
            sessions.change(
                key,
                node -> {
                  reader.keepLast();
                  node.data(topic.device(), arrival, reader.understood());
                }));
  }

  /** The death of a node has no time of its own: its will was written when it connected. */
  private void nodeDeath(Sessions.Key key, Envelope envelope, Output out) {
    Long bdSeq = bdSeq(envelope);
    repeatStale(sessions.staleByDeath(key, bdSeq), key, 0, out);
    out.onceKept(() -> sessions.died(key, bdSeq));
  }

  private static @Nullable Long bdSeq(Envelope envelope) {
    for (ByteString bytes : envelope.metrics()) {
      try {
        Long bdSeq = SparkplugMetrics.bdSeq(Metric.parseFrom(bytes));
        if (bdSeq != null) {
          return bdSeq;
        }
      } catch (InvalidProtocolBufferException e) {
        continue; // a death is a death, whatever else its payload holds
      }
    }
    return null;
  }

  private void deviceDeath(
      Sessions.Key key, SparkplugTopic topic, Envelope envelope, Arrival arrival, Output out) {
    repeatStale(sessions.staleByDeath(key, topic.device()), key, envelope.timestamp(), out);
    out.onceKept(() -> sessions.change(key, node -> node.deviceDied(topic.device(), arrival)));
  }

  private SparkplugSamples samples(Sessions.Key key, SparkplugTopic topic, Output out) {
    return new SparkplugSamples(key, topic.device(), limits, out);
  }

  /** Repeats every last value with bad quality. */
  private void repeatStale(
      List<Sessions.Stale> stale, Sessions.Key key, long timestamp, Output out) {
    SparkplugSamples samples = new SparkplugSamples(key, "", limits, out);
    if (stale.isEmpty()) {
      samples.filter("", "a death that makes no value stale");
    }
    String device = "";
    for (Sessions.Stale each : stale) {
      if (!each.device().equals(device)) {
        device = each.device();
        samples.place(SparkplugSamples.asset(key, device));
      }
      samples.add(
          each.metric().name,
          each.last(),
          timestamp,
          SparkplugSamples.Grade.STALE,
          each.metric().unit);
    }
  }

  @Override
  public List<Command> due(String source, Duration patience, Time time) {
    List<Command> commands = new ArrayList<>();
    for (Sessions.Key key : sessions.due(source, patience, time.elapsedNs())) {
      commands.add(
          new Command(
              key.prefix() + "spBv1.0/" + key.group() + "/NCMD/" + key.node(), rebirth(time)));
    }
    return commands;
  }

  private static byte[] rebirth(Time time) {
    long now = TimeUnit.NANOSECONDS.toMillis(time.wallNs());
    return SparkplugBProto.Payload.newBuilder()
        .setTimestamp(now)
        .addMetrics(
            Metric.newBuilder()
                .setName(REBIRTH)
                .setTimestamp(now)
                .setDatatype(DataType.Boolean_VALUE)
                .setBooleanValue(true))
        .build()
        .toByteArray();
  }
}
