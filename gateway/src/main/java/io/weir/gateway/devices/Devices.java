package io.weir.gateway.devices;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Found;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.MessageOutline;
import io.weir.gateway.model.SequenceNumber;
import io.weir.gateway.model.Series;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is known of every device: a fold over messages in the order of arrival, without clock and
 * I/O. Shared between the thread that folds and those that ask, under its own lock.
 *
 * <p>Names can be invented, so the memory is bounded: what is new past the bound is not watched,
 * and counted. A device is forgotten {@value #FORGET_DAYS} days after its last message, or when no
 * route takes its topic any more.
 */
final class Devices {

  static final int FORGET_DAYS = 7;

  private static final long FORGET_NS = TimeUnit.DAYS.toNanos(FORGET_DAYS);
  private static final long KEEP_AT_LEAST_NS = TimeUnit.HOURS.toNanos(1);

  /**
   * A device is looked at so often, or sooner where something is due. Nothing is found later for
   * that: a period that is learned meanwhile allows a silence of {@link
   * DeviceTopic#SOONEST_SILENT_NS}, and a number that is skipped may come for as long.
   */
  private static final long LOOK_NS = Numbering.LATE_NS;

  /** One source. */
  private static final class Source {
    final SourceQuiet quiet = new SourceQuiet();
    final Found<String, TopicDevices> topics;
    long listeningSinceNs;
    long missing;
    long estimated;
    long unwatched;

    Source(Found<String, TopicDevices> topics) {
      this.topics = topics;
    }
  }

  private final Expected.OfTopic expected;
  private final Map<String, Source> sources = new HashMap<>();
  private final DeviceTable table;

  /** Those of the message that is being folded. */
  private final List<DeviceTopic> heard = new ArrayList<>(1);

  /** Messages that were folded. */
  private long turn;

  /** The version of what is expected that all topics were last compared with. */
  private @Nullable Object compared;

  /**
   * @param names of the sources that are watched
   * @param mostBytes of the heap that it may take, about
   * @param elapsedNs now
   */
  Devices(Collection<String> names, Expected.OfTopic expected, long mostBytes, long elapsedNs) {
    this.expected = expected;
    this.table = new DeviceTable(mostBytes);
    for (String name : names) {
      Source source = new Source(table.topicsOf(name));
      source.listeningSinceNs = elapsedNs;
      sources.put(name, source);
    }
  }

  // ---- Folding

  /** Adds one message. */
  synchronized void fold(MessageOutline message, long elapsedNs) {
    MessageCodec.Counts head = message.head();
    Source source = sources.get(head.source());
    if (source == null || message.retained() || message.isOfSessionOnly()) {
      return;
    }
    long nowNs = head.receiveTimeNs();
    source.quiet.heard(nowNs);
    turn++;
    hear(message, source);
    for (SequenceNumber number : message.numbers()) {
      count(message, number, source, elapsedNs);
    }
    for (DeviceTopic each : heard) {
      each.numbered |= !message.numbers().isEmpty();
      each.heardElapsedNs = elapsedNs;
      estimated(each, source, each.heard(nowNs, each.newestNs, source.quiet), nowNs);
    }
    if (head.appended() == 0 || head.filtered() > 0) {
      TopicDevices topic = source.topics.get(head.topic());
      if (topic != null) {
        heardWithoutReadings(message, topic, elapsedNs);
      }
    }
  }

  /** Finds the devices of the readings, each with its newest event time. */
  private void hear(MessageOutline message, Source source) {
    heard.clear();
    TopicDevices topic = source.topics.get(message.head().topic());
    for (int line = 0; line < message.lines(); line++) {
      Series series = message.series(line);
      DeviceTopic device = topic == null ? null : topic.last(series);
      if (device == null) {
        device = search(message.head(), topic, series, source);
        topic = device == null ? topic : device.on;
      }
      if (device != null && device.turn != turn) {
        device.turn = turn;
        device.newestNs = message.timeNs(line);
        heard.add(device);
      } else if (device != null) {
        device.newestNs = Math.max(device.newestNs, message.timeNs(line));
      }
    }
  }

  private @Nullable DeviceTopic search(
      MessageCodec.Counts head, @Nullable TopicDevices topic, Series series, Source source) {
    // what another gateway has derived has its own times, and who sends it its own alarm
    if (Derived.is(series.measurement())) {
      return null;
    }
    DeviceTopic known = topic == null ? null : topic.of(series);
    return known == null ? find(keyOf(head), ofMachine(series.asset()), source) : known;
  }

  private static TopicDevices.Key keyOf(MessageCodec.Counts head) {
    return new TopicDevices.Key(head.source(), head.topic(), false);
  }

  static Asset ofMachine(Asset asset) {
    return asset.machine() == null ? Asset.NONE : asset;
  }

  /** Nothing is left of the message, or of a part: whose it was is not known, so all are heard. */
  private void heardWithoutReadings(MessageOutline message, TopicDevices topic, long elapsedNs) {
    MessageCodec.Counts head = message.head();
    boolean unread = message.numbers().isEmpty() && head.rejected() > 0;
    for (DeviceTopic each : topic.devices()) {
      if (each.turn != turn) {
        each.turn = turn;
        each.heardElapsedNs = elapsedNs;
        each.heardWithoutTime(head.receiveTimeNs());
        each.unread += unread ? 1 : 0;
      }
    }
  }

  private void count(MessageOutline message, SequenceNumber number, Source source, long elapsedNs) {
    MessageCodec.Counts head = message.head();
    boolean ofTopic = number.sender().isEmpty();
    TopicDevices.Key key =
        ofTopic ? keyOf(head) : new TopicDevices.Key(head.source(), number.sender(), true);
    Asset asset = ofTopic ? ofMachine(number.asset()) : number.asset();
    DeviceTopic counted = find(key, asset, source);
    if (counted == null) {
      return;
    }
    counted.numbered = true;
    long nowNs = head.receiveTimeNs();
    if (!ofTopic) {
      counted.turn = turn;
      counted.heardElapsedNs = elapsedNs;
      counted.arrivedNs = nowNs;
    }
    Numbering numbering = counted.numbering;
    if (numbering == null) {
      counted.numbering = Numbering.from(number.number(), number.bits());
    } else {
      boolean begins = number.begins() && !head.duplicate();
      missing(
          counted,
          source,
          numbering.take(number.number(), number.bits(), begins, counted.unread, nowNs),
          nowNs);
    }
    counted.unread = 0;
  }

  private static void missing(DeviceTopic of, Source source, long missing, long nowNs) {
    if (missing > 0) {
      source.missing += missing;
      of.device.missing += missing;
      of.device.gapNs = nowNs;
    }
  }

  private static void estimated(DeviceTopic of, Source source, long missing, long nowNs) {
    if (missing > 0) {
      source.estimated += missing;
      of.device.estimated += missing;
      of.device.gapNs = nowNs;
    }
  }

  private @Nullable DeviceTopic find(TopicDevices.Key key, Asset asset, Source source) {
    DeviceTopic known = table.find(key, asset);
    if (known == null) {
      Expected says = expected(key);
      known = table.add(key, asset, says == null ? Expected.UNKNOWN : says);
      compared = says == null ? null : compared; // no route takes it: it is forgotten
      source.unwatched += known == null ? 1 : 0;
    }
    return known;
  }

  private @Nullable Expected expected(TopicDevices.Key key) {
    return key.isSender() ? Expected.UNKNOWN : expected.of(key.source(), key.name());
  }

  /** Records of the log were lost: what follows is not compared with what was before. */
  synchronized void interrupted() {
    sources.values().forEach(source -> source.quiet.interrupted());
    for (TopicDevices topic : table.topics()) {
      for (DeviceTopic each : topic.devices()) {
        each.numbering = null;
        each.unread = 0;
        each.supposed = 0;
      }
    }
  }

  // ---- By the clock

  /**
   * Looks at every device of which something may be due: counts what was skipped and did not come,
   * says who is silent, and forgets.
   *
   * @param hears whether a source is connected, and read; while not, no device of it becomes silent
   */
  synchronized void look(long elapsedNs, long wallNs, Predicate<String> hears) {
    sources.forEach(
        (name, source) -> {
          if (!hears.test(name)) {
            source.listeningSinceNs = elapsedNs;
            source.quiet.interrupted();
          }
        });
    compareTopics(wallNs);
    table.keepDevices(device -> !device.isDue(elapsedNs) || look(device, elapsedNs, wallNs));
  }

  /** Looks at one; returns whether it stays. */
  private boolean look(Device device, long elapsedNs, long wallNs) {
    settle(device, wallNs);
    judge(device, elapsedNs);
    device.lookAt(elapsedNs + Math.min(LOOK_NS, device.nothingDueForNs(elapsedNs)));
    return !isOld(device, elapsedNs, wallNs);
  }

  /** Forgets the topics that no route takes any more, where the routes have changed. */
  @SuppressWarnings("ReferenceEquality") // the version is an identity
  private void compareTopics(long wallNs) {
    Object version = expected.version();
    if (compared != version) {
      table.devices().forEach(device -> settle(device, wallNs));
      table.keepTopics(this::isRouted);
      compared = version;
    }
  }

  private boolean isRouted(TopicDevices topic) {
    Expected says = expected(topic.key());
    if (says == null || !sources.containsKey(topic.group.source)) {
      return false;
    }
    for (DeviceTopic each : topic.devices()) {
      if (!each.expected.equals(says)) {
        each.expected = says;
        each.device.due();
      }
    }
    return true;
  }

  /** By both clocks, since the wall clock may jump. */
  private static boolean isOld(Device device, long elapsedNs, long wallNs) {
    return wallNs - device.heardNs() > FORGET_NS
        && elapsedNs - device.heardElapsedNs() > KEEP_AT_LEAST_NS;
  }

  private void settle(Device device, long wallNs) {
    for (DeviceTopic each : device.topics) {
      Numbering numbering = each.numbering;
      Source source = numbering == null ? null : sources.get(each.on.group.source);
      if (numbering != null && source != null) {
        missing(each, source, numbering.settle(wallNs - Numbering.LATE_NS), wallNs);
      }
    }
  }

  private void judge(Device device, long elapsedNs) {
    long allowed = device.silentAfterNs();
    if (allowed == 0) {
      device.notSilent();
    } else if (elapsedNs - device.heardElapsedNs() > allowed) {
      Source source = sources.get(device.source());
      if (source != null && elapsedNs - source.listeningSinceNs > allowed) {
        device.silent(turn);
      }
    }
  }

  // ---- For those that ask

  /** Every device that is watched. */
  synchronized List<DeviceStatus> list() {
    return table.devices().stream().map(Device::status).toList();
  }

  /** Every device that is silent. */
  synchronized List<DeviceStatus> silent() {
    return table.devices().stream().filter(Device::isSilent).map(Device::status).toList();
  }

  /** Messages of a source that are missing by numbers. */
  synchronized long missing(String source) {
    return of(source).missing;
  }

  /** The same by period. */
  synchronized long estimated(String source) {
    return of(source).estimated;
  }

  /** Messages of devices that are not watched. */
  synchronized long unwatched(String source) {
    return of(source).unwatched;
  }

  private Source of(String source) {
    Source known = sources.get(source);
    return known == null ? new Source(new Found<>()) : known;
  }

  synchronized long watched(String source) {
    return table.devices().stream().filter(each -> each.source().equals(source)).count();
  }

  synchronized long silent(String source) {
    return table.devices().stream()
        .filter(each -> each.isSilent() && each.source().equals(source))
        .count();
  }

  // ---- State

  synchronized byte[] encode() {
    return DevicesState.encode(table.devices());
  }

  /**
   * Begins with what was encoded.
   *
   * @throws IllegalArgumentException if the bytes are of an unknown format
   */
  synchronized void restore(byte[] state, long elapsedNs) {
    table.restore(state, elapsedNs);
    compared = null;
  }

  /** Forgets every device. */
  synchronized void clear() {
    table.clear();
  }
}
