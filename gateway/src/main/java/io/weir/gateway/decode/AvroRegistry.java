package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Failure;
import io.weir.gateway.registry.RegistryClient;
import io.weir.gateway.registry.RegistryConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of a registry by their ids, which never change and are kept for ever. A new one is
 * asked for on a thread of its own, and the message with it waits for a moment: so the first
 * message of a gateway is read, too. A registry that does not answer is not waited for again until
 * it does or some time has passed, so no more than that moment in it is lost to other messages.
 */
final class AvroRegistry {

  /** For how long "no" counts, and how long a registry is not waited for that did not answer. */
  private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(30);

  /** Ids that the registry does not know, in one pause: more may be made up, and are not asked. */
  private static final int MOST_UNKNOWN = 20;

  /** How often a registry that did not answer is asked by itself. */
  private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

  private static final int MOST_SCHEMAS = 10_000;
  private static final int MOST_REFERENCES = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "avro-schemas");
            thread.setDaemon(true);
            return thread;
          });

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
  private final Map<Integer, Schema> known = new ConcurrentHashMap<>();

  // ---- Guarded by this

  private final Map<Integer, CompletableFuture<Schema>> asked = new HashMap<>();
  private final Map<Integer, No> unknown = new LinkedHashMap<>();

  /** Until when it is not waited for; {@code null} where it may be. */
  private @Nullable No away;

  private long lastAskedNs;

  AvroRegistry(RegistryConfig config, LongSupplier elapsedNs) {
    this.config = config;
    this.client = new RegistryClient(config);
    this.elapsedNs = elapsedNs;
  }

  /**
   * The schema of that id.
   *
   * @throws JsonDocument.Refused if it is not to be had now
   */
  Schema schema(int id) throws JsonDocument.Refused {
    Schema schema = known.get(id);
    return schema == null ? ask(id) : schema;
  }

  private Schema ask(int id) throws JsonDocument.Refused {
    CompletableFuture<Schema> answer;
    synchronized (this) {
      long now = elapsedNs.getAsLong();
      unknown.values().removeIf(no -> now - no.untilNs >= 0);
      No no = unknown.get(id);
      if (no != null) {
        throw refused(id, no.why);
      }
      if (unknown.size() + asked.size() >= MOST_UNKNOWN) {
        throw refused(id, "too many ids that it does not know; not asked");
      }
      boolean isAway = away != null && now - away.untilNs < 0;
      answer = asked.get(id);
      if (answer == null && (!isAway || now - lastAskedNs >= AGAIN_NS)) {
        answer = CompletableFuture.supplyAsync(() -> fetched(id), THREADS);
        asked.put(id, answer);
        lastAskedNs = now;
      }
      if (answer == null || isAway) {
        throw refused(id, away == null ? "not asked" : away.why);
      }
    }
    try {
      return answer.get(config.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw refused(id, gone("no answer within " + config.timeout().toMillis() + " ms"));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw refused(id, String.valueOf((cause == null ? e : cause).getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refused(id, "interrupted");
    }
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

  /** Runs on a thread of its own. */
  private Schema fetched(int id) {
    try {
      Schema schema;
      synchronized (client) {
        schema = AvroSchemas.parse(texts(id));
      }
      if (known.size() < MOST_SCHEMAS) {
        known.put(id, schema);
      }
      synchronized (this) {
        away = null;
      }
      return schema;
    } catch (NoSchema | JsonDocument.Refused e) {
      String why = String.valueOf(e.getMessage());
      synchronized (this) {
        away = null;
        unknown.put(id, new No(why, elapsedNs.getAsLong() + PAUSE_NS));
      }
      throw new IllegalStateException(why, e);
    } catch (IOException e) {
      throw new IllegalStateException(gone(Failure.inWords(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      synchronized (this) {
        asked.remove(id);
      }
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
    RegistryClient.Answer answer = client.get(path);
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
