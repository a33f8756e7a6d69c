package io.weir.gateway.source.weir;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.weir.gateway.log.Threads;
import io.weir.gateway.source.Served;
import io.weir.gateway.source.Serving;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.tls.PeerName;
import io.weir.gateway.uplink.LinkCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Batches of other gateways. A sender posts the bytes of a batch in as many requests as it likes,
 * each where the one before ended; it may ask at any time how many are held, after a cut for
 * example. With the last byte the batch is stored, and answered then. One that cannot be stored now
 * is kept, and stored when its sender asks.
 *
 * <p>A server calls the handlers on its event loops; batches are read and appended on the thread
 * {@code http-<source>}.
 */
final class WeirSource implements Served {

  static final String PATH = "/api/v1/uplink";

  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final WeirSourceConfig config;
  private final Uploads uploads;
  private final Serving serving;
  private final Reception reception;
  private final Scheduler scheduler;

  WeirSource(WeirSourceConfig config, SourceContext context) {
    this.config = config;
    this.uploads = new Uploads(config.memoryBytes(), context.time());
    this.serving = new Serving(config.name(), context.meters(), context.time());
    this.reception =
        new Reception(
            config.name(),
            uploads,
            new Storing(config.name(), config.tag(), context.passage()),
            serving.thread(),
            serving::acknowledged);
    this.scheduler = Schedulers.fromExecutor(serving.thread());
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public List<Handler> handlers() {
    return List.of(
        new Handler("POST", PATH, true, this::post), new Handler("GET", PATH, true, this::get));
  }

  @Override
  public void start(Threads threads) {
    serving.start(threads);
  }

  @Override
  public Status status() {
    return serving.status();
  }

  @Override
  public void stopReceiving() {
    serving.stop();
  }

  /** Lets the answers that are due go out, for a bounded time. */
  @Override
  public void close() {
    serving.close();
    scheduler.dispose();
  }

  // ---- Requests

  /** What a request says in its query. */
  private record Head(String gateway, String batch, int offset, int length) {}

  private Publisher<Void> get(HttpServerRequest request, HttpServerResponse response) {
    try {
      Map<String, List<String>> query = query(request);
      String gateway = admitted(request, query);
      String batch = batch(query);
      Upload kept = serving.isConnected() ? uploads.again(gateway, batch) : null;
      if (kept == null) {
        return send(response, 200, state(uploads.state(gateway, batch)));
      }
      serving.begun();
      return answer(storedNow(kept), response).doFinally(end -> serving.ended());
    } catch (Refused refused) {
      return send(response, refused);
    }
  }

  private static Map<String, Object> state(Uploads.State state) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("held", state.held());
    members.put("storing", state.storing());
    Uploads.Stored stored = state.stored();
    members.put("stored", stored != null);
    if (stored != null) {
      members.put("rows", stored.rows());
      members.put("repeated", stored.repeated());
    }
    return members;
  }

  private Publisher<Void> post(HttpServerRequest request, HttpServerResponse response) {
    Head head;
    Object writer = new Object();
    Upload upload;
    try {
      Map<String, List<String>> query = query(request);
      head =
          new Head(
              admitted(request, query),
              batch(query),
              number(query, "offset", 0),
              number(query, "length", 1));
      if (!serving.isConnected()) {
        throw Refused.busy("the gateway does not receive now");
      }
      Uploads.State now = uploads.state(head.gateway(), head.batch());
      if (now.stored() != null) {
        return send(response, 200, state(now));
      }
      upload = uploads.begin(head.gateway(), head.batch(), head.offset(), head.length(), writer);
    } catch (Refused refused) {
      return send(response, refused);
    }
    serving.begun();
    return request
        .receive()
        .map(WeirSource::bytes)
        .handle(
            (byte[] bytes, SynchronousSink<Boolean> next) -> {
              serving.received();
              if (!uploads.add(upload, writer, bytes)) {
                next.error(Refused.busy("a newer request goes on with this batch"));
              }
            })
        .then(Mono.defer(() -> ended(upload, writer)))
        .transform(members -> answer(members, response))
        .doFinally(
            end -> {
              reception.gone(upload, writer);
              serving.ended();
            });
  }

