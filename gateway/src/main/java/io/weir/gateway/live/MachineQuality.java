package io.weir.gateway.live;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Weight;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Time and topic of the last message of each machine, and how many of its readings were not good: a
 * fold over messages without clock and I/O. At its limit, it forgets the machine that was silent
 * for longest.
 *
 * <p>Shared between the thread that folds and the one that reads, under its own lock.
 */
final class MachineQuality {

  /** What one takes beside its names. */
  private static final int BYTES_OF_ONE = 150;

  private final long mostBytes;
  private long bytes;

  /** In the order of last hearing, oldest first. */
  private final LinkedHashMap<Asset, Heard> machines = new LinkedHashMap<>(256, 0.75f, true);

  /**
   * @param mostBytes of the heap that it may take, about
   */
  MachineQuality(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Adds one message. */
  @SuppressWarnings("ReferenceEquality") // the asset of a series is one instance: a short cut
  synchronized void fold(Message message) {
    Asset asset = Asset.NONE;
    Heard heard = null;
    for (Reading reading : message.readings()) {
      Asset next = reading.series().asset();
      if (next.machine() == null) {
        continue;
      }
      if (heard == null || next != asset) {
        asset = next;
        heard = machines.get(asset);
        if (heard == null) {
          heard = new Heard(asset);
          machines.put(asset, heard);
          bytes += Weight.of(asset);
        }
        bytes -= heard.weight();
        heard.at(message);
        bytes += heard.weight();
        forget();
      }
      heard.uncertain += reading.quality() == Quality.UNCERTAIN ? 1 : 0;
      heard.bad += reading.quality() == Quality.BAD ? 1 : 0;
    }
  }

  private void forget() {
    Iterator<Heard> oldest = machines.values().iterator();
    while (bytes > mostBytes && oldest.hasNext()) {
      Heard gone = oldest.next();
      bytes -= Weight.of(gone.machine) + gone.weight();
      oldest.remove();
    }
  }

  synchronized List<Live.Heard> list() {
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

    long weight() {
      return topic.isEmpty() ? 0 : BYTES_OF_ONE + Weight.of(topic);
    }

    void at(Message message) {
      source = message.source();
      topic = message.topic();
      receivedNs = message.receiveTimeNs();
    }

    Live.Heard now() {
      return new Live.Heard(machine, source, topic, receivedNs, uncertain, bad);
    }
  }
}
