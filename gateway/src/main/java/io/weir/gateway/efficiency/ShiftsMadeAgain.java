package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateEncoder;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.ShiftFigures;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest shift of each machine and line that was made again, so that the live page and the API
 * show the last one as it is in the stores, after a restart too. A file that is lost or damaged
 * only means that they show it as it was when it ended.
 *
 * <p>Bytes (primitives in {@link StateCodec}): u8 format 1, then for each asset its bucket, its
 * sums, how they are formed and how many machines should be in them.
 *
 * <p>For any thread; one at a time saves.
 */
public final class ShiftsMadeAgain {

  private static final Logger LOG = LoggerFactory.getLogger(ShiftsMadeAgain.class);

  private static final byte FORMAT = 1;

  /** Older ones are not the last shift of anything any more. */
  private static final long KEPT = 8 * 24 * ShiftCalendar.HOUR;

  /** The newest ones; 4 MB in the file. */
  private static final int MOST = 20_000;

  private final FiguresBook.Store store;
  private final Map<Asset, ShiftFigures> shifts = new ConcurrentHashMap<>();

  /** What an entry is written from and read into. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(Asset asset, BucketKey key, long[] sums, String basis, int expected) {

    static final Entry NONE = new Entry(Asset.NONE, BucketKey.NONE, Sums.none(), "", 0);

    Entry exchange(StateCodec codec) {
      return new Entry(
          codec.machine(asset),
          key.exchange(codec),
          codec.sums(sums),
          codec.name(basis),
          codec.small(expected));
    }
  }

  /**
   * @throws IOException if the disk fails
   */
  public ShiftsMadeAgain(FiguresBook.Store store) throws IOException {
    this.store = store;
    Optional<byte[]> saved = store.load();
    if (saved.isPresent()) {
      try {
        read(saved.get());
      } catch (IllegalArgumentException e) {
        LOG.warn("The shifts that were made again are shown as they were: {}", e.getMessage());
        shifts.clear();
      }
    }
  }

  private void read(byte[] bytes) {
    StateDecoder in = new StateDecoder(bytes);
    byte format = in.raw();
    if (format != FORMAT) {
      throw new IllegalArgumentException("format " + format + " of the file is not known");
    }
    List<Entry> entries = new ArrayList<>();
    in.all(entries, () -> Entry.NONE, entry -> entry.exchange(in));
    for (Entry each : entries) {
      Figures.Basis basis = Figures.Basis.valueOf(each.basis);
      shifts.put(
          each.asset,
          new ShiftFigures(
              each.key.shift(),
              each.key.start(),
              each.key.end(),
              new Figures(each.sums, basis, each.expected)));
    }
  }

  /** All of them. */
  Map<Asset, ShiftFigures> all() {
    return shifts;
  }

  /** Shifts were made again; durable when this returns. */
  synchronized void keep(Map<Asset, ShiftFigures> made) throws IOException {
    if (made.isEmpty()) {
      return;
    }
    shifts.putAll(made);
    long newest = shifts.values().stream().mapToLong(ShiftFigures::end).max().orElse(0);
    shifts.values().removeIf(shift -> shift.end() < newest - KEPT);
    if (shifts.size() > MOST) {
      shifts.entrySet().stream()
          .sorted(Comparator.comparingLong(each -> each.getValue().end()))
          .limit(shifts.size() - MOST)
          .map(Map.Entry::getKey)
          .toList()
          .forEach(shifts::remove);
    }
    StateEncoder out = new StateEncoder();
    out.raw(FORMAT);
    out.all(entries(), () -> Entry.NONE, entry -> entry.exchange(out));
    store.save(out.toBytes());
  }

  private List<Entry> entries() {
    Map<String, Entry> byPath = new TreeMap<>();
    shifts.forEach(
        (asset, shift) ->
            byPath.put(
                asset.toString(),
                new Entry(
                    asset,
                    new BucketKey(BucketKind.SHIFT, shift.start(), shift.end(), shift.name()),
                    shift.figures().sums(),
                    shift.figures().basis().name(),
                    shift.figures().expected())));
    return new ArrayList<>(byPath.values());
  }
}
