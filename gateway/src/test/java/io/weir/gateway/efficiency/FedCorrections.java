package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.model.PlantGenerator;
import io.weir.gateway.efficiency.model.Said;
import io.weir.gateway.efficiency.model.SaidOrder;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What people say in a seeded plant, as records of the log of corrections. */
final class FedCorrections {

  private FedCorrections() {}

  static Entry entry(long id, PlantGenerator.Saying saying) {
    Origin origin = new Origin("anna", saying.at(), "");
    if (saying.undoes()) {
      return new Undo(id, saying.number(), "", origin);
    }
    Said said = saying.said();
    if (said == null) {
      return order(id, Objects.requireNonNull(saying.order()), origin);
    }
    return new Correction(
        id,
        asset(said.asset()),
        said.from(),
        said.to(),
        said.toEndOfStop(),
        change(said),
        "",
        List.of(),
        origin);
  }

  private static OrderEvent order(long id, SaidOrder said, Origin origin) {
    return new OrderEvent(
        id,
        asset(said.asset()),
        said.at(),
        OrderEvent.Step.valueOf(said.step().name()),
        said.order(),
        said.product(),
        said.quantity(),
        "",
        origin);
  }

  /** A comment about all machines at an instant. */
  static Entry nothing(long id, long at) {
    Origin origin = new Origin("anna", at + 1, "");
    Change comment = new Change.Annotated();
    return new Correction(id, asset("s"), at, at + 1, false, comment, "", List.of(), origin);
  }

  static Asset asset(String path) {
    String[] levels = path.split("/");
    return new Asset(
        levels[0],
        levels.length > 1 ? levels[1] : null,
        levels.length > 2 ? levels[2] : null,
        levels.length > 3 ? levels[3] : null);
  }

  private static Change change(Said said) {
    Change.@Nullable Why why = why(said.why());
    @Nullable MachineState state = state(said.state());
    return switch (said.kind()) {
      case ANNOTATED -> new Change.Annotated();
      case REASON_GIVEN -> new Change.ReasonGiven(Objects.requireNonNull(why));
      case RECLASSIFIED -> new Change.Reclassified(Objects.requireNonNull(state), why);
      case PLANNED_STOP_DECLARED -> new Change.PlannedStopDeclared(why);
      case STOP_SPLIT ->
          new Change.StopSplit(
              said.parts().stream()
                  .map(p -> new Change.Part(p.from(), state(p.state()), why(p.why())))
                  .toList());
      case STOPS_MERGED ->
          new Change.StopsMerged(Objects.requireNonNull(state), Objects.requireNonNull(why));
      case SCRAP_BOOKED -> new Change.PiecesBooked(false, said.amount(), null);
      case REWORK_BOOKED -> new Change.PiecesBooked(true, said.amount(), null);
    };
  }

  private static @Nullable MachineState state(@Nullable String word) {
    return word == null ? null : MachineState.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static Change.@Nullable Why why(Said.@Nullable Why why) {
    return why == null ? null : new Change.Why(why.category(), why.reason(), "", why.planned());
  }
}
