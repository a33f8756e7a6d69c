package io.weir.gateway.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.weir.gateway.model.Visible;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Lines for people, in local time. What a message has beyond its first line is indented, and other
 * control characters are shown by their number, and so are those that nobody sees: a topic or an
 * answer that is quoted can neither imitate another, or a line of the log, nor command the terminal
 * that shows it.
 */
final class TextLines extends EncoderBase<ILoggingEvent> {

  private static final String INDENT = "    ";

  private final DateTimeFormatter clock =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    clock.formatTo(event.getInstant(), line);
    line.append(' ').append(event.getLevel());
    line.append(event.getLevel().toString().length() < 5 ? "  [" : " [");
    line.append(event.getThreadName()).append("] ");
    String logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    quote(event.getFormattedMessage(), line);
    line.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.append(INDENT);
      quote(ThrowableProxyUtil.asString(thrown).stripTrailing(), line);
      line.append('\n');
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void quote(String quoted, StringBuilder to) {
    String text = Visible.of(quoted);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        to.append('\n').append(INDENT);
      } else if (c == '\t' || !Character.isISOControl(c)) {
        to.append(c);
      } else if (c != '\r') {
        to.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
