package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However a write ends, its bytes are no longer counted: else there would be no answers left. */
class OutboundBytesTest {

  private final OutboundBytes unread = new OutboundBytes(0);
  private final EmbeddedChannel client = new EmbeddedChannel(unread);

  private static ByteBuf answer() {
    return Unpooled.wrappedBuffer(new byte[] {1, 2, 3});
  }

  private void thereIsRoom() {
    assertThatCode(unread::check).doesNotThrowAnyException();
  }

  @AfterEach
  void close() {
    client.finishAndReleaseAll();
  }

  @Test
  void bytesAreCountedUntilTheyAreTaken() {
    client.write(answer());
    assertThatThrownBy(unread::check)
        .isInstanceOfSatisfying(
            ProblemDocument.class, problem -> assertThat(problem.status()).isEqualTo(503));

    client.flush();

    thereIsRoom();
  }

  @Test
  void aConnectionThatEndsBeforeTheyAreTakenGivesThemBack() {
    client.write(answer());
    client.close();

    thereIsRoom();
  }

  @Test
  void whatIsWrittenToAConnectionThatHasEndedIsNotCounted() {
    client.close();
    client.writeAndFlush(answer());

    thereIsRoom();
  }

  @Test
  void aWriteThatIsGivenUpIsNotCounted() {
    ChannelPromise before = client.newPromise();
    before.cancel(false);
    client.write(answer(), before);
    thereIsRoom();

    ChannelPromise meanwhile = client.newPromise();
    client.write(answer(), meanwhile);
    meanwhile.cancel(false);
    thereIsRoom();
  }

  @Test
  void aWriteWithoutAListenerIsCountedLikeOthers() {
    client.write(answer(), client.voidPromise());
    assertThatThrownBy(unread::check).isInstanceOf(ProblemDocument.class);

    client.flush();

    thereIsRoom();
  }
}
