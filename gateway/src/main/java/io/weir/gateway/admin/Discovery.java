package io.weir.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.discover.Finding;
import io.weir.gateway.discover.Findings;
import io.weir.gateway.http.Answers;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.http.Json;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.http.Query;
import io.weir.gateway.http.Right;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.normalize.Routes;
import io.weir.gateway.normalize.TopicPattern;
import io.weir.gateway.settings.TriedRoutes;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.mqtt.MqttConfig;
import io.weir.gateway.source.mqtt.TopicListener;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Listens to the broker of a source for what no route takes, and proposes routes. It has a
 * connection of its own without a session, acknowledges nothing and stores nothing. One at a time;
 * what was heard last stays until the next, or the end of the process. Works on the thread {@code
 * discover}, which alone writes the fields.
 */
public final class Discovery implements AutoCloseable {

  private static final String PATH = "/api/v1/discover";
  private static final int LONGEST_S = 120;
  private static final int USUAL_S = 30;
  private static final long MOST_BYTES = 16 << 20;
  private static final int MOST_FINDINGS = 200;
  private static final int PREVIEW_CHARS = 200;
  private static final long AGAIN_NS = 8_000_000_000L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final JsonBody BODY =
      new JsonBody(
          "Bad request to listen",
          "source, topic and seconds",
          "a request to listen is short",
          member -> member + (member.equals("seconds") ? " takes a number" : " takes one text"));

  private record Body(@Nullable String source, @Nullable String topic, @Nullable Integer seconds) {}

  /** One time of listening. */
  private static final class Session {
    final MqttConfig broker;
    final String filter;
    final Findings findings = new Findings(MOST_BYTES);
    final AtomicLong routed = new AtomicLong();
    volatile @Nullable TopicListener listener;
    String problem = "";

    // what was proposed last, of how many messages, and when
    List<Finding> proposed = List.of();
    long proposedOf = -1;
    long proposedNs;

    Session(MqttConfig broker, String filter) {
      this.broker = broker;
      this.filter = filter;
    }
  }

  private final List<MqttConfig> sources;
  private final Intake intake;
  private final Scheduler thread = Schedulers.newSingle("discover", true);
  private volatile @Nullable Session last;

  /**
   * @param sources all of the configuration
   */
  public Discovery(List<SourceConfig> sources, Intake intake) {
    this.sources =
        sources.stream().filter(MqttConfig.class::isInstance).map(MqttConfig.class::cast).toList();
    this.intake = intake;
  }

  public List<HttpRoute> routes() {
    return List.of(
        HttpRoute.of(Right.ENGINEER, "GET", PATH, this::show),
        HttpRoute.of(Right.ENGINEER, "POST", PATH, this::listen));
  }

  private Publisher<Void> show(HttpServerRequest request, HttpServerResponse response) {
    Query.none(request);
    return answer(request, response, Mono.fromCallable(this::state).subscribeOn(thread));
  }

  private Publisher<Void> listen(HttpServerRequest request, HttpServerResponse response) {
    return answer(
        request,
        response.status(202),
        BODY.receive(request, Body.class).publishOn(thread).map(this::begun));
  }

  private static Mono<Void> answer(
      HttpServerRequest request, HttpServerResponse response, Mono<ObjectNode> made) {
    return made.flatMap(
        json -> Mono.from(Answers.send(request, response, Answers.JSON, Json.bytes(json))));
  }

  // ---- Listen

  private ObjectNode begun(Body body) {
    Session before = last;
    if (before != null && before.listener != null) {
      throw new ProblemDocument(
          409, "Listening", "somebody listens already; this can begin when that ends");
    }
    int seconds = body.seconds == null ? USUAL_S : body.seconds;
    if (seconds < 1 || seconds > LONGEST_S) {
      throw BODY.bad("seconds must be from 1 to " + LONGEST_S);
    }
    String topic = body.topic == null || body.topic.isBlank() ? "#" : body.topic.strip();
    String wrong = TopicPattern.wrong(topic);
    if (wrong != null) {
      throw BODY.bad("topic " + wrong);
    }
    Session session = new Session(broker(body.source), topic);
    last = session;
    start(session, seconds);
    return state();
  }

