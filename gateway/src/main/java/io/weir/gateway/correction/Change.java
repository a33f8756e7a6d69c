package io.weir.gateway.correction;

import io.weir.gateway.model.MachineState;
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
   * A reason of a stop.
   *
   * @param category the group that it belongs to, "" for none
   * @param detail more exactly, "" for nothing
   * @param planned whether the stop was planned: its time is then no planned busy time; {@code
   *     null} where nothing is said of it
   */
  record Why(String category, String reason, String detail, @Nullable Boolean planned) {}
}
