package io.weir.gateway.sink;

import io.weir.gateway.model.Reason;
import io.weir.gateway.sink.Sink.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * How far the lines of one lane of a batch are: what is written next, and what an answer to it
 * means. Does no I/O and reads no clock. Every line ends stored, in {@link #takeRejections()}, or
 * given up.
 *
 * <p>The lines are a queue of pieces, at first one. A piece is cut in two where one bad line must
 * be found or the store cannot take so much at once; lines keep their order. Where the store fails
 * on a piece again and again, a probe is written between: lines that it has accepted before. If the
 * probe passes, the store is well and the piece holds a poison, which is then searched by halves.
 *
 * <p>Belongs to the drain's thread.
 */
final class BatchProgress {

  /** After this many failures of a piece a probe decides whether the store or the piece is bad. */
  private static final int FAILURES_BEFORE_PROBE = 3;

  private static final class Piece {
    final List<Outbound> lines;

    /** Whether it is half of a piece that a healthy store failed on. */
    final boolean suspect;

    int failures;

    Piece(List<Outbound> lines, boolean suspect) {
      this.lines = lines;
      this.suspect = suspect;
    }

    boolean needsProbe() {
      return failures >= (suspect && lines.size() > 1 ? 1 : FAILURES_BEFORE_PROBE);
    }
  }

  private final Deque<Piece> pieces = new ArrayDeque<>();
  private final List<Rejection> rejections = new ArrayList<>();
  private List<Outbound> accepted;
  private List<Outbound> probe = List.of();
  private int probes;
  private int readingsStored;
  private int linesStored;
  private int readingsGivenUp;

  /**
   * @param accepted what the store accepted last, as a probe; empty where nothing yet
   */
  BatchProgress(List<Outbound> lines, List<Outbound> accepted) {
    this.accepted = accepted;
    if (!lines.isEmpty()) {
      pieces.add(new Piece(lines, false));
    }
  }

  boolean isDone() {
    return pieces.isEmpty();
  }

  /** What the store accepted last. */
  List<Outbound> accepted() {
    return accepted;
  }

  /** Lines refused since the last call, for the quarantine. */
  List<Rejection> takeRejections() {
    List<Rejection> taken = List.copyOf(rejections);
    rejections.clear();
    return taken;
  }

  int readingsStored() {
    return readingsStored;
  }

  int linesStored() {
    return linesStored;
  }

  int readingsGivenUp() {
    return readingsGivenUp;
  }

  /**
   * What to write now.
   *
   * @param ahead lines behind this batch; one serves as a probe where the store has not accepted
   *     any and the piece is a single line. It is written again in its turn.
   */
  List<Outbound> toWrite(List<Outbound> ahead) {
    Piece piece = pieces.getFirst();
    probe = piece.needsProbe() ? probe(piece, ahead) : List.of();
    return probe.isEmpty() ? piece.lines : probe;
  }

  private List<Outbound> probe(Piece piece, List<Outbound> ahead) {
    if (!accepted.isEmpty()) {
      return accepted;
    }
    List<Outbound> candidates = piece.lines.size() > 1 ? piece.lines : ahead;
    return candidates.isEmpty() ? List.of() : List.of(candidates.get(probes++ % candidates.size()));
  }

  /** Takes the answer to what {@link #toWrite} gave last. */
  void answered(Answer answer) {
    Piece piece = pieces.getFirst();
    if (!probe.isEmpty()) {
      piece.failures = 0;
      if (answer instanceof Answer.Stored) {
        accepted = probe;
        pieces.removeFirst();
        splitOrReject(
            piece, true, Reason.STORE_REJECTED, "the store fails on this line, but accepts others");
      }
      return;
    }
    if (answer instanceof Answer.Stored) {
      pieces.removeFirst();
      stored(piece.lines);
    } else if (answer instanceof Answer.Refused refused) {
      pieces.removeFirst();
      refused(piece, refused);
    } else if (answer instanceof Answer.TooLarge tooLarge) {
      pieces.removeFirst();
      splitOrReject(piece, piece.suspect, Reason.TOO_LARGE, tooLarge.detail());
    } else if (answer instanceof Answer.Down) {
      piece.failures++;
    }
  }

  private void stored(List<Outbound> lines) {
    for (Outbound line : lines) {
      readingsStored += line.readings();
    }
    linesStored += lines.size();
    accepted = lines;
  }

  private void refused(Piece piece, Answer.Refused refused) {
    String[] details = new String[piece.lines.size()];
    boolean named = false;
    for (Sink.Answer.RefusedLine line : refused.refused()) {
      if (line.index() >= 0 && line.index() < details.length) {
        details[line.index()] = line.detail();
        named = true;
      }
    }
    if (!named) {
      splitOrReject(piece, piece.suspect, Reason.STORE_REJECTED, refused.detail());
      return;
    }
    List<Outbound> rest = new ArrayList<>(details.length);
    for (int i = 0; i < details.length; i++) {
      Outbound line = piece.lines.get(i);
      if (details[i] == null) {
        rest.add(line);
      } else {
        rejections.add(Rejection.of(line, Reason.STORE_REJECTED, details[i]));
      }
    }
    if (rest.isEmpty()) {
      return;
    }
    if (refused.othersStored()) {
      stored(rest);
    } else {
      halve(rest, piece.suspect); // a store may name only the first of many
    }
  }

  private void splitOrReject(Piece piece, boolean suspect, Reason reason, String detail) {
    List<Outbound> lines = piece.lines;
    if (lines.size() == 1) {
      rejections.add(Rejection.of(lines.get(0), reason, detail));
    } else {
      halve(lines, suspect);
    }
  }

  private void halve(List<Outbound> lines, boolean suspect) {
    int middle = lines.size() / 2;
    pieces.addFirst(new Piece(lines.subList(middle, lines.size()), suspect));
    if (middle > 0) {
      pieces.addFirst(new Piece(lines.subList(0, middle), suspect));
    }
  }

  /** Gives up what is neither stored nor refused. */
  void giveUp() {
    for (Piece piece : pieces) {
      for (Outbound line : piece.lines) {
        readingsGivenUp += line.readings();
      }
    }
    pieces.clear();
  }
}
