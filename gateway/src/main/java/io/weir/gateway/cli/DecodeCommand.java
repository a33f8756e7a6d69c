package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.intake.Explain;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Failure;
import io.weir.gateway.normalize.LineStore;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "decode",
    description = "Show the readings that payloads give, or why they give none. Nothing is stored.",
    footer = {
      "",
      "Exit code 1 where no route matches, something is rejected, or it is not as expected.",
      "",
      "  weir decode --config F --topic factory/a/b/c/press-01/telemetry --file payload.json",
      "  echo '{\"temp\": 21.5}' | weir decode --config F --topic factory/a/b/c/press-01/telemetry",
      "  mosquitto_sub -h broker -t '#' -v -W 60 > heard.txt",
      "  weir decode --config F --messages heard.txt --against cases/line-1/expected.txt --update"
    })
final class DecodeCommand extends ConfiguredCommand {

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "The topic of the one message whose payload is given.")
  private @Nullable String topic;

  @Option(
      names = "--messages",
      paramLabel = "FILE",
      description = {
        "Instead many messages, one a line (- for the standard input): topic, tab or blank, and",
        "payload, as mosquitto_sub -v prints them; or JSON with topic and payload, as -F %%j does."
      })
  private @Nullable Path messages;

  @Option(
      names = "--hex",
      description =
          "The payloads of these lines are hexadecimal, as mosquitto_sub -F '%%t %%x' does.")
  private boolean hex;

  @Option(
      names = "--against",
      paramLabel = "FILE",
      description = {
        "Compare with what this file says, which an earlier run has printed, as if the messages",
        "arrived when they did then, at a new gateway."
      })
  private @Nullable Path against;

  @Option(names = "--update", description = "Write that file instead of comparing with it.")
  private boolean update;

  @Option(names = "--explain", description = "Also what each step of normalizing has done.")
  private boolean steps;

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
    String one = topic;
    if ((one == null) == (messages == null)) {
      throw new InputException("say either --topic, with one payload, or --messages");
    }
    if (one != null && (one.isEmpty() || one.contains("+") || one.contains("#"))) {
      throw new InputException("--topic takes the topic of one message, without + and #");
    }
    if (update && against == null) {
      throw new InputException("--update needs --against, which names the file");
    }
    Path expected = against;
    String before = expected == null || update ? null : CaseFolder.text(expected);
    long now = before == null ? time.wallNs() : CaptureDecoded.receivedNs(before);
    Explain explain =
        new Explain(
            config.routes(), types(config), steps ? Explain.Detail.STEPS : Explain.Detail.WHOLE);
    CaptureDecoded decoded =
        one == null
            ? CaptureDecoded.of(explain, named, captured(), now)
            : single(explain, named, one, payload(config.buffer().maxMessageSize()), now);
    if (expected != null && update) {
      Files.writeString(expected, decoded.text());
    }
    if (before != null) {
      String difference = CaptureDecoded.difference(before, decoded.text());
      terminal.out().println(difference.isEmpty() ? "as " + expected + " says" : difference);
      return difference.isEmpty() ? Program.DONE : Program.INPUT_WRONG;
    }
    PrintStream out = terminal.out();
    out.print(decoded.text());
    out.flush();
    return decoded.clean() ? Program.DONE : Program.INPUT_WRONG;
  }

  /** Those pinned so far; none for a comparison, which must not depend on the machine. */
  private Types types(Config config) throws IOException {
    LineStore pinned =
        against == null
            ? new DataDirectory(config.gateway().dataDir()).types(files, this::warnOfDamage)
            : null;
    return Types.load(new DiscardingLineStore(pinned));
  }

  private CaptureDecoded single(
      Explain explain, @Nullable String named, String name, byte[] payload, long now) {
    Explain.Report report = explain.tell(named, name, payload, retained, contentType, now);
    String text =
        explain.misses(named, name)
            + report.text()
            + CaptureDecoded.warning(explain.remark(named, name, payload))
            + CaptureDecoded.received("now", now);
    return new CaptureDecoded(text, report.clean());
  }

  private List<Capture> captured() throws InputException, IOException {
    Path from = Objects.requireNonNull(messages, "asked for");
    return CaseFolder.messages(from, terminal, hex ? Capture.Encoding.HEX : Capture.Encoding.TEXT);
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
      throw new InputException(file + " cannot be read: " + Failure.why(e));
    }
  }
}
