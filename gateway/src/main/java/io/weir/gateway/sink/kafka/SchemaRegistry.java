package io.weir.gateway.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Failure;
import io.weir.gateway.registry.RegistryClient;
import io.weir.gateway.registry.RegistryConfig;
import io.weir.gateway.sink.Sink.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Asks a schema registry for the id of our schema, once for each topic. It speaks the API of
 * Confluent's registry, which others have too, or Apicurio's own (version 3). Belongs to one thread
 * at a time.
 */
final class SchemaRegistry {

  /** An id is not to be had now. */
  static final class RegistryException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Answer answer;

    RegistryException(Answer answer) {
      super(answer.toString());
      this.answer = answer;
    }

    /** What it means to the drain. */
    Answer answer() {
      return answer;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCHEMA = schema();

  private final RegistryConfig config;
  private final Map<String, Integer> ids = new HashMap<>();
  private final RegistryClient client;

  /** Opens nothing yet. */
  SchemaRegistry(RegistryConfig config) {
    this.config = config;
    this.client = new RegistryClient(config);
  }

  private static String schema() {
    try (InputStream in = SchemaRegistry.class.getResourceAsStream("reading-1.avsc")) {
      return JSON.readTree(Objects.requireNonNull(in, "reading-1.avsc")).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("it is beside this class", e);
    }
  }

  /**
   * The id that stands for our schema in the values of a topic.
   *
   * @throws RegistryException if the registry is away, or refuses the schema
   */
  int idOf(String topic) throws RegistryException {
    Integer known = ids.get(topic);
    if (known == null) {
      known = ask(topic + "-value");
      ids.put(topic, known);
    }
    return known;
  }

  private int ask(String subject) throws RegistryException {
    try {
      return config.api() == RegistryConfig.Api.CONFLUENT ? confluent(subject) : apicurio(subject);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException(new Answer.Down("interrupted"));
    } catch (IOException e) {
      throw new RegistryException(
          new Answer.Down("the schema registry " + config.address() + ": " + Failure.inWords(e)));
    }
  }

  private int confluent(String subject)
      throws IOException, InterruptedException, RegistryException {
    String path =
        "/subjects/" + RegistryClient.encoded(subject) + (config.register() ? "/versions" : "");
    JsonNode said =
        post(
            path, JSON.createObjectNode().put("schema", SCHEMA).put("schemaType", "AVRO"), subject);
    return id(said.path("id"), subject);
  }

  private int apicurio(String subject) throws IOException, InterruptedException, RegistryException {
    String artifacts = "/groups/" + RegistryClient.encoded(config.group()) + "/artifacts";
    if (!config.register()) {
      String latest = artifacts + "/" + RegistryClient.encoded(subject) + "/versions/branch=latest";
      int id = id(said(client.get(latest), subject).path("contentId"), subject);
      JsonNode there = said(client.get("/ids/contentIds/" + id), subject);
      if (!there.equals(JSON.readTree(SCHEMA))) {
        throw new RegistryException(
            new Answer.Misconfigured(
                "the schema registry has another schema as the latest of " + subject));
      }
      return id;
    }
    var artifact = JSON.createObjectNode().put("artifactId", subject).put("artifactType", "AVRO");
    artifact
        .putObject("firstVersion")
        .putObject("content")
        .put("content", SCHEMA)
        .put("contentType", "application/json");
    JsonNode said = post(artifacts + "?ifExists=FIND_OR_CREATE_VERSION", artifact, subject);
    return id(said.path("version").path("contentId"), subject);
  }

  private int id(JsonNode id, String subject) throws RegistryException {
    if (!id.canConvertToInt() || id.asInt() < 0) {
      throw new RegistryException(
          new Answer.Misconfigured(
              "the schema registry gives no id of 32 bits for "
                  + subject
                  + "; check registry.api"));
    }
    return id.asInt();
  }

  private JsonNode post(String path, JsonNode body, String subject)
      throws IOException, InterruptedException, RegistryException {
    return said(client.post(path, JSON.writeValueAsBytes(body)), subject);
  }

  private JsonNode said(RegistryClient.Answer response, String subject)
      throws IOException, RegistryException {
    byte[] body = response.body();
    int status = response.status();
    if (status == 200) {
      try {
        return JSON.readTree(body);
      } catch (JacksonException e) {
        throw new RegistryException(
            new Answer.Misconfigured(
                config.address() + " answers like no schema registry; check registry.url"));
      }
    }
    String words = "%d: %s".formatted(status, Excerpt.of(new String(body, UTF_8)));
    if (status == 429 || status == 503) {
      throw new RegistryException(new Answer.Busy(null, "the schema registry answers " + words));
    } else if (status >= 500 || status == 408) {
      throw new RegistryException(new Answer.Down("the schema registry answers " + words));
    }
    throw new RegistryException(
        new Answer.Misconfigured(
            "the schema registry refuses the schema of " + subject + " with " + words));
  }
}
