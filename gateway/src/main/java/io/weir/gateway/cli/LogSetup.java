package io.weir.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.weir.gateway.settings.Config;
import java.io.OutputStream;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets up logging. The configured level applies to Weir's own loggers; libraries log warnings and
 * errors. Single loggers can be set by name.
 */
final class LogSetup {

  private LogSetup() {}

  /** Applies to the whole process, also to libraries that use java.util.logging. */
  static void apply(Config.Logging logging, OutputStream out) {
    apply(logging, (LoggerContext) LoggerFactory.getILoggerFactory(), out);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  static void apply(Config.Logging logging, LoggerContext context, OutputStream out) {
    context.reset();
    LevelChangePropagator toJavaLogging = new LevelChangePropagator();
    toJavaLogging.setContext(context);
    toJavaLogging.setResetJUL(true);
    toJavaLogging.start();
    context.addListener(toJavaLogging);

    Encoder<ILoggingEvent> encoder = logging.format().equals("json") ? json() : text();
    encoder.setContext(context);
    encoder.start();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setOutputStream(out);
    appender.start();

    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    context.getLogger("io.weir").setLevel(Level.valueOf(logging.level()));
    logging
        .loggers()
        .forEach((name, level) -> context.getLogger(name).setLevel(Level.valueOf(level)));
  }

  private static Encoder<ILoggingEvent> text() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern("%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{0}: %msg%n");
    return encoder;
  }

  private static Encoder<ILoggingEvent> json() {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    return encoder;
  }
}
