package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.config.BoundedBody;
import io.weir.gateway.config.Quantities;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Failure;
import io.weir.gateway.registry.RegistryClient;
import io.weir.gateway.registry.RegistryConfig;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of a registry by their ids, which never change and are kept for ever. One serves all
 * routes that name the same registry. A new schema is asked for on a thread of its own. Nobody
 * waits for it here: until the answer is there {@link NotYet} says that the message can be read
 * soon, so its source offers it again. That ends after the registry's {@code timeout}; then a
 * registry that does not answer, or takes long to say no, holds no message for some time.
 */
final class AvroRegistry {

  /** For how long "no" counts, and how long a registry holds no message that did not answer. */
  private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(30);

  /** Ids that the registry does not know, in one pause: more may be made up, and are not asked. */
  private static final int MOST_UNKNOWN = 20;

  /** Ids that are asked for at the same time. */
  private static final int MOST_ASKED = 20;

  /** How often a registry that did not answer is asked by itself. */
  private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

  /** How long the thread waits for more to ask until it ends. */
  private static final long IDLE_S = 10;

  private static final int MOST_SCHEMAS = 10_000;
  private static final int MOST_REFERENCES = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Those in use; guarded by the class. */
  private static final Map<RegistryConfig, WeakReference<AvroRegistry>> ALL = new HashMap<>();

  /** The registry has said no, which is an answer. */
  private static final class NoSchema extends IOException {
    private static final long serialVersionUID = 1;

    NoSchema(String why) {
      super(why);
    }
  }

  /** Why there is no schema, and until when that counts. */
  private record No(String why, long untilNs) {}

  private final RegistryConfig config;
  private final RegistryClient client;
  private final LongSupplier elapsedNs;
  private final ThreadPoolExecutor thread;
  private final Map<Integer, Schema> known = new ConcurrentHashMap<>();

  // ---- Guarded by this

  /** Since when each id is asked for. */
  private final Map<Integer, Long> asked = new HashMap<>();

  private final Map<Integer, No> unknown = new LinkedHashMap<>();

  /** Until when it holds no message; {@code null} where it may. */
  private @Nullable No away;

  private long lastAskedNs;

  /** How long messages were held for ids that it does not know, and since when that is counted. */
  private long lostNs;

  private long lostSinceNs;

