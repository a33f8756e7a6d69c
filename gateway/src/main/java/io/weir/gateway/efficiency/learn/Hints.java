package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.FiguresBook;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateEncoder;
import io.weir.gateway.efficiency.config.LearnedConfig;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The hints, and what people have decided about them. A decision is durable when {@link #decide}
 * returns. The newest {@value #MOST} are kept, one of each hint; beyond them the oldest dismissed
 * one leaves, and if there is none, the oldest.
 *
 * <p>Bytes (primitives in {@link StateCodec}): u8 format 2, the decisions, oldest first. Format 1,
 * which is still read, does not say whether a name was checked.
 *
 * <p>Shared by the threads of requests under its own lock, which is held while the small file is
 * written.
 */
public final class Hints {

  /** Decisions that are kept. */
  static final int MOST = 500;

  private static final byte FORMAT = 2;
  private static final byte FIRST_FORMAT = 1;

  private final Supplier<List<Finding>> findings;
  private final Supplier<LearnedConfig> config;
  private final FiguresBook.Store store;
  private final Time time;
  private Map<String, HintDecision> decisions = new LinkedHashMap<>();

  /**
   * @param findings what is found now
   * @param store where the decisions are kept
   * @throws IOException if they cannot be read, or were written by a later version
   */
  public Hints(
      Supplier<List<Finding>> findings,
      Supplier<LearnedConfig> config,
      FiguresBook.Store store,
      Time time)
      throws IOException {
    this.findings = findings;
    this.config = config;
    this.store = store;
    this.time = time;
    byte[] bytes = store.load().orElse(null);
    if (bytes != null) {
      read(bytes);
    }
  }

  private void read(byte[] bytes) throws IOException {
    try {
      StateDecoder in = new StateDecoder(bytes);
      byte format = in.raw();
      if (format < FIRST_FORMAT || format > FORMAT) {
        throw new IOException(
            "the decisions about hints have format "
                + format
                + ", which this version does not know");
      }
      List<HintDecision> all = new ArrayList<>();
      in.all(
          all, () -> HintDecision.BLANK, decision -> decision.exchange(in, format > FIRST_FORMAT));
      all.forEach(decision -> decisions.put(decision.id(), decision));
    } catch (IllegalArgumentException e) {
      throw new IOException("the decisions about hints cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether anything is learned. */
  public boolean enabled() {
    return config.get().enabled();
  }

  /** All hints: first those that nobody has decided about, in the order of their assets. */
  public synchronized List<Hint> all() {
    LearnedConfig rules = config.get();
    long now = time.wallNs();
    return findings.get().stream()
        .map(
            finding -> {
              HintDecision last = last(finding);
              return new Hint(finding, last, last != null && last.holdsOf(finding, now, rules));
            })
        .sorted(
            Comparator.comparing(Hint::state)
                .thenComparing(hint -> hint.finding().asset(), Asset.BY_PATH)
                .thenComparing(hint -> hint.finding().of())
                .thenComparing(hint -> hint.finding().kind()))
        .toList();
  }

  private @Nullable HintDecision last(Finding finding) {
    HintDecision last = decisions.get(finding.id());
    HintDecision former = decisions.get(finding.formerId());
    return last != null || former == null || !former.asset().equals(finding.asset())
        ? last
        : former;
  }

  /** What was decided, newest first, also about hints that are none any more. */
  public synchronized List<HintDecision> decided() {
    return decisions.values().stream()
        .sorted(Comparator.comparingLong(HintDecision::timeNs).reversed())
        .toList();
  }

  /**
   * Keeps what a person says about a hint, in place of what was said about it before.
   *
   * @param verified whether the name is that of a user who has logged in
   * @return the hint with it; {@code null} where there is no such hint
   * @throws IOException if it could not be made durable; then it is not kept
   */
  public synchronized @Nullable Hint decide(
      String id, boolean confirmed, String who, boolean verified, String address, String comment)
      throws IOException {
    Finding finding =
        findings.get().stream().filter(each -> each.id().equals(id)).findFirst().orElse(null);
    if (finding == null) {
      return null;
    }
    HintDecision decision =
        new HintDecision(
            id,
            confirmed,
            finding.asset(),
            who,
            verified,
            time.wallNs(),
            address,
            comment,
            finding.size(),
            finding.reason(),
            finding.toPaste());
    Map<String, HintDecision> changed = new LinkedHashMap<>(decisions);
    changed.remove(id);
    if (changed.size() >= MOST) {
      changed.remove(leaving(changed));
    }
    changed.put(id, decision);
    StateEncoder out = new StateEncoder();
    out.raw(FORMAT);
    out.all(changed.values(), () -> HintDecision.BLANK, each -> each.exchange(out, true));
    store.save(out.toBytes());
    decisions = changed;
    return new Hint(finding, decision, true);
  }

  private static String leaving(Map<String, HintDecision> all) {
    return all.values().stream()
        .filter(each -> !each.confirmed())
        .findFirst()
        .orElseGet(() -> all.values().iterator().next())
        .id();
  }
}
