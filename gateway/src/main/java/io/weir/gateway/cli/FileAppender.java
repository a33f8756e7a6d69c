package io.weir.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;

/** Writes events to {@link LogFiles}. One event at a time, by whichever thread logs it. */
final class FileAppender extends AppenderBase<ILoggingEvent> {

  private final Encoder<ILoggingEvent> encoder;
  private final LogFiles files;

  /**
   * @param logger in whose name the log says that lines are missing
   */
  FileAppender(Config.LogFile config, Encoder<ILoggingEvent> encoder, Logger logger, Time time) {
    this.encoder = encoder;
    this.files =
        new LogFiles(
            config.path(),
            config.maxBytes(),
            config.keep(),
            (lines, why) -> encoder.encode(missing(logger, lines, why)),
            time,
            LogFiles.Disk.REAL);
  }

  private static LoggingEvent missing(Logger logger, long lines, String why) {
    String message = "{} lines are missing here, because this file could not be written: {}";
    Object[] arguments = {lines, why};
    return new LoggingEvent(
        FileAppender.class.getName(), logger, Level.WARN, message, null, arguments);
  }

  /** Why the file cannot be written now, or "". */
  String failure() {
    return files.failure();
  }

  @Override
  protected void append(ILoggingEvent event) {
    files.write(encoder.encode(event));
  }

  @Override
  public void stop() {
    super.stop();
    files.close();
  }
}
