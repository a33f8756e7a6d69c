package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadingFormatTest {

  private static String csv(Value value) {
    Series series = new Series("telemetry", new Asset("+site", null, null, "@m"), Map.of());
    Reading reading = new Reading(series, "=f(1)", value, 0, Quality.GOOD, null);
    Message message =
        new Message("plant", "-topic", 0, 0, 0, 1, 0, 0, List.of(reading), List.of(), new byte[0]);
    List<String> rows = new ArrayList<>();
    new ReadingFormat.Csv().write(7, message, rows::add, rows::add);
    return rows.get(0);
  }

  @Test
  void noTextOfADeviceIsAFormulaInCsvAndNumbersStayNumbers() {
    assertThat(csv(new Value.Text("=1+1")))
        .contains(",'+site,,,'@m,,'=f(1),'=1+1,string,")
        .contains(",'-topic,");
    assertThat(csv(new Value.Text(" \"-1"))).contains(",\"' \"\"-1\",");
    assertThat(csv(new Value.Text("a\n=1"))).contains(",\"a\n'=1\",");
    assertThat(csv(new Value.Text("a-b = c"))).contains(",a-b = c,");
    assertThat(csv(new Value.Real(-2.5))).contains(",-2.5,float,");
    assertThat(csv(new Value.Whole(-3))).contains(",-3,integer,");
  }
}