  AvroRegistry(RegistryConfig config, LongSupplier elapsedNs) {
    this.config = config;
    this.client = new RegistryClient(config);
    this.elapsedNs = elapsedNs;
    this.lostSinceNs = elapsedNs.getAsLong();
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_S,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by MOST_ASKED
            task -> {
              Thread made = new Thread(task, "avro-schemas");
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /** The one for that registry and login, which lasts as long as a route has it. */
  static AvroRegistry of(RegistryConfig config) {
    synchronized (AvroRegistry.class) {
      ALL.values().removeIf(each -> each.get() == null);
      WeakReference<AvroRegistry> there = ALL.get(config);
      AvroRegistry registry = there == null ? null : there.get();
      if (registry == null) {
        registry = new AvroRegistry(config, System::nanoTime);
        ALL.put(config, new WeakReference<>(registry));
      }
      return registry;
    }
  }

  /**
   * The schema of that id. Never waits.
   *
   * @throws NotYet if the registry is being asked, and may answer soon
   * @throws JsonDocument.Refused if it is not to be had now
   */
  Schema schema(int id) throws NotYet, JsonDocument.Refused {
    Schema schema = known.get(id);
    return schema == null ? ask(id) : schema;
  }

  private synchronized Schema ask(int id) throws NotYet, JsonDocument.Refused {
    Schema schema = known.get(id);
    if (schema != null) { // just come
      return schema;
    }
    long now = elapsedNs.getAsLong();
    unknown.values().removeIf(no -> now - no.untilNs >= 0);
    No no = unknown.get(id);
    if (no != null) {
      throw refused(id, no.why);
    }
    No gone = away == null || now - away.untilNs >= 0 ? null : away;
    Long since = asked.get(id);
    if (since == null) {
      if (unknown.size() >= MOST_UNKNOWN) {
        throw refused(id, "too many ids that it does not know; not asked");
      }
      if (asked.size() < MOST_ASKED && (gone == null || now - lastAskedNs >= AGAIN_NS)) {
        asked.put(id, now);
        lastAskedNs = now;
        thread.execute(() -> fetch(id, now));
      }
    } else if (gone == null && now - since >= config.timeout().toNanos()) {
      throw refused(id, gone("no answer within " + Quantities.show(config.timeout())));
    }
    if (gone != null) {
      throw refused(id, gone.why);
    }
    throw new NotYet(refused(id, "it is being asked").rejected());
  }

  private synchronized String gone(String why) {
    away = new No(why, elapsedNs.getAsLong() + PAUSE_NS);
    return why;
  }

  private JsonDocument.Refused refused(int id, String why) {
    return AvroSchemas.refused(
        "schema %d is not known from the registry %s: %s, at byte 1"
            .formatted(id, config.address(), why));
  }

  // ---- On a thread of its own

  private void fetch(int id, long sinceNs) {
    try {
      Schema schema = AvroSchemas.parse(texts(id));
      if (known.size() >= MOST_SCHEMAS) {
        known.clear(); // those in use are asked for again
      }
      known.put(id, schema);
      synchronized (this) {
        away = null;
      }
    } catch (NoSchema | JsonDocument.Refused e) {
      denied(id, String.valueOf(e.getMessage()), sinceNs);
    } catch (RuntimeException | StackOverflowError e) { // else its messages were held for ever
      denied(id, "internal error: " + e, sinceNs);
    } catch (IOException e) {
      gone(Failure.inWords(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        asked.remove(id);
      }
    }
  }

  private synchronized void denied(int id, String why, long sinceNs) {
    long now = elapsedNs.getAsLong();
    unknown.put(id, new No(why, now + PAUSE_NS));
    if (now - lostSinceNs >= PAUSE_NS) {
      lostNs = 0;
      lostSinceNs = now;
    }
    lostNs += now - sinceNs;
    away = null;
    if (lostNs >= config.timeout().toNanos()) {
      gone("it took long to deny other ids");
    }
  }

  /** The schema of that id, behind those that it refers to. */
  private List<String> texts(int id) throws IOException, InterruptedException {
    Map<String, String> texts = new LinkedHashMap<>();
    boolean isConfluent = config.api() == RegistryConfig.Api.CONFLUENT;
    String path = (isConfluent ? "/schemas/ids/" : "/ids/contentIds/") + id;
    List<String> open = new ArrayList<>();
    add(path, isConfluent ? path : path + "/references", texts, open);
    return List.copyOf(texts.values());
  }

  /**
   * Adds what a schema refers to, and then itself.
   *
   * @param open those that wait for it
   */
  private void add(String path, String references, Map<String, String> texts, List<String> open)
      throws IOException, InterruptedException {
    if (texts.containsKey(path)) {
      return;
    }
    if (open.contains(path) || open.size() + texts.size() >= MOST_REFERENCES) {
      throw new NoSchema("its references go round, or are more than " + MOST_REFERENCES);
    }
    open.add(path);
    byte[] said = get(path);
    boolean isConfluent = config.api() == RegistryConfig.Api.CONFLUENT;
    JsonNode document = isConfluent ? json(said) : null;
    JsonNode list = document == null ? json(get(references)) : document.path("references");
    for (JsonNode each : list) {
      if (document != null) {
        String next =
            "/subjects/" + encoded(each, "subject") + "/versions/" + encoded(each, "version");
        add(next, next, texts, open);
      } else {
        String group = each.path("groupId").isTextual() ? encoded(each, "groupId") : "default";
        String next =
            "/groups/%s/artifacts/%s/versions/%s"
                .formatted(group, encoded(each, "artifactId"), encoded(each, "version"));
        add(next + "/content", next + "/references", texts, open);
      }
    }
    if (document != null && !document.path("schemaType").asText("AVRO").equals("AVRO")) {
      throw new NoSchema("it is of " + Excerpt.of(document.path("schemaType").asText()));
    }
    texts.put(path, document == null ? new String(said, UTF_8) : document.path("schema").asText());
    open.remove(path);
  }

  private static String encoded(JsonNode reference, String key) {
    return RegistryClient.encoded(reference.path(key).asText());
  }

  private byte[] get(String path) throws IOException, InterruptedException {
    RegistryClient.Answer answer;
    try {
      answer = client.get(path);
    } catch (BoundedBody.TooLong e) {
      throw new NoSchema(String.valueOf(e.getMessage()));
    }
    int status = answer.status();
    if (status == 200) {
      return answer.body();
    }
    String words = "it answers " + status + ": " + Excerpt.of(new String(answer.body(), UTF_8));
    if (status >= 500 || status == 408 || status == 429) {
      throw new IOException(words);
    }
    throw new NoSchema(words);
  }

  private static JsonNode json(byte[] body) throws IOException {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new NoSchema("it answers like no schema registry; check registry.url and api");
    }
  }
}
