package io.weir.gateway.correction;

import io.weir.gateway.model.MachineState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a correction says of its span. */
public sealed interface Change {

  /** The word by which it travels. */
  String kind();

  /** A comment, and nothing else: no figure changes. */
  record Annotated() implements Change {
    public static final String KIND = "annotated";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * The machine was in another state than it reported.
   *
   * @param reason why, or {@code null} where the machine's own word stays
   */
  record Reclassified(MachineState state, @Nullable Why reason) implements Change {
    public static final String KIND = "reclassified";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /** Why the machine stood still. Time in which it ran keeps its state and its own reason. */
  record ReasonGiven(Why reason) implements Change {
    public static final String KIND = "reason-given";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /** A planned stop, as if the calendar had a break there: running and setup still count. */
  record PlannedStopDeclared(@Nullable Why reason) implements Change {
    public static final String KIND = "planned-stop-declared";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * What was taken for one stop was several. Each part after the first begins a stop of its own.
   *
   * @param parts in the order of time, two at least; the first begins with the correction
   */
  record StopSplit(List<Part> parts) implements Change {
    public static final String KIND = "stop-split";

    public StopSplit {
      parts = List.copyOf(parts);
      if (parts.size() < 2) {
        throw new IllegalArgumentException("it has less than two parts");
      }
      for (int i = 1; i < parts.size(); i++) {
        if (parts.get(i).from() <= parts.get(i - 1).from()) {
          throw new IllegalArgumentException("its parts do not follow each other");
        }
      }
    }

    @Override
    public String kind() {
      return KIND;
    }

    /** The part that holds an instant of the correction. */
    public Part at(long instant) {
      Part found = parts.get(0);
      for (Part part : parts) {
        found = part.from() <= instant ? part : found;
      }
      return found;
    }
  }

  /**
   * A part of a stop.
   *
   * @param from its beginning; it ends where the next one begins
   * @param state another one than the machine reported, or {@code null}
   * @param reason why, or {@code null} where the machine's own word stays
   */
  record Part(long from, @Nullable MachineState state, @Nullable Why reason) {

    /** What it says of its own time, or {@code null} for nothing. */
    public @Nullable Change change() {
      if (state != null) {
        return new Reclassified(state, reason);
      }
      return reason == null ? null : new ReasonGiven(reason);
    }
  }

  /**
   * The stops of the span were one, with all that lies between them.
   *
   * @param state of the whole
   * @param reason of the whole
   */
  record StopsMerged(MachineState state, Why reason) implements Change {
    public static final String KIND = "stops-merged";

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * Pieces that were counted as good were not good.
   *
   * @param rework whether they can be made good by more work; they are scrap until then
   * @param amount pieces, more than 0
   * @param defect why, or {@code null}
   */
  record PiecesBooked(boolean rework, double amount, @Nullable Why defect) implements Change {
    public static final String SCRAP = "scrap-booked";
    public static final String REWORK = "rework-booked";

    /** More are a fault of the hand. */
    public static final double MOST = 1e8;

    public PiecesBooked {
      if (!(amount > 0 && amount <= MOST)) {
        throw new IllegalArgumentException("its amount is not above 0 and at most 100000000");
      }
    }

    @Override
    public String kind() {
      return rework ? REWORK : SCRAP;
    }
  }

  /**
   * A reason of a stop, or of a defect.
   *
   * @param category the group that it belongs to, "" for none
   * @param detail more exactly, "" for nothing
   * @param planned whether the stop was planned: its time is then no planned busy time; {@code
   *     null} where nothing is said of it
   */
  record Why(String category, String reason, String detail, @Nullable Boolean planned) {}
}
