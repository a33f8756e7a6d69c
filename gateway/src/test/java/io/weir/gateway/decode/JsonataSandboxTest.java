package io.weir.gateway.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.model.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonataSandboxTest {

  private static final long NOW_NS = 1_772_366_400_000_000_000L;
  private static final Duration SHORT = Duration.ofMillis(100);

  private static @Nullable Object evaluate(JsonataSandbox expression, Object document)
      throws JsonDocument.Refused {
    return expression.of(document, "a/b", NOW_NS);
  }

  private static void refused(ThrowingCallable evaluation, String why) {
    assertThatThrownBy(evaluation)
        .isInstanceOfSatisfying(
            JsonDocument.Refused.class,
            e -> assertThat(e.rejected().reason()).isEqualTo(Reason.LIMIT))
        .hasMessageContaining(why);
  }

  @Test
  void aLoopWithoutEndIsEndedAndTheNextMessageGoesOn() throws Exception {
    JsonataSandbox loop =
        new JsonataSandbox("($f := function($n) { $n = 0 ? 7 : $f($n + 1) }; $f(n))", SHORT);

    refused(() -> evaluate(loop, Map.of("n", 1)), "more than 100 ms");

    await()
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(evaluate(loop, Map.of("n", 0))).isEqualTo(7));
  }

  @Test
  void aStepThatCannotBeEndedHoldsBackNoOtherThanItsOwnRouteAndThatOnlyUntilItsEnd()
      throws Exception {
    JsonataSandbox slow = new JsonataSandbox("$length($pad('', n))", SHORT);
    JsonataSandbox other = new JsonataSandbox("n", Duration.ofSeconds(30));

    refused(() -> evaluate(slow, Map.of("n", 200_000)), "more than 100 ms");
    refused(() -> evaluate(slow, Map.of("n", 3)), "busy with an earlier message");

    assertThat(evaluate(other, Map.of("n", 3))).isEqualTo(3);
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(evaluate(slow, Map.of("n", 3))).isEqualTo(3));
  }

  @Test
  void aTextThatDoublesIsEndedBeforeItFillsTheMemory() {
    JsonataSandbox doubling =
        new JsonataSandbox(
            "($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f('x', 40))",
            Duration.ofSeconds(30));

    refused(() -> evaluate(doubling, Map.of()), "more than 256 MiB");
  }

  @Test
  void recursionIsEndedBeforeTheStackIs() {
    JsonataSandbox deep =
        new JsonataSandbox(
            "($f := function($n) { { 'a': [$f($n + 1)] } }; $f(1))", Duration.ofSeconds(30));

    refused(() -> evaluate(deep, Map.of()), "300 steps deep");
  }

  @Test
  void whatALibraryFunctionSwallowsIsRefusedAllTheSame() {
    JsonataSandbox swallowed =
        new JsonataSandbox(
            "($f := function($n) { 1 + $f($n) }; $replace('abc', /b/, function($m) { $f(1) }))",
            Duration.ofSeconds(30));

    refused(() -> evaluate(swallowed, Map.of()), "300 steps deep");
  }

  @Test
  void theTimeIsThatOfTheMessageAlsoOnAThreadUsedBefore() throws Exception {
    JsonataSandbox now =
        new JsonataSandbox("[$millis(), $now(), $now('[Y]')]", Duration.ofSeconds(30));

    assertThat(now.of(Map.of(), "a", NOW_NS))
        .isEqualTo(List.of(1_772_366_400_000L, "2026-03-01T12:00:00.000Z", "2026"));
    assertThat(now.of(Map.of(), "a", NOW_NS + 1_000_000_000L))
        .isEqualTo(List.of(1_772_366_401_000L, "2026-03-01T12:00:01.000Z", "2026"));
  }

  @Test
  void severalThreadsGetEachItsOwnResult() throws Exception {
    JsonataSandbox shared =
        new JsonataSandbox(
            "($all := values; $f := function($v) { $v + n }; { 's': $sum($map($all, $f)), 't':"
                + " $topic })",
            Duration.ofSeconds(30));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int first = thread * 1_000;
      running.add(
          threads.submit(
              () -> {
                for (int n = first; n < first + 500; n++) {
                  Object result = shared.of(Map.of("values", List.of(1, 2), "n", n), "t" + n, 0);
                  assertThat(result).isEqualTo(Map.of("s", 2 * n + 3, "t", "t" + n));
                }
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get();
    }
    threads.shutdown();
  }
}
