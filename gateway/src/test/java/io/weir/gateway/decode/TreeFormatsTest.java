package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.plugin.NoKeys;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for every format that is read as a tree, shown with one of them. */
class TreeFormatsTest {

  private static final long NOW = 1_772_366_400_000_000_000L;

  private final Taken taken = new Taken();
  private final List<Sample> samples = taken.samples();
  private final List<Rejected> rejected = taken.rejected();
  private final List<String> filtered = taken.filtered();

  private void decode(String format, DecodeLimits limits, String payload) {
    EventTime time = new EventTime(null, null, null, Duration.ofMinutes(10));
    Decoders.of(format, NoKeys.NONE, new FormatContext(time, Set.of(), limits))
        .decode(new Decoder.Payload("a/b", payload.getBytes(UTF_8), NOW), taken);
  }

  private static String members(int count, String name, String value) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + name + i + "\":" + value)
        .collect(Collectors.joining(","));
  }

  @Test
  void whatStandsBeyondTheLimitOfPartsIsLeftAndSaidOnce() {
    decode(
        "thingsboard",
        new DecodeLimits(32, 10, 1 << 20),
        "{" + members(12, "v", "1") + ",\"n\":null}");

    assertThat(samples).hasSize(10);
    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.LIMIT);
    assertThat(filtered).isEmpty();
  }

  @Test
  void aDocumentOfManyTokensIsRefusedBeforeItIsATree() {
    decode(
        "thingsboard",
        new DecodeLimits(32, 100, 1 << 20),
        "{\"v\":[" + "[],".repeat(5_000) + "1]}");

    assertThat(samples).isEmpty();
    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.LIMIT);
  }

  @Test
  void nestingBeyondTheLimitIsRefused() {
    decode(
        "thingsboard",
        new DecodeLimits(8, 100, 1 << 20),
        "{\"a\":".repeat(9) + "1" + "}".repeat(9));

    assertThat(samples).isEmpty();
    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.LIMIT);
  }

  @Test
  void aLongKeyOfJsonIsRejectedOnceWithAllThatIsNestedThereAndItsNeighboursGoOn() {
    decode(
        "json",
        DecodeLimits.DEFAULT,
        "{\"a\":1,\"" + "n".repeat(2_000) + "\":{" + members(1_000, "v", "1") + "},\"b\":2}");

    assertThat(samples).extracting(Sample::name).containsExactly("a", "b");
    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.BAD_NAME);
  }

  @Test
  void aNameThatWouldBeRepeatedForAllThatIsNestedThereIsRejectedOnce() {
    String longName = "n".repeat(2_000);
    decode(
        "thingsboard",
        DecodeLimits.DEFAULT,
        "{\"" + longName + "\":{" + members(1_000, "v", "1") + "},\"short\":1}");

    assertThat(samples).extracting(Sample::name).containsExactly("short");
    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.BAD_NAME);
    assertThat(rejected.get(0).detail()).hasSizeLessThan(200);
  }

  @Test
  void aSampleWithMoreTagsThanAnyStoreWantsIsRejected() {
    decode(
        "neuron",
        DecodeLimits.DEFAULT,
        "{\"values\":{\"v\":1},\"static_tags\":{" + members(65, "t", "1") + "}}");

    assertThat(samples).isEmpty();
    assertThat(rejected).extracting(Rejected::reason).containsExactly(Reason.BAD_NAME);
  }

  @Test
  void aSenmlPackAndItsResolvedFormBecomeTheSame() {
    decode(
        "senml-json",
        DecodeLimits.DEFAULT,
        "[{\"bn\":\"urn:dev:ow:28ff641e8216035a:\",\"bt\":1772366390.25,\"bu\":\"A\",\"bv\":1,"
            + "\"n\":\"current\",\"t\":-2,\"v\":0.2},{\"n\":\"current\",\"v\":0.25}]");
    List<Sample> given = List.copyOf(samples);
    samples.clear();
    decode(
        "senml-json",
        DecodeLimits.DEFAULT,
        "[{\"n\":\"urn:dev:ow:28ff641e8216035a:current\",\"t\":1772366388.25,\"u\":\"A\",\"v\":1.2},"
            + "{\"n\":\"urn:dev:ow:28ff641e8216035a:current\",\"t\":1772366390.25,\"u\":\"A\","
            + "\"v\":1.25}]");

    assertThat(given).hasSize(2).isEqualTo(samples);
    assertThat(given).extracting(Sample::unit).containsOnly("A");
  }

  @Test
  void aLongBaseNameOfSenmlIsNotRepeatedForTheRecordsAfterIt() {
    decode(
        "senml-json",
        DecodeLimits.DEFAULT,
        "[{\"bn\":\""
            + "n".repeat(20_000)
            + "/\",\"n\":\"t\",\"v\":1},{\"v\":null},{\"bn\":\"oven/\",\"n\":\"t\",\"v\":2}]");

    assertThat(samples).extracting(Sample::name).containsExactly("t");
    assertThat(rejected)
        .extracting(Rejected::detail)
        .containsExactly(
            "record 0: a name of more than 1024 characters",
            "record 1: a name of more than 1024 characters");
    assertThat(filtered).isEmpty();
  }

  @Test
  void theUnitThatAFormatCarriesGoesAlong() {
    decode(
        "edgex",
        DecodeLimits.DEFAULT,
        "{\"readings\":[{\"resourceName\":\"t\",\"valueType\":\"Float32\",\"units\":\"Cel\","
            + "\"value\":\"1.5e+00\"}]}");

    assertThat(samples).extracting(Sample::unit).containsExactly("Cel");
  }
}
