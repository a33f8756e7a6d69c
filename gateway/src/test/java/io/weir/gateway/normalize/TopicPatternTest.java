package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPatternTest {

  @Test
  void aTopicDepartsFromAPatternExactlyWhereItDoesNotMatch() {
    String[] levels = {"a", "b", "", "$x", "+", "{m}", "{n}", "{rest...}", "#"};
    Random random = new Random(3);
    int matches = 0;
    for (int i = 0; i < 20_000; i++) {
      String text = levels(levels, random);
      if (TopicPattern.wrong(text) == null) {
        TopicPattern pattern = TopicPattern.parse(text);
        String topic = levels(new String[] {"a", "b", "", "$x"}, random);
        boolean isMatch = pattern.match(topic) != null;
        matches += isMatch ? 1 : 0;
        assertThat(pattern.departure(topic) == null).as("%s by %s", topic, text).isEqualTo(isMatch);
      }
    }
    assertThat(matches).isPositive();
  }

  private static String levels(String[] some, Random random) {
    return random
        .ints(1 + random.nextInt(4), 0, some.length)
        .mapToObj(i -> some[i])
        .collect(Collectors.joining("/"));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          factory/{site}/{machine}/data , factory/+/+/data , factory/n/m1/data , '{site=n, machine=m1}'
          factory/{machine}/{path...}   , factory/+/#      , factory/m1/a/b/c  , '{machine=m1, path=a/b/c}'
          factory/{path...}             , factory/#        , factory/          , '{path=}'
          +/{machine}/#                 , +/+/#            , x/m1              , '{machine=m1}'
          +/{machine}/#                 , +/+/#            , x/m1/y/z          , '{machine=m1}'
          '#'                           , '#'              , a                 , '{}'
          a//{x}                        , a//+             , a//b              , '{x=b}'
          /a/{x}                        , /a/+             , /a/               , '{x=}'
          $SYS/{x...}                   , $SYS/#           , $SYS/broker/load  , '{x=broker/load}'
          """)
  void aPatternMatchesAndNamesTheLevels(String text, String filter, String topic, String captures) {
    TopicPattern pattern = TopicPattern.parse(text);
    assertThat(pattern.filter()).isEqualTo(filter);
    assertThat(pattern.match(topic)).hasToString(captures);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          factory/{machine}       , factory
          factory/{machine}       , factory/a/b
          factory/{machine}       , Factory/a
          factory/{rest...}       , factory
          factory/{a}/data        , factory/a/dat
          factory/{a}/data        , factory/a/data/
          '#'                     , $SYS/broker
          {a}/b                   , $SYS/b
          a/b                     , a/bc
          """)
  void aPatternDoesNotMatchAnotherTopic(String text, String topic) {
    assertThat(TopicPattern.parse(text).match(topic)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/{b",
        "a/b}",
        "a/x{b}",
        "a/#/b",
        "a/{b...}/c",
        "a/b#",
        "a/b+",
        "{}",
        "{...}",
        "{time}",
        "{a}/{a}",
        "{1a}",
        "a/{b c}"
      })
  void whatIsNoPatternIsRefused(String text) {
    assertThatThrownBy(() -> TopicPattern.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("null");
  }

  @Test
  void theNamesStandInTheirOrder() {
    assertThat(TopicPattern.parse("{site}/+/{machine}/{metric...}").names())
        .containsExactly("site", "machine", "metric");
  }
}
