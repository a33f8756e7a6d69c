package io.weir.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import java.io.OutputStream;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets up logging: to the standard error, and to files where the configuration names one. The
 * configured level applies to Weir's own loggers; libraries log warnings and errors. Single loggers
 * can be set by name.
 */
final class LogSetup {

  private LogSetup() {}

  /** Applies to the whole process, also to libraries that use java.util.logging. */
  static void apply(Config.Logging logging, OutputStream out, Time time) {
    apply(logging, (LoggerContext) LoggerFactory.getILoggerFactory(), out, time);
    OutOfMemory.watchThreads();
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  static void apply(Config.Logging logging, LoggerContext context, OutputStream out, Time time) {
    context.reset();
    context.addTurboFilter(new OutOfMemory());
    LevelChangePropagator toJavaLogging = new LevelChangePropagator();
    toJavaLogging.setContext(context);
    toJavaLogging.setResetJUL(true);
    toJavaLogging.start();
    context.addListener(toJavaLogging);

    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    OutputStreamAppender<ILoggingEvent> terminal = new OutputStreamAppender<>();
    terminal.setEncoder(encoder(logging, context));
    terminal.setOutputStream(out);
    add(terminal, root, context);
    // each attempt to connect is a warning of its client; the source says once what it means
    context.getLogger("org.apache.kafka").setLevel(Level.ERROR);
    // whoever scans ports could fill the log with handshakes that fail, each with its stack, or
    // with requests that nobody answers any more
    for (String client :
        List.of(
            "io.netty.handler.ssl.ApplicationProtocolNegotiationHandler",
            "reactor.netty.channel.FluxReceive")) {
      context.getLogger(client).setLevel(Level.ERROR);
    }
    context.getLogger("io.weir").setLevel(Level.valueOf(logging.level()));
    logging
        .loggers()
        .forEach((name, level) -> context.getLogger(name).setLevel(Level.valueOf(level)));

    Config.LogFile file = logging.file();
    if (file != null) {
      Logger own = context.getLogger(LogSetup.class);
      FileAppender files = new FileAppender(file, encoder(logging, context), own, time);
      add(files, root, context);
      if (!files.failure().isEmpty()) {
        own.warn(
            "The log file {} cannot be written now: {}. The log goes on here; the file is tried"
                + " again every ten seconds",
            file.path(),
            files.failure());
      }
    }
  }

  private static void add(Appender<ILoggingEvent> appender, Logger root, LoggerContext context) {
    appender.setContext(context);
    appender.start();
    root.addAppender(appender);
  }

  private static Encoder<ILoggingEvent> encoder(Config.Logging logging, LoggerContext context) {
    Encoder<ILoggingEvent> encoder =
        logging.format().equals("json") ? new JsonLines() : new TextLines();
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }
}
