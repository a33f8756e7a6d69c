package io.weir.gateway.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Series} as bytes, and back; see {@link MessageCodec} for the format. All instances of a
 * process share the series that any of them has seen. Belongs to one thread.
 */
final class SeriesCodec {

  private static final int LONGEST = 2048;

  private static final KnownBytes<Series> KNOWN = new KnownBytes<>(KnownBytes.places());

  /** One that is written for the first time. */
  private final ByteOutput first = new ByteOutput();

  /** With its length in front, so that a reader can find it in its cache by its bytes. */
  void put(ByteOutput out, Series series) {
    byte[] form = series.form();
    if (form == null) {
      form = formOf(series);
      series.form(form);
    }
    out.part(form);
  }

  /** One array for all series of these names. */
  private byte[] formOf(Series series) {
    first.begin();
    first.text(series.measurement());
    put(first, series.asset());
    first.varint(series.tags().size());
    for (Map.Entry<String, String> tag : series.tags().entrySet()) {
      first.text(tag.getKey());
      first.text(tag.getValue());
    }
    byte[] form = first.copy();
    first.release();
    return form.length > LONGEST
        ? form
        : KNOWN.put(form, KnownBytes.hash(form, 0, form.length), series).bytes();
  }

  static void put(ByteOutput to, Asset asset) {
    to.put(
        (asset.site() != null ? 1 : 0)
            | (asset.area() != null ? 2 : 0)
            | (asset.line() != null ? 4 : 0)
            | (asset.machine() != null ? 8 : 0));
    putLevel(to, asset.site());
    putLevel(to, asset.area());
    putLevel(to, asset.line());
    putLevel(to, asset.machine());
  }

  private static void putLevel(ByteOutput to, @Nullable String level) {
    if (level != null) {
      to.text(level);
    }
  }

  static Series get(ByteInput in) {
    int length = in.varint();
    int from = in.skip(length);
    int hash = KnownBytes.hash(in.array(), from, length);
    KnownBytes.Known<Series> known = KNOWN.find(in.array(), from, length, hash);
    if (known != null) {
      return known.value();
    }
    in.back(from);
    byte[] form = in.take(length);
    in.back(from);
    String measurement = in.name();
    Asset asset = asset(in);
    int count = in.varint();
    Map<String, String> tags = Map.of();
    if (count > 0) {
      Map<String, String> sorted = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        String name = in.name();
        sorted.put(name, in.name());
      }
      tags = Collections.unmodifiableMap(sorted);
    }
    Series series = new Series(measurement, asset, tags);
    series.form(form);
    return length > LONGEST ? series : KNOWN.put(form, hash, series).value();
  }

  /** How many series this process knows, about. */
  static int known() {
    return KNOWN.size();
  }

  /**
   * Looks at series before they are asked for, by the hashes of their bytes.
   *
   * @param series becomes those, most probably; {@code null} where none is known
   */
  static long look(int[] hashes, int count, @Nullable Series[] series) {
    long seen = KNOWN.look(hashes, count);
    for (int i = 0; i < count; i++) {
      series[i] = KNOWN.likely(hashes[i]);
    }
    return seen;
  }

  static Asset asset(ByteInput in) {
    int levels = in.next();
    return new Asset(
        (levels & 1) != 0 ? in.name() : null,
        (levels & 2) != 0 ? in.name() : null,
        (levels & 4) != 0 ? in.name() : null,
        (levels & 8) != 0 ? in.name() : null);
  }
}
