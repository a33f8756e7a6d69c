package io.weir.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * What holds until the configuration is read: everything from warnings up, on the standard error.
 * Logback without its search for files of configuration, which takes a tenth of the start.
 */
public final class FirstLog implements SLF4JServiceProvider {

  /** Of logback: who names a file, such as the process of the embedded store, means it. */
  private static final String FILE = "logback.configurationFile";

  private static final String API = "2.0.99";

  private final LoggerContext context = new LoggerContext();
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final LogbackMDCAdapter mdc = new LogbackMDCAdapter();

  /** For the process {@code weir}; elsewhere, such as in a test, files of logback hold. */
  public static void use() {
    if (System.getProperty(FILE) == null) {
      System.setProperty("slf4j.provider", FirstLog.class.getName());
      System.setProperty("slf4j.internal.verbosity", "WARN"); // else it prints that name
    }
  }

  @Override
  public void initialize() {
    context.setName("default");
    context.setMDCAdapter(mdc);
    TextLines lines = new TextLines();
    lines.setContext(context);
    lines.start();
    ConsoleAppender<ILoggingEvent> terminal = new ConsoleAppender<>();
    terminal.setContext(context);
    terminal.setTarget("System.err");
    terminal.setEncoder(lines);
    terminal.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(terminal);
    context.start();
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return context;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return mdc;
  }

  @Override
  public String getRequestedApiVersion() {
    return API;
  }
}
