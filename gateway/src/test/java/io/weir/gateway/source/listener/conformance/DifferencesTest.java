package io.weir.gateway.source.listener.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.gateway.source.listener.conformance.Sequence.Receive;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of differences lets only those through that the listener may have. */
class DifferencesTest {

  @Test
  void theCodeOfAnAnswerMayDifferAndWhatFollowsFromIt() throws Exception {
    Sequence played =
        listed("[SUBACK 1234 87, nothing, PUBREL 0001 00, stays connected]")
            .applied(sequence("SUBACK 1234 01", "PUBLISH 32 00", "DISCONNECT 82"));

    assertThat(played).isEqualTo(sequence(false, "SUBACK 1234 87", "PUBREL 0001 00"));
  }

  @Test
  void aDeliveryMayBeMissingAndMoreMayComeBeforeTheEnd() throws Exception {
    assertThat(listed("[nothing, PUBREL 0001]").applied(sequence("PUBLISH 30 00")))
        .isEqualTo(sequence("PUBREL 0001"));
  }

  @Test
  void aSequenceThatIsNotInTheListIsPlayedAsItIs() throws Exception {
    Sequence other = new Sequence("b", "b", 5, true, List.of(), true);

    assertThat(listed("[nothing]").applied(other)).isSameAs(other);
    assertThat(listed("[nothing]").unknown(List.of(other))).containsExactly("a");
  }

  @Test
  void nothingElseMayDiffer() {
    assertThatThrownBy(() -> listed("[DISCONNECT 81]").applied(sequence("DISCONNECT 82")))
        .hasMessage("may not differ: a: DISCONNECT 81 instead of DISCONNECT 82");
    assertThatThrownBy(() -> listed("[PUBACK 1235 83]").applied(sequence("PUBACK 1234 10")))
        .hasMessageStartingWith("may not differ");
    assertThatThrownBy(() -> listed("[nothing]").applied(sequence("PUBACK 1234 10")))
        .hasMessageStartingWith("may not differ");
    assertThatThrownBy(() -> listed("[stays connected]").applied(sequence("PUBACK 1234 10")))
        .hasMessage("differs in nothing: a");
  }

  @Test
  void aDifferenceNeedsItsClause() {
    assertThatThrownBy(
            () ->
                Differences.of(
                    new YAMLMapper().readTree("[{ differs: all, sequences: { a: [nothing] } }]")))
        .hasMessageStartingWith("needs what differs, and the clause");
  }

  private static Differences listed(String answers) throws JsonProcessingException {
    String yaml = "[{ differs: all, clause: some, sequences: { a: %s } }]".formatted(answers);
    return Differences.of(new YAMLMapper().readTree(yaml));
  }

  private static Sequence sequence(String... received) {
    return sequence(true, received);
  }

  private static Sequence sequence(boolean disconnects, String... received) {
    return new Sequence(
        "a",
        "a",
        5,
        true,
        Stream.of(received).<Sequence.Step>map(each -> new Receive(new Packet(each))).toList(),
        disconnects);
  }
}
