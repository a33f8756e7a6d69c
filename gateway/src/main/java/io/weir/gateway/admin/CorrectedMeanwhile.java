package io.weir.gateway.admin;

import io.weir.gateway.correction.Change.Annotated;
import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionCodec;
import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what another person has said of the same time of a machine, since a client asked for the
 * corrections of it: so that nobody's correction is replaced unseen. Comments and booked pieces
 * stand beside each other. Checked on the thread {@code corrections} alone.
 */
final class CorrectedMeanwhile {

  private final CorrectionLog log;

  /** Those that are not yet on stable storage; as many as there are requests under way. */
  private final Set<Correction> underWay = ConcurrentHashMap.newKeySet();

  CorrectedMeanwhile(CorrectionLog log) {
    this.log = log;
  }

  void begin(Correction entry) {
    underWay.add(entry);
  }

  void end(Correction entry) {
    underWay.remove(entry);
  }

  /**
   * Throws a problem document with the other correction where there is one.
   *
   * @param machines that the entry is about
   * @param knownEnd the id up to which the client knows the corrections
   */
  void check(Correction entry, List<Asset> machines, long knownEnd) {
    Correction other = other(entry, machines, knownEnd);
    if (other != null) {
      throw new ProblemDocument(
              409,
              "Corrected meanwhile",
              other.origin().who()
                  + " has corrected the same time meanwhile; read it, then send"
                  + " yours with the end of the list")
          .member("conflict", CorrectionCodec.json(other));
    }
  }

  private @Nullable Correction other(Correction entry, List<Asset> machines, long knownEnd) {
    if (knownEnd == Long.MAX_VALUE || standsBeside(entry)) {
      return null;
    }
    for (Correction each : underWay) {
      if (isOther(each, entry, machines)) {
        return each;
      }
    }
    Correction newest = null;
    try (CorrectionLog.Entries entries = log.from(Math.max(0, knownEnd))) {
      for (Entry each = entries.next(); each != null; each = entries.next()) {
        if (each instanceof Correction said
            && log.undoOf(said.id()) == null
            && isOther(said, entry, machines)) {
          newest = said;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return newest;
  }

  private static boolean isOther(Correction other, Correction entry, List<Asset> machines) {
    return !standsBeside(other)
        && !other.origin().who().equals(entry.origin().who())
        && other.from() < entry.to()
        && entry.from() < other.to()
        && machines.stream().anyMatch(other::isAbout);
  }

  private static boolean standsBeside(Correction correction) {
    return correction.change() instanceof Annotated || correction.change() instanceof PiecesBooked;
  }
}