  private MqttConfig broker(@Nullable String name) {
    return sources.stream()
        .filter(each -> name == null ? sources.size() == 1 : each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                BODY.bad(
                    "source must be one of type mqtt: "
                        + sources.stream().map(MqttConfig::name).toList()));
  }

  private void start(Session session, int seconds) {
    String source = session.broker.name();
    Routes routes = new Routes(intake.decoding().configured());
    TopicListener listener =
        new TopicListener(
            session.broker.listening("weir-discover-" + UUID.randomUUID()),
            TopicPattern.matched(session.filter),
            (topic, payload, retained) -> {
              if (routes.match(source, topic) == null) {
                session.findings.heard(topic, payload, retained);
              } else {
                session.routed.incrementAndGet();
              }
            });
    session.listener = listener;
    thread.schedule(() -> connect(session, listener, seconds));
  }

  private void connect(Session session, TopicListener listener, int seconds) {
    try {
      listener.start();
      thread.schedule(() -> end(session), seconds, TimeUnit.SECONDS);
    } catch (IOException e) {
      session.problem = Objects.requireNonNullElse(e.getMessage(), e.toString());
      end(session);
    }
  }

  private void end(Session session) {
    TopicListener listener = session.listener;
    if (listener != null) {
      session.listener = null;
      if (session.problem.isEmpty()) {
        session.problem = listener.lost();
      }
      listener.close();
    }
  }

  // ---- Show

  private ObjectNode state() {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode names = json.putArray("sources");
    sources.forEach(source -> names.add(source.name()));
    Session session = last;
    if (session == null) {
      return json.put("isListening", false).putNull("heard");
    }
    json.put("isListening", session.listener != null);
    Findings findings = session.findings;
    ObjectNode heard = json.putObject("heard");
    heard
        .put("source", session.broker.name())
        .put("topic", session.filter)
        .put("problem", session.problem)
        .put("routed", session.routed.get())
        .put("messages", findings.messages())
        .put("isCut", findings.cut());
    ArrayNode found = heard.putArray("findings");
    Routes routes = new Routes(intake.decoding().configured());
    proposed(session).stream()
        .limit(MOST_FINDINGS)
        .forEach(each -> found.add(json(each, routes, session.broker.name())));
    return json;
  }

  /** Trying all formats takes its time, so while it listens not at each question. */
  private static List<Finding> proposed(Session session) {
    long messages = session.findings.messages();
    long now = System.nanoTime();
    boolean isSoon = session.listener != null && now - session.proposedNs < AGAIN_NS;
    if (session.proposedOf < 0 || (session.proposedOf != messages && !isSoon)) {
      try {
        session.proposed = session.findings.proposed(TriedRoutes::parse, wallNs());
      } catch (IOException e) {
        session.problem = Objects.requireNonNullElse(e.getMessage(), e.toString());
      }
      session.proposedOf = messages;
      session.proposedNs = System.nanoTime();
    }
    return session.proposed;
  }

  private static long wallNs() {
    return System.currentTimeMillis() * 1_000_000L;
  }

  private ObjectNode json(Finding finding, Routes routes, String source) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("topic", finding.pattern())
            .put("format", finding.format())
            .put("topics", finding.topics())
            .put("messages", finding.messages())
            .put("retained", finding.retained())
            .put("example", finding.topic())
            .put("preview", preview(finding.sample()))
            .put("isRouted", routes.match(source, finding.topic()) != null);
    ArrayNode remarks = json.putArray("remarks");
    finding.remarks().forEach(remarks::add);
    if (finding.route() != null) {
      ObjectNode route = JSON.valueToTree(finding.route());
      json.set("route", route);
      if (sources.size() > 1) {
        route.put("source", source);
      }
    } else {
      json.putNull("route");
    }
    return json;
  }

  private static String preview(byte[] sample) {
    String text = new String(sample, UTF_8).replaceAll("\\p{Cntrl}", " ");
    return text.length() > PREVIEW_CHARS ? text.substring(0, PREVIEW_CHARS) + "…" : text;
  }

  @Override
  public void close() {
    thread.dispose();
    Session session = last;
    TopicListener listener = session == null ? null : session.listener;
    if (listener != null) {
      listener.close();
    }
  }
}
