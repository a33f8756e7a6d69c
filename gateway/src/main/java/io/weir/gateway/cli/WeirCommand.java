package io.weir.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root command: lists the commands. */
@Command(
    name = "weir",
    description =
        "An edge gateway for factory telemetry: takes readings from MQTT and HTTP, keeps them"
            + " durably, and writes them to time-series stores.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  weir check --config gateway.yaml             check a file and show what would run",
      "  weir run --config config/demo.yaml           run until Ctrl-C or SIGTERM",
      "  weir run --config F --set http.port=8081     one value changed for this run",
      "  weir check --help                            the options of a command",
      "",
      "Exit codes: 0 done, 1 your input is wrong, 2 the machine or a peer failed."
    })
@SuppressWarnings("UnusedVariable") // picocli acts on the options for help and version itself
final class WeirCommand extends CommandGroup {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  private boolean version;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  boolean debug;
}
