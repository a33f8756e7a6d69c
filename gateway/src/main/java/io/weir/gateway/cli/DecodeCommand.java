package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.intake.Explain;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.normalize.LineStore;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "decode",
    description =
        "Show the readings that a payload gives, or why it gives none. Nothing is stored.",
    footer = {
      "",
      "  weir decode --config F --topic factory/a/b/c/press-01/telemetry --file payload.json",
      "  echo '{\"temp\": 21.5}' | weir decode --config F --topic factory/a/b/c/press-01/telemetry"
    })
final class DecodeCommand extends ConfiguredCommand {

  @Option(
      names = "--topic",
      required = true,
      paramLabel = "TOPIC",
      description = "The topic of the message.")
  private String topic = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A file with the payload. Default: the standard input.")
  private @Nullable Path file;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "The source that receives it. Default: any.")
  private @Nullable String source;

  @Option(names = "--retained", description = "As a retained message.")
  private boolean retained;

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      description = "The content type that its sender declares, as in MQTT 5.")
  private @Nullable String contentType;

  private final Time time;
  private final FileSystem files;

  DecodeCommand(Terminal terminal, Time time, FileSystem files) {
    super(terminal);
    this.time = time;
    this.files = files;
  }

  @Override
  public Integer call() throws ConfigException, InputException, IOException {
    Config config = options.load();
    String named = source;
    if (named != null && config.sources().stream().noneMatch(s -> s.name().equals(named))) {
      throw new InputException("there is no source '" + named + "' in " + options.file);
    }
    if (topic.isEmpty() || topic.contains("+") || topic.contains("#")) {
      throw new InputException("--topic takes the topic of one message, without + and #");
    }
    byte[] payload = payload(config.buffer().maxMessageSize());
    LineStore pinned =
        new DataDirectory(config.gateway().dataDir()).types(files, this::warnOfDamage);
    Types types = Types.load(new DiscardingLineStore(pinned));
    Explain explain = new Explain(config.routes(), types);
    long now = time.wallNs();
    PrintStream out = terminal.out();
    out.print(explain.misses(named, topic));
    out.print(explain.text(named, topic, payload, retained, contentType, now));
    out.println("received now, " + Explain.instant(now) + ": the time of values without their own");
    out.flush();
    return Program.DONE;
  }

  private byte[] payload(int most) throws InputException, IOException {
    try (InputStream in = file == null ? terminal.in() : Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new InputException(
            "the payload is larger than buffer.max-message-size, " + most + " bytes");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new InputException("there is no file " + file);
    } catch (IOException e) {
      if (file == null) {
        throw e;
      }
      throw new InputException(file + " cannot be read: " + e.getMessage());
    }
  }
}
