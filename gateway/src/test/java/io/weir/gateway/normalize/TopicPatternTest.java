package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicPatternTest {

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
