package io.weir.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.CorrectionLog.Kept;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.model.Asset;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefectSumsTest {

  private static final Origin ANNA = new Origin("anna", 1000, "");

  private static Correction booked(long id, boolean rework, double amount, String reason) {
    Why why = reason.isEmpty() ? null : new Why("surface", reason, "", null);
    PiecesBooked pieces = new PiecesBooked(rework, amount, why);
    Asset machine = new Asset("s", "a", "l", "m");
    return new Correction(id, machine, 100, 200, false, pieces, "", List.of(), ANNA);
  }

  private static Kept holds(Correction correction) {
    return new Kept(correction, null);
  }

  @Test
  void piecesAreAddedUpByReasonTheLargestFirstWithoutWhatIsUndone() {
    Correction wrong = booked(3, false, 1000, "scratch");
    JsonNode json =
        new DefectSums(150, 1000)
            .add(
                List.of(
                    holds(booked(0, false, 6, "")),
                    holds(booked(1, false, 10, "scratch")),
                    holds(booked(2, true, 4, "scratch")),
                    new Kept(wrong, new Undo(4, 3, "", ANNA))))
            .json(false);
    assertThat(json.path("pareto")).hasSize(2);
    assertThat(json.path("pareto").get(0))
        .hasToString(
            "{\"reason\":\"scratch\",\"reasonCategory\":\"surface\",\"scrap\":7.0,\"rework\":2.0,"
                + "\"count\":2}");
    assertThat(json.at("/pareto/1/scrap").asDouble()).isEqualTo(3);
    assertThat(new DefectSums(200, 1000).add(List.of(holds(wrong))).json(true).path("pareto"))
        .isEmpty();
  }
}
