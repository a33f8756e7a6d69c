package io.weir.gateway.discover;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.gateway.decode.DecodeLimits;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A payload as discovery looks at it: expanded, as text where it is one, as JSON where it is.
 *
 * @param text "" where it is no text
 * @param charset what the route must name, or {@code null} for UTF-8
 * @param json {@code null} where it is none
 * @param documents of NDJSON; empty where it is none
 */
record View(
    String text, @Nullable String charset, @Nullable JsonNode json, List<JsonNode> documents) {

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  // as controllers write it, and as the format json reads it
                  .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
                  .enable(JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS)
                  .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
                  .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
                  .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                  .build())
          .build()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static View of(byte[] payload) {
    byte[] bytes = expanded(payload);
    String charset = charset(bytes);
    String text = text(bytes, charset);
    JsonNode json = text.startsWith("{") || text.startsWith("[") ? json(text) : null;
    List<JsonNode> documents = new ArrayList<>();
    if (json == null && text.startsWith("{") && text.indexOf('\n') > 0) {
      for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
        JsonNode document = json(line);
        if (document == null) {
          return new View(text, charset, null, List.of());
        }
        documents.add(document);
      }
    }
    return new View(text, charset, json, documents);
  }

  /** What stays the same while only values change, as a number. */
  static int shape(byte[] payload) {
    View view = of(payload);
    if (view.json() != null) {
      Fields fields = new Fields();
      fields.add(view.json());
      return fields.signature();
    }
    return view.text().isEmpty()
        ? payload.length
        : view.text().lines().findFirst().orElse("").replaceAll("[\\d.,+-]+", "0").hashCode();
  }

  boolean isText() {
    return !text.isEmpty();
  }

  /** A single line that is no document. */
  boolean isLine() {
    return isText() && text.indexOf('\n') < 0 && json == null && !text.startsWith("<");
  }

  private static byte[] expanded(byte[] payload) {
    byte[][] seen = {payload};
    Decoder catching = (read, out) -> seen[0] = read.bytes();
    Decoders.expanding(catching, DecodeLimits.DEFAULT)
        .decode(
            new Decoder.Payload("", payload, 0),
            new Decoder.Output() {
              @Override
              public void sample(Sample sample) {
                // it catches the bytes, and has no samples
              }

              @Override
              public void rejected(Rejected rejected) {
                // what cannot be expanded is looked at as it is
              }

              @Override
              public void filtered(String part, String why) {
                // it filters nothing
              }
            });
    return seen[0];
  }

  private static @Nullable JsonNode json(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      return node.isContainerNode() ? node : null;
    } catch (JsonProcessingException e) {
      return null; // not JSON, which is an answer
    }
  }

  private static @Nullable String charset(byte[] bytes) {
    if (decoded(bytes, UTF_8) != null) {
      return null;
    }
    if (bytes.length >= 2 && bytes.length % 2 == 0) {
      int mark = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
      if (mark == 0xfeff || mark == 0xfffe) {
        return "utf-16";
      }
    }
    return guessed(bytes);
  }

  private static @Nullable String guessed(byte[] bytes) {
    String gbk = decoded(bytes, Charset.forName("GBK"));
    boolean chinese =
        gbk != null
            && gbk.codePoints().filter(View::isCommonChinese).count() >= 2
            && gbk.codePoints()
                .allMatch(each -> each < 128 || isCommonChinese(each) || each == '℃');
    if (chinese) {
      return "gbk";
    }
    String latin = new String(bytes, ISO_8859_1);
    return isPrintable(latin) ? "latin-1" : null;
  }

  private static boolean isCommonChinese(int each) {
    return each >= 0x4e00 && each <= 0x9fa5;
  }

  private static boolean isPrintable(String text) {
    return text.chars()
        .allMatch(
            each ->
                each == '\n'
                    || each == '\r'
                    || each == '\t'
                    || (each >= 32 && each < 127)
                    || each >= 160);
  }

  private static @Nullable String decoded(byte[] bytes, Charset charset) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null; // not in it, which is an answer
    }
  }

  private static String text(byte[] bytes, @Nullable String charset) {
    Charset known =
        charset == null ? UTF_8 : charset.equals("latin-1") ? ISO_8859_1 : Charset.forName(charset);
    String text = decoded(bytes, known);
    if (text == null) {
      return "";
    }
    // with the marks and the filling that decoders pass over
    String bare = text.replaceFirst("^\uFEFF", "").replaceFirst("\0+$", "");
    boolean isText = bare.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t');
    return isText ? bare.strip() : "";
  }
}
