package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MessageReader;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Weight;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Time and topic of the last message of each machine, and how many of its readings were not good: a
 * fold over messages without clock and I/O. At its limit, it forgets the machine that was silent
 * for longest, as {@link LatestReadings} does.
 *
 * <p>Mutable; belongs to one thread, or to a lock of its user.
 */
final class MachineQuality implements MessageReader {

  /** What one takes beside its names. */
  private static final int BYTES_OF_ONE = 150;

  private final long mostBytes;
  private long bytes;

  /** In the order of last hearing, oldest first. */
  private final LinkedHashMap<Asset, Heard> machines = new LinkedHashMap<>(256, 0.75f, true);

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
    this.mostBytes = mostBytes;
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
    } else if (heard == null || heard.machine != asset) {
      heard = heard(asset);
    }
  }

  /** What is known of a machine; {@code null} where there is no room for a new one. */
  private @Nullable Heard heard(Asset asset) {
    Heard found = machines.get(asset);
    if (found == null) {
      if (!isRoomFor(Weight.of(asset) + Heard.weight(topic))) {
        return null;
      }
      found = new Heard(asset);
      machines.put(asset, found);
      bytes += Weight.of(asset);
    }
    bytes += found.at(source, topic, receivedNs);
    return found;
  }

  private boolean isRoomFor(long more) {
    if (bytes + more <= mostBytes) {
      return true;
    }
    Iterator<Heard> oldest = machines.values().iterator();
    while (bytes + more > mostBytes && oldest.hasNext()) {
      Heard gone = oldest.next();
      if (receivedNs - gone.receivedNs < LatestReadings.SILENT_NS) {
        return false;
      }
      bytes -= Weight.of(gone.machine) + Heard.weight(gone.topic);
      oldest.remove();
    }
    return bytes + more <= mostBytes;
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

  List<Live.Heard> list() {
    List<Live.Heard> list = new ArrayList<>(machines.size());
    machines.values().forEach(heard -> list.add(heard.now()));
    return list;
  }

  /** What is known of one machine. */
  private static final class Heard {
    private final Asset machine;
    private String source = "";
    private String topic = "";
    private long receivedNs;
    private long uncertain;
    private long bad;

    Heard(Asset machine) {
      this.machine = machine;
    }

    static long weight(String topic) {
      return topic.isEmpty() ? 0 : BYTES_OF_ONE + Weight.of(topic);
    }

    /** Notes its last message; returns how much more it takes than before. */
    @SuppressWarnings("ReferenceEquality") // most come on the topic of the one before
    long at(String of, String on, long at) {
      source = of;
      receivedNs = at;
      if (topic == on) {
        return 0;
      }
      long before = weight(topic);
      topic = on;
      return weight(on) - before;
    }

    Live.Heard now() {
      return new Live.Heard(machine, source, topic, receivedNs, uncertain, bad);
    }
  }
}
