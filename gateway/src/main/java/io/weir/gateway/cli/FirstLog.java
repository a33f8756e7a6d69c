package io.weir.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What holds until the configuration is read: everything from warnings up, on the standard error.
 * Code, since reading a file of XML loads six hundred classes.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class FirstLog extends ContextAwareBase implements Configurator {

  /** Of logback: who names a file, such as the process of the embedded store, means it. */
  private static final String FILE = "logback.configurationFile";

  private static volatile boolean isUsed;

  /** For the process {@code weir}; elsewhere, such as in a test, files of logback hold. */
  public static void use() {
    isUsed = true;
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (!isUsed || System.getProperty(FILE) != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayoutEncoder lines = new PatternLayoutEncoder();
    lines.setContext(context);
    lines.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0} - %msg%n");
    lines.start();
    ConsoleAppender<ILoggingEvent> terminal = new ConsoleAppender<>();
    terminal.setContext(context);
    terminal.setTarget("System.err");
    terminal.setEncoder(lines);
    terminal.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(terminal);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
