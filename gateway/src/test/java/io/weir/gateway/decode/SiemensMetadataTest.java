package io.weir.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SiemensMetadataTest {

  private static final String TOPIC = "ie/m/j/simatic/v1/s7c1/dp";
  private static final String DATA = "ie/d/j/simatic/v1/s7c1/dp/r/press/default";

  private final SiemensMetadata metadata = new SiemensMetadata(10);

  /** Metadata of one connection with data points p1, p2 and so on, ids 1, 2 and so on. */
  private static JsonNode points(int count) throws IOException {
    StringBuilder points = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      points.append(i == 1 ? "" : ",");
      points.append("{\"id\":\"%d\",\"name\":\"p%d\",\"dataType\":\"Real\"}".formatted(i, i));
    }
    return new ObjectMapper()
        .readTree(
            "{\"connections\":[{\"name\":\"press\",\"dataPoints\":[{\"name\":\"default\","
                + "\"dataPointDefinitions\":["
                + points
                + "]}]}]}");
  }

  private @Nullable String refusal(String source, int count) throws IOException {
    return metadata.refusal(
        SiemensMetadata.connector(source, TOPIC), SiemensMetadata.read(TOPIC, points(count)));
  }

  private void learn(String source, int count) throws IOException {
    metadata.learn(
        SiemensMetadata.connector(source, TOPIC), SiemensMetadata.read(TOPIC, points(count)));
  }

  private int known(String source) {
    return metadata.collection(SiemensMetadata.connector(source, DATA), DATA).points().size();
  }

  @Test
  void metadataAndDataOfAConnectorMeet() throws IOException {
    learn("a", 3);

    assertThat(known("a")).isEqualTo(3);
  }

  @Test
  void whatOneSourceSaysMeansNothingForAnother() throws IOException {
    learn("a", 3);

    assertThat(known("b")).isZero();
  }

  @Test
  void moreThanTheBoundIsRefusedAndWhatIsKnownStays() throws IOException {
    learn("a", 6);

    assertThat(refusal("b", 6)).isEqualTo("more than 10 data points; these stay unnamed");

    learn("b", 6);

    assertThat(known("a")).isEqualTo(6);
    assertThat(known("b")).isZero();
  }

  @Test
  void newMetadataOfAConnectorTakesThePlaceOfItsOldWithinTheBound() throws IOException {
    learn("a", 6);

    assertThat(refusal("a", 8)).isNull();

    learn("a", 8);

    assertThat(known("a")).isEqualTo(8);
  }
}
