package io.weir.gateway.normalize;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Failure;
import io.weir.gateway.model.Series;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The names that each source has brought, within its limits. Series are durable before their first
 * reading is, so that after a restart they are known before anyone can invent others. Shared by all
 * source threads.
 */
public final class KnownNames {

  private static final String FORMAT = "weir names 1";

  private final Map<String, NameLimits> limits;
  private final NameLimits others;
  private final Set<Asset> before;
  private final DurableLines lines;
  private final ConcurrentHashMap<String, SourceNames> sources = new ConcurrentHashMap<>();

  private KnownNames(
      LineStore store, Map<String, NameLimits> limits, NameLimits others, Set<Asset> before) {
    this.limits = Map.copyOf(limits);
    this.others = others;
    this.before = before;
    this.lines = new DurableLines(store, FORMAT, this::all);
  }

  /** For a command that takes nothing in. */
  public static KnownNames unlimited() {
    return new KnownNames(FORGETTING, Map.of(), NameLimits.NONE, Set.of());
  }

  /**
   * The names in that store. Those of sources that are no longer configured are forgotten.
   *
   * @param limits by source
   * @param others of a source that is not configured, whose messages come out of the quarantine
   * @param before machines that are known from elsewhere, and let in whatever the limit
   * @throws IOException if it cannot be read, or was not written by this version
   */
  public static KnownNames load(
      LineStore store, Map<String, NameLimits> limits, NameLimits others, Set<Asset> before)
      throws IOException {
    KnownNames names = new KnownNames(store, limits, others, before);
    try {
      names.lines.load(names::read);
    } catch (IOException e) {
      throw new IOException("known names: " + Failure.inWords(e), e);
    }
    return names;
  }

  private boolean read(String line) {
    String[] parts = line.split("\t", -1);
    Series series = SourceNames.series(parts);
    if (series != null && limits.containsKey(parts[0])) {
      of(parts[0]).recall(series);
      lines.count(line);
    }
    return series != null;
  }

  private List<String> all() {
    List<String> all = new ArrayList<>();
    sources.values().forEach(each -> each.lines(all));
    return all;
  }

  /** Those of a source. */
  public SourceNames of(String source) {
    SourceNames known = sources.get(source);
    return known != null ? known : sources.computeIfAbsent(source, this::made);
  }

  private SourceNames made(String source) {
    return new SourceNames(source, limits.getOrDefault(source, others), lines, before);
  }

  /** Takes over a field that a source brought before the start. */
  void recallField(String source) {
    if (limits.containsKey(source)) {
      of(source).recallField();
    }
  }

  /** Those of all sources that have sent something. */
  public Collection<SourceNames> sources() {
    return sources.values();
  }

  /**
   * Returns when all that this thread has seen admitted is on stable storage. The log does this
   * before it writes, once for all records of a write.
   *
   * @throws IOException if it is not
   */
  public void settle() throws IOException {
    lines.settle();
  }

  private static final LineStore FORGETTING =
      new LineStore() {
        @Override
        public void load(Consumer<byte[]> saved) {}

        @Override
        public boolean isDue(long bytes) {
          return false;
        }

        @Override
        public void append(byte[] added) {}

        @Override
        public void replace(Iterable<byte[]> all) {}
      };
}
