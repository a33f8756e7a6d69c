package io.weir.gateway.http;

import io.netty.buffer.Unpooled;
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
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Between bytes and the requests made of them: on a connection of HTTP/1.1, or on a stream of
 * HTTP/2, which has one request. It counts what is under way, answers what is no request, and sees
 * to it that every answer restricts what a browser does with it, whoever made the answer. The
 * channel's event loop owns it.
 */
final class Requests extends ChannelDuplexHandler {

  private final Connection connection;
  private final Set<String> probes;
  private final @Nullable String strictTransport;
  private final Duration timeout;

  private int underWay;

  /** Of the newest request. */
  private boolean receiving;

  private boolean answering;
  private boolean ended;

  /** What is said last, once the requests before it are answered. */
  private @Nullable ProblemDocument last;

  /** When the body is given up of the only request under way. */
  private @Nullable ScheduledFuture<?> due;

  /**
   * @param probes the paths that are answered also where no connection is left
   */
  Requests(Connection connection, Set<String> probes, ServerOptions options) {
    this.connection = connection;
    this.probes = probes;
    this.timeout = options.timeout();
    ServerOptions.Tls security = options.tls();
    Duration hsts = security == null ? null : security.hsts();
    this.strictTransport = hsts == null ? null : "max-age=" + hsts.toSeconds();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    boolean isStream = context.channel() instanceof Http2StreamChannel;
    ProblemDocument problem = ended ? null : problem(message, isStream);
    if (problem != null) {
      ended = true;
      last = problem;
      receiving &= !(message instanceof HttpRequest);
      endInTurn(context);
    }
    if (ended) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest) {
      receiving = true;
      count(1);
    }
    if (message instanceof LastHttpContent) {
      receiving = false;
    }
    watchBody(context);
    context.fireChannelRead(message);
  }

  /** A body has time from its head on, or from the answer to the request before it. */
  private void watchBody(ChannelHandlerContext context) {
    boolean isWaitedFor = receiving && underWay == 1 && !answering && !ended;
    if (due != null && !isWaitedFor) {
      due.cancel(false);
      due = null;
    } else if (due == null && isWaitedFor) {
      due =
          context
              .executor()
              .schedule(() -> giveUpBody(context), timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void giveUpBody(ChannelHandlerContext context) {
    ended = true;
    last =
        new ProblemDocument(408, "Request timeout", "the body did not come in time; send it again");
    endInTurn(context);
  }

  private @Nullable ProblemDocument problem(Object message, boolean isStream) {
    if (message instanceof HttpObject part && !part.decoderResult().isSuccess()) {
      return message instanceof HttpRequest
          ? undecodable(part.decoderResult().cause())
          : new ProblemDocument(
              400,
              "Bad request",
              "the body breaks off, its chunks are not those of HTTP; nothing of it was taken");
    }
    if (!(message instanceof HttpRequest request)) {
      return null;
    }
    if (request.protocolVersion().majorVersion() != 1) { // the preface of HTTP/2 is one
      return new ProblemDocument(
          505, "HTTP version not supported", "this server speaks HTTP/1.1; send that");
    }
    ProblemDocument unclear = unclear(request, isStream);
    if (unclear != null) {
      return unclear;
    }
    if (connection.isOnlyForProbes() && !probes.contains(request.uri().split("\\?", 2)[0])) {
      return new ProblemDocument(
              503, "Busy", "all connections of this server are in use; close one, or try again")
          .header("retry-after", "1");
    }
    return null;
  }

  /** Whose host or end another server could see elsewhere: RFC 9112, 3.2 and 6.1. */
  private static @Nullable ProblemDocument unclear(HttpRequest request, boolean isStream) {
    boolean isOld = request.protocolVersion().minorVersion() == 0;
    int hosts = request.headers().getAll("host").size();
    if (hosts > 1) {
      return new ProblemDocument(400, "Bad request", "there is more than one Host");
    }
    if (hosts == 0 && !isOld && !isStream) {
      return new ProblemDocument(400, "Bad request", "a request of HTTP/1.1 has no Host");
    }
    String codings = String.join(",", request.headers().getAll("transfer-encoding"));
    if (isStream || codings.isEmpty() || !isOld && codings.equalsIgnoreCase("chunked")) {
      return null;
    }
    String last = codings.substring(codings.lastIndexOf(',') + 1).strip();
    return isOld || !last.equalsIgnoreCase("chunked")
        ? new ProblemDocument(400, "Bad request", "it cannot be seen where the body ends")
        : new ProblemDocument(
            501, "Not implemented", "of transfer codings this server knows chunked alone");
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

  /**
   * Answers with a problem once the requests before are answered, and closes: what comes behind it
   * is not looked at. Whoever was answered before the end of the body gets no second answer.
   */
  private void endInTurn(ChannelHandlerContext context) {
    ProblemDocument problem = last;
    if (problem == null || answering || underWay > (receiving ? 1 : 0)) {
      return;
    }
    last = null;
    if (receiving && underWay == 0) {
      context.close();
      return;
    }
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
        answering = true;
      }
    }
    boolean isEnd = message instanceof LastHttpContent && !interim && underWay > 0;
    context.write(message, promise);
    if (isEnd) {
      answering = false;
      count(-1);
      endInTurn(context);
    }
    watchBody(context);
  }

  private void protect(HttpResponse response) {
    if (!response.headers().contains(Answers.POLICY)) { // else it has been, or has its own
      Answers.protect(response.headers());
    }
    if (strictTransport != null) {
      response.headers().set("strict-transport-security", strictTransport);
    }
  }

  /** What was under way is no more. */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    count(-underWay);
    watchBody(context);
    context.fireChannelInactive();
  }

  private void count(int more) {
    underWay += more;
    connection.requests(more);
  }
}