  private static Mono<Void> answer(Mono<Map<String, Object>> members, HttpServerResponse response) {
    return members
        .flatMap(each -> Mono.from(send(response, 200, each)))
        .onErrorResume(Refused.class, refused -> Mono.from(send(response, refused)));
  }

  private static byte[] bytes(ByteBuf part) {
    byte[] bytes = new byte[part.readableBytes()];
    part.readBytes(bytes);
    return bytes;
  }

  private Mono<Map<String, Object>> ended(Upload upload, Object writer) {
    if (!uploads.ended(upload, writer)) {
      return Mono.just(state(uploads.state(upload.gateway, upload.id)));
    }
    return storedNow(upload);
  }

  private Mono<Map<String, Object>> storedNow(Upload upload) {
    return Mono.<Map<String, Object>>create(
            answer ->
                reception.store(
                    upload,
                    new Reception.Answer() {
                      @Override
                      public void stored(Uploads.State state) {
                        answer.success(state(state));
                      }

                      @Override
                      public void refused(Refused why) {
                        answer.error(why);
                      }
                    }))
        // it is settled on log-sync, which has no time to write an answer
        .publishOn(scheduler);
  }

  // ---- Who and what

  /** The gateway that the request names, where its certificate may speak for it. */
  private String admitted(HttpServerRequest request, Map<String, List<String>> query) {
    AtomicReference<Set<String>> names = new AtomicReference<>();
    request.withConnection(connection -> names.set(PeerName.all(connection.channel())));
    Set<String> shown = names.get();
    if (shown == null) {
      throw new Refused(
          401, "No certificate", "gateways show a certificate that http.tls.ca signed");
    }
    String gateway = text(query, "gateway");
    String wanted = config.gateways().get(gateway);
    if (wanted == null || !shown.contains(wanted)) {
      throw new Refused(
          403,
          "Not allowed",
          "the certificate of " + shown + " may not send for gateway '" + gateway + "'");
    }
    return gateway;
  }

  private static Map<String, List<String>> query(HttpServerRequest request) {
    try {
      return new QueryStringDecoder(request.uri()).parameters();
    } catch (IllegalArgumentException e) {
      throw Refused.bad("its query cannot be read");
    }
  }

  private static String text(Map<String, List<String>> query, String name) {
    List<String> given = query.get(name);
    if (given == null || given.size() != 1) {
      throw Refused.bad("the query must name one " + name);
    }
    return given.get(0);
  }

  private static String batch(Map<String, List<String>> query) {
    String id = text(query, "batch");
    if (!ID.matcher(id).matches()) {
      throw Refused.bad("batch is 32 hexadecimal digits");
    }
    return id;
  }

  private static int number(Map<String, List<String>> query, String name, int least) {
    String text = text(query, name);
    int number;
    try {
      number = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw Refused.bad(name + " is no number of bytes");
    }
    if (number < least) {
      throw Refused.bad(name + " is at least " + least);
    }
    if (number > LinkCodec.MOST_BYTES) {
      throw new Refused(413, "Batch too large", "a batch has at most " + LinkCodec.MOST_BYTES);
    }
    return number;
  }

  // ---- Answers

  private static Publisher<Void> send(HttpServerResponse response, Refused refused) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "about:blank");
    document.put("title", refused.title);
    document.put("status", refused.status);
    document.put("detail", refused.detail);
    document.putAll(refused.members);
    if (refused.retryAfter > 0) {
      response.header("retry-after", Integer.toString(refused.retryAfter));
    }
    response.keepAlive(false); // the rest of its body is not read
    return send(response, refused.status, "application/problem+json", document);
  }

  private static Publisher<Void> send(
      HttpServerResponse response, int status, Map<String, Object> members) {
    return send(response, status, "application/json", members);
  }

  private static Publisher<Void> send(
      HttpServerResponse response, int status, String type, Map<String, Object> members) {
    byte[] body = json(members).getBytes(UTF_8);
    response.status(status).header("content-type", type);
    response.header("content-length", Integer.toString(body.length));
    return response.sendByteArray(Mono.just(body)).then();
  }

  private static String json(Map<String, Object> members) {
    try {
      return JSON.writeValueAsString(members);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts and numbers can always be written as JSON", e);
    }
  }
}
