package io.weir.gateway.admin;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.http.ProblemDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * The body of a request as an object of JSON, whose members are those of a record.
 *
 * @param title of the problem that a wrong body is
 * @param members all members, as they are named to who sends another one
 * @param advice what to do with a body that is too long
 * @param misfit what is said of a member of another type
 * @param mostBytes how long it may be
 */
record JsonBody(
    String title, String members, String advice, Function<String, String> misfit, int mostBytes) {

  static final int MOST_BYTES = 64 << 10;

  /** One of the usual length. */
  JsonBody(String title, String members, String advice, Function<String, String> misfit) {
    this(title, members, advice, misfit, MOST_BYTES);
  }

  /** One of the usual length whose members take one text each. */
  static JsonBody ofTexts(String title, String members, String advice) {
    return new JsonBody(title, members, advice, member -> member + " takes one text");
  }

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Receives the body; signals a {@link ProblemDocument} where it is too long. */
  Mono<byte[]> receive(HttpServerRequest request) {
    return request
        .receive()
        .collect(
            ByteArrayOutputStream::new,
            (all, part) -> {
              if (all.size() + part.readableBytes() > mostBytes) {
                throw new ProblemDocument(
                    413,
                    "Content too large",
                    "this body may have at most " + mostBytes + " bytes; " + advice);
              }
              byte[] bytes = new byte[part.readableBytes()];
              part.readBytes(bytes);
              all.writeBytes(bytes);
            })
        .map(ByteArrayOutputStream::toByteArray);
  }

  /** Receives and reads the body; signals a {@link ProblemDocument} with what is wrong. */
  <T> Mono<T> receive(HttpServerRequest request, Class<T> type) {
    return receive(request).map(json -> read(json, type));
  }

  /** Reads the body; throws a {@link ProblemDocument} with what is wrong. */
  <T> T read(byte[] json, Class<T> type) {
    try {
      T body = JSON.readValue(json, type);
      if (body == null) {
        throw bad("the body must be one JSON object");
      }
      return body;
    } catch (UnrecognizedPropertyException e) {
      throw bad("there is no member '" + e.getPropertyName() + "'; there are " + members);
    } catch (JsonMappingException e) {
      String member = e.getPath().isEmpty() ? null : e.getPath().get(0).getFieldName();
      throw bad(member == null ? "the body must be one JSON object" : misfit.apply(member));
    } catch (JsonProcessingException e) {
      boolean isTwice = e.getOriginalMessage().startsWith("Duplicate");
      throw bad(
          (isTwice ? "a member stands there a second time" : "the body is not JSON")
              + place(e.getLocation()));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot be read", e);
    }
  }

  private static String place(@Nullable JsonLocation at) {
    return at == null ? "" : ", at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  ProblemDocument bad(String detail) {
    return new ProblemDocument(400, title, detail);
  }
}
