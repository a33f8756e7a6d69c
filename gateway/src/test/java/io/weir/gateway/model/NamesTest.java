package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamesTest {

  @Test
  void aNameThatWasWrittenIsTheOneThatIsReadAndItsBytesAreKeptOnce() {
    String written = new String("written-first".getBytes(UTF_8), UTF_8);
    byte[] bytes = Names.bytes(written);

    String read = Names.of(bytes.clone(), 0, bytes.length);

    assertThat(read).isSameAs(written);
    assertThat(Names.bytes(read)).isSameAs(bytes);
  }

  @Test
  void aNameThatWasReadIsWrittenFromTheBytesThatAreKeptOfIt() {
    byte[] message = "x read-first x".getBytes(UTF_8);
    String read = Names.of(message, 2, 12);

    assertThat(read).isEqualTo("read-first");
    assertThat(Names.bytes(read)).isEqualTo("read-first".getBytes(UTF_8));
    assertThat(Names.bytes(new String(Names.bytes(read), UTF_8))).isSameAs(Names.bytes(read));
  }

  @Test
  void halfASurrogatePairThatWasWrittenIsReadAsWhatStandsThere() {
    byte[] bytes = Names.bytes("half \uD800");

    assertThat(bytes).isEqualTo("half ?".getBytes(UTF_8));
    assertThat(Names.of(bytes, 0, bytes.length)).isEqualTo("half ?");
  }

  @Test
  void theBytesOfALongNameAreMadeEachTime() {
    String name = "n".repeat(Names.LONGEST + 1);

    assertThat(Names.bytes(name)).isEqualTo(name.getBytes(UTF_8)).isNotSameAs(Names.bytes(name));
  }

  /** Where all places are taken, as by another test, one of sixteen new words takes one. */
  @Test
  void aShortWordThatComesOftenIsTheSameInstance() {
    byte[] message = "RUNNING, RUNNING".getBytes(UTF_8);
    for (int i = 0; i < 1_000; i++) {
      assertThat(Names.text(message, 0, 7)).isEqualTo("RUNNING");
    }

    assertThat(Names.text(message, 9, 16)).isSameAs(Names.text(message, 0, 7));
    assertThat(Names.text(message, 0, 0)).isEmpty();
  }

  @Test
  void wordsWithoutEndMakeNoNameForgotten() {
    byte[] name = "a-name-that-stays".getBytes(UTF_8);
    for (int i = 0; i < 1_000; i++) {
      Names.of(name, 0, name.length);
    }
    String read = Names.of(name, 0, name.length);
    for (int i = 0; i < 100_000; i++) {
      byte[] word = ("word-" + i).getBytes(UTF_8);
      assertThat(Names.text(word, 0, word.length)).isEqualTo("word-" + i);
    }

    assertThat(Names.of(name, 0, name.length)).isSameAs(read);
  }
}
