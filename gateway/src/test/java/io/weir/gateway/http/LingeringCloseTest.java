package io.weir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LingeringCloseTest {

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Connection connection = new Connection(channel, "somebody");

  /** A client whose request has not ended has got its answer. */
  private void answerEarly() {
    channel.pipeline().addLast(new LingeringClose(connection));
    channel.freezeTime();
    assertThat(
            channel.writeInbound(
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/write")))
        .isTrue();
    assertThat(channel.writeOutbound(new DefaultLastHttpContent())).isTrue();
  }

  @Test
  void itWaitsForTheClientAndThrowsAwayWhatItSends() {
    answerEarly();
    channel.pipeline().close(); // EmbeddedChannel.close() would also end its timers
    assertThat(channel.isOpen()).isTrue();
    LastHttpContent rest = new DefaultLastHttpContent();
    channel.writeInbound(rest);
    assertThat(channel.inboundMessages()).hasSize(1).first().isInstanceOf(HttpRequest.class);
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aRequestThatHasEndedIsNotWaitedFor() {
    answerEarly();
    channel.writeInbound(new DefaultLastHttpContent());
    channel.pipeline().close();
    assertThat(channel.isOpen()).isFalse();
  }

  /** Otherwise a client could hold more connections than the limit. */
  @Test
  void oneThatHasToMakeRoomClosesAtOnce() {
    answerEarly();
    connection.close();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void theSecondCloseIsAtOnce() {
    answerEarly();
    channel.pipeline().close();
    channel.pipeline().close();
    assertThat(channel.isOpen()).isFalse();
  }
}
