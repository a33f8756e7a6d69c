package io.weir.gateway.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.model.Value;
import io.weir.gateway.peers.InfluxDb2;
import io.weir.gateway.sink.FieldOfStore;
import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.ReadBackContract;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.StoreConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sink for version 2 keeps the contract with a real InfluxDB 2, where there is one. */
@Tag("server")
class InfluxDb2SinkTest extends ReadBackContract {

  private static final String BUCKET = "contract";

  @TempDir static Path folder;
  private static InfluxDb2 influx;
  private static LineSink sink;

  @BeforeAll
  static void start() throws IOException {
    InfluxDb2.orFail();
    influx = new InfluxDb2(folder.resolve("influx2"));
    influx.start(BUCKET);
    sink = sink(influx.url(), BUCKET, InfluxDb2.TOKEN);
  }

  @AfterAll
  static void stop() {
    if (influx != null) {
      sink.close();
      influx.close();
    }
  }

  private static LineSink sink(String url, String bucket, String token) {
    return (LineSink)
        InfluxSinks.of(StoreConfig.of(2, URI.create(url), bucket).token(token).gzip().make());
  }

  @Override
  protected Sink sink() {
    return sink;
  }

  @Override
  protected Sink away() {
    return sink("http://127.0.0.1:1", BUCKET, InfluxDb2.TOKEN);
  }

  @Override
  protected List<Double> stored(String measurement) {
    try {
      JsonNode answer =
          new JsonMapper().readTree(influx.query(BUCKET, "SELECT t FROM " + measurement));
      List<Double> values = new ArrayList<>();
      for (JsonNode row : answer.at("/results/0/series/0/values")) {
        values.add(row.get(1).asDouble());
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aConflictNamesItsFieldAndTheLinesWithoutItAreStored() {
    assertThat(sink.write(List.of("pump temp=1i 1000"))).isEqualTo(new Answer.Stored());
    Answer answer = sink.write(List.of("pump t=1 2000", "pump temp=2.5,t=2 3000", "pump t=3 4000"));
    Answer.Refused refused = (Answer.Refused) answer;
    assertThat(refused.othersStored()).isTrue();
    assertThat(refused.fields())
        .singleElement()
        .isEqualTo(
            new Answer.RefusedField(
                new FieldOfStore("pump", "temp", Value.Type.FLOAT),
                "the store holds it as integer, the readings are float"));
    assertThat(stored("pump")).containsExactly(1.0, 3.0);
  }

  @Test
  void ofABatchWithABrokenLineNothingIsStored() {
    Answer answer = sink.write(List.of("valve t=1 1000", "broken line here =", "valve t=2 2000"));
    Answer.Refused refused = (Answer.Refused) answer;
    assertThat(refused.othersStored()).isFalse();
    assertThat(refused.fields()).isEmpty();
    assertThat(stored("valve")).isEmpty();
  }

  @Test
  void aWrongTokenOrAMissingBucketNeedsManualAction() {
    try (LineSink wrongToken = sink(influx.url(), BUCKET, "wrong");
        LineSink wrongBucket = sink(influx.url(), "missing", InfluxDb2.TOKEN)) {
      assertThat(wrongToken.write(List.of("m t=1 1"))).isInstanceOf(Answer.Misconfigured.class);
      assertThat(wrongBucket.write(List.of("m t=1 1"))).isInstanceOf(Answer.Misconfigured.class);
    }
  }
}
