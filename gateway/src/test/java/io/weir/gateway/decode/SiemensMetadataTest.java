package io.weir.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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

  private int known(String source) {
    return metadata.collection(SiemensMetadata.connector(source, DATA), DATA).points().size();
  }

  @Test
  void metadataAndDataOfAConnectorMeet() throws IOException {
    assertThat(metadata.learn(SiemensMetadata.connector("a", TOPIC), TOPIC, points(3))).isNull();

    assertThat(known("a")).isEqualTo(3);
  }

  @Test
  void whatOneSourceSaysMeansNothingForAnother() throws IOException {
    metadata.learn(SiemensMetadata.connector("a", TOPIC), TOPIC, points(3));

    assertThat(known("b")).isZero();
  }

  @Test
  void moreThanTheBoundIsRefusedAndWhatIsKnownStays() throws IOException {
    metadata.learn(SiemensMetadata.connector("a", TOPIC), TOPIC, points(6));

    assertThat(metadata.learn(SiemensMetadata.connector("b", TOPIC), TOPIC, points(6)))
        .isEqualTo("more than 10 data points; these stay unnamed");

    assertThat(known("a")).isEqualTo(6);
    assertThat(known("b")).isZero();
  }

  @Test
  void newMetadataOfAConnectorTakesThePlaceOfItsOldWithinTheBound() throws IOException {
    metadata.learn(SiemensMetadata.connector("a", TOPIC), TOPIC, points(6));

    assertThat(metadata.learn(SiemensMetadata.connector("a", TOPIC), TOPIC, points(8))).isNull();

    assertThat(known("a")).isEqualTo(8);
  }
}
