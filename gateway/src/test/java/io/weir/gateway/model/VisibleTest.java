package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTest {

  @ParameterizedTest
  @ValueSource(
      ints = {
        0xad, 0x61c, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069,
        0xfeff, 0xe0041
      })
  void whatNobodySeesIsShownByItsNumber(int hidden) {
    String name = "press" + Character.toString(hidden) + "-01";
    assertThat(Visible.of(name)).isEqualTo("press\\u{" + Integer.toHexString(hidden) + "}-01");
    assertThat(Excerpt.of(name)).isEqualTo("press\ufffd-01");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Presse Ä-1", "压机 1", "پرس\u200cها", "🏭 1"})
  void namesOfAllLanguagesStayAsTheyAre(String name) {
    assertThat(Visible.of(name)).isSameAs(name);
    assertThat(Excerpt.of(name)).isEqualTo(name);
  }
}
