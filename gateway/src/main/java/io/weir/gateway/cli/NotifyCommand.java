package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.log.Time;
import io.weir.gateway.notify.NotifyConfig;
import io.weir.gateway.notify.OutletConfig;
import io.weir.gateway.notify.TestMessage;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks after the outlets of notifications. */
@Command(
    name = "notify",
    description = "Send a test by the outlets of notifications.",
    footer = {"", "  weir notify test --config F", "  weir notify test --config F chat"})
final class NotifyCommand extends CommandGroup {

  /** With its commands. */
  static CommandLine line(Terminal terminal, Time time) {
    return new CommandLine(new NotifyCommand()).addSubcommand(new TestOutlets(terminal, time));
  }

  @Command(
      name = "test",
      description = {
        "Send a test message by one outlet of the configuration, or by all of them, and say what",
        "each receiver answered. Needs no running gateway, and waits for no schedule."
      },
      footer = {
        "",
        "Exits with 2 if an outlet did not take it.",
        "",
        "  weir notify test --config F",
        "  weir notify test --config F chat"
      })
  static final class TestOutlets extends ConfiguredCommand {

    private final Time time;

    @Parameters(
        arity = "0..1",
        paramLabel = "OUTLET",
        description = "The name of an outlet. By default all.")
    private @Nullable String outlet;

    TestOutlets(Terminal terminal, Time time) {
      super(terminal);
      this.time = time;
    }

    @Override
    public Integer call() throws ConfigException, InputException {
      NotifyConfig config = options.load().notifications();
      if (config == null) {
        throw new InputException("the configuration has no group notify, so there is no outlet");
      }
      List<OutletConfig> chosen =
          config.outlets().stream()
              .filter(each -> outlet == null || each.name().equals(outlet))
              .toList();
      if (chosen.isEmpty()) {
        List<String> names = config.outlets().stream().map(OutletConfig::name).toList();
        throw new InputException(
            "there is no outlet '" + outlet + "'; there are " + String.join(", ", names));
      }
      int result = Program.DONE;
      for (OutletConfig each : chosen) {
        result = Math.max(result, test(config, each));
      }
      return result;
    }

    private int test(NotifyConfig config, OutletConfig each) {
      try {
        TestMessage.send(config, each, Time.instant(time.wallNs()));
        terminal.out().println(each.name() + "  taken by " + each.summary());
        return Program.DONE;
      } catch (IOException e) {
        terminal.out().println(each.name() + "  NOT taken by " + each.summary());
        terminal.out().println("    " + e.getMessage());
        return Program.FAILED;
      }
    }
  }
}
