package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Found;
import io.weir.gateway.model.MessageReader;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Weight;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Time and topic of the last message of each machine, and how many of its readings were not good: a
 * fold over messages without clock and I/O. At its limit, it forgets machines that were silent for
 * longest, as {@link LatestReadings} does.
 *
 * <p>Mutable; belongs to one thread, or to a lock of its user.
 */
final class MachineQuality implements MessageReader {

  /** What one takes beside its names. */
  private static final int BYTES_OF_ONE = 150;

  private final Found<Asset, Heard> machines = new Found<>();
  private final Room room;

  // Of the message and the line that are read.
  private String source = "";
  private String topic = "";
  private long receivedNs;
  private @Nullable Heard heard;
  private Quality quality = Quality.GOOD;

  /**
   * @param mostBytes of the heap that it may take, about
   */
  MachineQuality(long mostBytes) {
    room = new Room(mostBytes, machines::values);
  }

  @Override
  public void message(String of, String on, long at) {
    source = of;
    topic = on;
    receivedNs = at;
    heard = null;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a series has one instance of its asset: a short cut
  public void line(Series series, long timeNs, Quality trust, @Nullable String reason) {
    quality = trust;
    Asset asset = series.asset();
    if (asset.machine() == null) {
      heard = null;
    } else if (heard == null || heard.name() != asset) {
      heard = heard(asset);
    }
  }

  /** What is known of a machine; {@code null} where there is no room for a new one. */
  private @Nullable Heard heard(Asset asset) {
    Heard known = machines.get(asset);
    if (known == null) {
      long more = Heard.weight(asset, topic);
      if (!room.isFor(more, receivedNs)) {
        return null;
      }
      known = new Heard(asset, source, topic);
      machines.put(known);
      room.take(more);
    }
    long more = known.at(source, topic, receivedNs);
    if (more != 0) {
      room.change(more, receivedNs);
    }
    return known;
  }

  @Override
  public void real(String metric, double value) {
    count();
  }

  @Override
  public void whole(String metric, long value) {
    count();
  }

  @Override
  public void flag(String metric, boolean value) {
    count();
  }

  @Override
  public void text(String metric, String value) {
    count();
  }

  private void count() {
    if (heard != null && quality != Quality.GOOD) {
      heard.uncertain += quality == Quality.UNCERTAIN ? 1 : 0;
      heard.bad += quality == Quality.BAD ? 1 : 0;
    }
  }

  /** The machines, the longest silent first. */
  List<Live.Heard> list() {
    return machines.values().stream()
        .map(Heard::now)
        .sorted(Comparator.comparingLong(Live.Heard::receivedNs))
        .toList();
  }

  /** What is known of one machine. */
  private final class Heard extends Found.Kept<Asset> implements Room.Taken {
    private String source;
    private String topic;
    private long receivedNs;
    private long uncertain;
    private long bad;

    Heard(Asset machine, String source, String topic) {
      super(machine);
      this.source = source;
      this.topic = topic;
    }

    static long weight(Asset machine, String topic) {
      return BYTES_OF_ONE + Weight.of(machine) + Weight.of(topic);
    }

    /** Notes its last message; returns how much more it takes than before. */
    @SuppressWarnings("ReferenceEquality") // most come on the topic of the one before
    long at(String of, String on, long at) {
      receivedNs = at;
      if (topic == on && source == of) {
        return 0; // the collector looks at all that is written
      }
      long before = Weight.of(topic);
      source = of;
      topic = on;
      return Weight.of(on) - before;
    }

    Live.Heard now() {
      return new Live.Heard(name(), source, topic, receivedNs, uncertain, bad);
    }

    @Override
    public long receivedNs() {
      return receivedNs;
    }

    @Override
    public long forget() {
      machines.remove(this);
      return weight(name(), topic);
    }
  }
}
