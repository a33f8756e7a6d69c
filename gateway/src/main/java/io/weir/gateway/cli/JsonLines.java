package io.weir.gateway.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * One JSON object a line. The keys are a promise to whoever reads the lines by a program, so they
 * are Weir's own and not those of a library; {@code docs/guide/logs.md} lists them.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {

  static final String TIME = "time";
  static final String LEVEL = "level";
  static final String THREAD = "thread";
  static final String LOGGER = "logger";
  static final String MESSAGE = "message";
  static final String STACK = "stack";

  /** Every key, in the order in which they are written; the last only with an exception. */
  static final List<String> KEYS = List.of(TIME, LEVEL, THREAD, LOGGER, MESSAGE, STACK);

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final JsonFactory json = new JsonFactory();

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringWriter line = new StringWriter();
    try (JsonGenerator to = json.createGenerator(line)) {
      to.writeStartObject();
      to.writeStringField(TIME, CLOCK.format(event.getInstant()));
      to.writeStringField(LEVEL, event.getLevel().toString());
      to.writeStringField(THREAD, event.getThreadName());
      to.writeStringField(LOGGER, event.getLoggerName());
      to.writeStringField(MESSAGE, event.getFormattedMessage());
      IThrowableProxy thrown = event.getThrowableProxy();
      if (thrown != null) {
        to.writeStringField(STACK, ThrowableProxyUtil.asString(thrown));
      }
      to.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
