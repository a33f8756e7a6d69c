package io.weir.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection, between its bytes and the requests made of them. It knows whether a request is
 * under way, answers what is no request of HTTP/1.1, and sees to it that every answer restricts
 * what a browser does with it, whoever made the answer. Its channel's event loop owns it; others
 * read {@link #isIdle} and {@link #sinceNs}.
 */
final class Connection extends ChannelDuplexHandler {

  private final Channel channel;
  private final Object from;
  private final Set<String> probes;
  private final @Nullable String strictTransport;

  private volatile int underWay;
  private volatile long sinceNs = System.nanoTime();
  private volatile boolean onlyProbes;
  private volatile boolean leaving;
  private boolean ended;

  /**
   * @param from what counts as the address of its client
   */
  Connection(
      Channel channel, Object from, Set<String> probes, ServerOptions.@Nullable Tls security) {
    this.channel = channel;
    this.from = from;
    this.probes = probes;
    Duration hsts = security == null ? null : security.hsts();
    this.strictTransport = hsts == null ? null : "max-age=" + hsts.toSeconds();
  }

  Object from() {
    return from;
  }

  /** Whether no request is under way. */
  boolean isIdle() {
    return underWay == 0;
  }

  /** Since when it is idle, or is not, by {@link System#nanoTime}. */
  long sinceNs() {
    return sinceNs;
  }

  /** Whether it is closed for another one, or for the end of the server. */
  boolean isLeaving() {
    return leaving;
  }

  /** From now on it answers only whether the process works. */
  void onlyProbes() {
    onlyProbes = true;
  }

  /** Closes it at once, for another one or for the end of the server. */
  void close() {
    leaving = true;
    channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ProblemDocument problem = ended ? null : problem(message);
    if (problem != null) {
      end(context, problem);
    }
    if (ended) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest) {
      became(underWay + 1);
    }
    context.fireChannelRead(message);
  }

  private @Nullable ProblemDocument problem(Object message) {
    if (message instanceof HttpObject part && !part.decoderResult().isSuccess()) {
      return undecodable(part.decoderResult().cause());
    }
    if (!(message instanceof HttpRequest request)) {
      return null;
    }
    if (request.protocolVersion().majorVersion() != 1) { // the preface of HTTP/2 is one
      return new ProblemDocument(
          505, "HTTP version not supported", "this server speaks HTTP/1.1; send that");
    }
    if (onlyProbes && !probes.contains(request.uri().split("\\?", 2)[0])) {
      return new ProblemDocument(
              503, "Busy", "all connections of this server are in use; close one, or try again")
          .header("retry-after", "1");
    }
    return null;
  }

  private static ProblemDocument undecodable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return new ProblemDocument(
          414, "URI too long", "a request line may have at most 16384 bytes");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new ProblemDocument(
          431, "Request header fields too large", "headers may have at most 8192 bytes");
    }
    return new ProblemDocument(400, "Bad request", "these bytes are not an HTTP/1.1 request");
  }

  /** Answers with a problem, and closes: what comes behind it is not looked at. */
  private void end(ChannelHandlerContext context, ProblemDocument problem) {
    ended = true;
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(problem.status()),
            Unpooled.wrappedBuffer(problem.document()));
    protect(response);
    problem.headers().forEach((name, value) -> response.headers().set(name, value));
    response
        .headers()
        .set("content-type", Answers.PROBLEM)
        .set("content-length", response.content().readableBytes())
        .set("connection", "close");
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean interim = false;
    if (message instanceof HttpResponse response) {
      interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      if (!interim) {
        protect(response);
      }
    }
    if (message instanceof LastHttpContent && !interim && underWay > 0) {
      became(underWay - 1);
    }
    context.write(message, promise);
  }

  private void protect(HttpResponse response) {
    if (!response.headers().contains(Answers.POLICY)) { // else it has been, or has its own
      Answers.protect(response.headers());
    }
    if (strictTransport != null) {
      response.headers().set("strict-transport-security", strictTransport);
    }
  }

  /** Called by the event loop alone. */
  private void became(int requests) {
    underWay = requests;
    sinceNs = System.nanoTime();
  }
}
