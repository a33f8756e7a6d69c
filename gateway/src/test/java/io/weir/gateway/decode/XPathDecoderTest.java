package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.decode.XPathTable.Column;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class XPathDecoderTest {

  private static final EventTime TIME = new EventTime(null, null, null, Duration.ofMinutes(10));

  private static Decoder decoder(@Nullable String rows, String value) {
    XPathTable table = new XPathTable(Map.of(), rows, List.of(new Column("v", value, null)), null);
    return new XPathDecoder(table, new FormatContext(TIME, Set.of(), DecodeLimits.DEFAULT));
  }

  private static Taken decode(Decoder decoder, String document) {
    Taken taken = new Taken();
    decoder.decode(new Decoder.Payload("a/b", document.getBytes(UTF_8), 1), taken);
    return taken;
  }

  @Test
  void anExpressionThatLooksAtTooManyNodesEnds() {
    String document = "<r>" + "<a><b/></a>".repeat(5_000) + "</r>";

    Taken taken = decode(decoder(null, "count(//a[count(//b) > 1])"), document);

    assertThat(taken.samples()).isEmpty();
    assertThat(taken.rejected()).extracting(Rejected::reason).containsExactly(Reason.LIMIT);
  }

  @Test
  void aThousandRowsAreFarFromThatLimit() {
    String document =
        "<r>"
            + IntStream.range(0, 1_000)
                .mapToObj(i -> "<a t='%d'><b>%d</b></a>".formatted(1_772_366_400L + i, i))
                .reduce("", String::concat)
            + "</r>";

    Taken taken = decode(decoder("//a", "b"), document);

    assertThat(taken.rejected()).isEmpty();
    assertThat(taken.samples()).hasSize(1_000);
    assertThat(taken.samples().get(999).value()).isEqualTo(new Value.Whole(999));
  }

  @Test
  void aDocumentOfTooManyElementsIsRefused() {
    Taken taken = decode(decoder(null, "a"), "<r>" + "<a/>".repeat(100_001) + "</r>");

    assertThat(taken.rejected()).extracting(Rejected::reason).containsExactly(Reason.LIMIT);
  }

  @Test
  void oneDecoderServesSeveralThreads() throws Exception {
    Decoder decoder = decoder("//a", "b[. > 0] + sum(../a/@n) * 0");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        int number = thread + 1;
        all.add(
            threads.submit(
                () -> {
                  String document = "<r><a n='1'><b>%d</b></a></r>".formatted(number);
                  for (int i = 0; i < 200; i++) {
                    assertThat(decode(decoder, document).samples())
                        .extracting(Sample::value)
                        .containsExactly(new Value.Real(number));
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
