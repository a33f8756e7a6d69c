package io.weir.gateway.intake;

import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SequenceNumber;
import io.weir.gateway.normalize.Normalizer;
import io.weir.gateway.normalize.PendingState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a {@link Message} that come from its payload; {@code received = readings + filtered
 * + rejected}.
 *
 * @param payload the payload where it is the evidence of something rejected, else empty
 * @param skewed samples that got the receive time because the sender's clock is wrong
 * @param misread samples whose time was in an unexpected unit
 * @param numbers what the sender counted the message as
 * @param pending what is remembered of it after it is taken
 * @param kept runs after the message was appended; its facts about the sender hold from then on
 */
@SuppressWarnings("ArrayRecordComponent") // raw evidence, never compared
public record Decoded(
    int received,
    int filtered,
    List<Reading> readings,
    List<Rejected> rejected,
    byte[] payload,
    int skewed,
    int misread,
    List<SequenceNumber> numbers,
    @Nullable PendingState pending,
    Runnable kept) {

  /** Faults of one message that keep their words; each can be half a kilobyte. */
  private static final int MOST_EXPLAINED = 1_000;

  private static final String UNEXPLAINED = "past the first 1,000 faults of the message";

  /** How much of a payload beyond a limit is kept as evidence. */
  private static final int EVIDENCE_BYTES = 64 * 1024;

  private static final byte[] NO_PAYLOAD = {};
  private static final Runnable NOTHING = () -> {};

  /** A message of which nothing is remembered. */
  public Decoded(
      int received, int filtered, List<Reading> readings, List<Rejected> rejected, byte[] payload) {
    this(received, filtered, readings, rejected, payload, 0, 0, List.of(), null, NOTHING);
  }

  /** What the normalizer made of the samples of a payload. */
  static Decoded of(Normalizer message, byte[] payload, Runnable kept) {
    List<Rejected> rejected = bounded(message.rejected());
    boolean payloadIsEvidence = false;
    for (Rejected each : rejected) {
      payloadIsEvidence |= each.part() == null;
    }
    int known = message.readings().size() + rejected.size() + message.filtered();
    int filtered =
        message.filtered() + (known == 0 ? 1 : 0); // a message without samples counts as one
    return new Decoded(
        Math.max(1, known),
        filtered,
        message.readings(),
        rejected,
        payloadIsEvidence ? payload : NO_PAYLOAD,
        message.skewed(),
        message.misread(),
        message.numbers(),
        message.pending(),
        kept);
  }

  /**
   * Only the first sample that is rejected from a long line carries a copy of the line; the next
   * ones refer to the whole payload. Of a message with very many faults the first are explained. So
   * a record stays below about twice the size of the message, and what is good in it is kept.
   */
  private static List<Rejected> bounded(List<Rejected> rejected) {
    if (rejected.size() < 2) {
      return rejected;
    }
    List<Rejected> bounded = new ArrayList<>(rejected.size());
    Map<byte[], Boolean> kept = new IdentityHashMap<>();
    for (Rejected each : rejected) {
      boolean again = each.part() != null && kept.put(each.part(), true) != null;
      String detail = bounded.size() < MOST_EXPLAINED ? each.detail() : UNEXPLAINED;
      bounded.add(new Rejected(each.reason(), detail, again ? null : each.part()));
    }
    return bounded;
  }

  /** A message that says nothing about a device: it counts as left out on purpose. */
  static Decoded leftOut() {
    return new Decoded(1, 1, List.of(), List.of(), NO_PAYLOAD);
  }

  /** A payload of which nothing is kept but itself. */
  static Decoded rejected(Rejected rejected, byte[] evidence) {
    return new Decoded(1, 0, List.of(), List.of(rejected), evidence);
  }

  /** A payload that is too large to be decoded. */
  static Decoded tooLarge(String detail, byte[] payload) {
    boolean cut = payload.length > EVIDENCE_BYTES;
    Rejected rejected =
        new Rejected(
            Reason.LIMIT,
            cut ? detail + "; its first " + EVIDENCE_BYTES + " bytes are kept" : detail);
    return rejected(rejected, cut ? Arrays.copyOf(payload, EVIDENCE_BYTES) : payload);
  }

  /** The same, if it is larger than the limit; 0 is no limit. */
  static @Nullable Decoded tooLarge(byte[] payload, int limit) {
    return limit == 0 || payload.length <= limit
        ? null
        : tooLarge("the payload has " + payload.length + " bytes, the limit is " + limit, payload);
  }

  /** The same message, all left out. */
  Decoded filteredWhole() {
    return new Decoded(
        received, received, List.of(), List.of(), NO_PAYLOAD, 0, 0, numbers, null, kept);
  }

  /** The same, for a message of the past: it says nothing about the current state of its sender. */
  public Decoded asHistory() {
    return new Decoded(
        received, filtered, readings, rejected, payload, skewed, misread, List.of(), pending,
        NOTHING);
  }
}
