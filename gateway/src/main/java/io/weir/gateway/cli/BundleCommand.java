package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.fleet.Bundle;
import io.weir.gateway.fleet.BundleException;
import io.weir.gateway.fleet.BundleKeys;
import io.weir.gateway.fleet.FleetConfig;
import io.weir.gateway.fleet.Installed;
import io.weir.gateway.log.OwnerOnly;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.settings.Site;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes and checks signed configurations. None of these commands asks a gateway. */
@Command(
    name = "bundle",
    description = "Make and check signed configurations, which gateways follow.",
    footer = {
      "",
      "  weir bundle key --to fleet.key                  makes a pair of keys, prints the public one",
      "  weir bundle make --key fleet.key --version 12 --gateway plant-a-1 \\",
      "      --main gateway.yaml --to plant-a.bundle     checks, packs and signs a configuration",
      "  weir bundle verify plant-a.bundle --config F    what that gateway would do with it",
      "",
      "docs/guide/fleet.md says how a gateway follows one."
    })
final class BundleCommand extends CommandGroup {

  /** With its commands. */
  static CommandLine line(Terminal terminal, Time time) {
    return new CommandLine(new BundleCommand())
        .addSubcommand(new Key(terminal))
        .addSubcommand(new Make(terminal, time))
        .addSubcommand(new Verify(terminal));
  }

  private static byte[] read(Path file, int most) throws IOException, InputException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new InputException(file + " is larger than a bundle may be");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new InputException("there is no file " + file);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException, InputException {
    try {
      return BundleKeys.privateKey(new String(read(file, 64 << 10), UTF_8));
    } catch (BundleException e) {
      throw new InputException(file + " " + e.getMessage());
    }
  }

  /** The public key of a private one: what verifies its signature. */
  @Command(
      name = "key",
      description = {
        "Make a pair of Ed25519 keys: the private one goes to a file that only you can read, the"
            + " public one is printed, for fleet.follow.keys of the gateways."
      },
      footer = {"", "  weir bundle key --to fleet.key"})
  static final class Key implements Callable<Integer> {

    private final Terminal terminal;

    @Option(
        names = "--to",
        required = true,
        paramLabel = "FILE",
        description = "Where the private key goes. A file that is there is not replaced.")
    private Path to = Path.of("fleet.key");

    Key(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InputException {
      if (Files.exists(to)) {
        throw new InputException(to + " is there already, and is not replaced");
      }
      KeyPair pair = BundleKeys.generate();
      Files.createFile(to, OwnerOnly.file());
      Files.writeString(to, BundleKeys.pem(pair.getPrivate()), StandardOpenOption.WRITE);
      terminal.out().println(BundleKeys.text(pair.getPublic()));
      return Program.DONE;
    }
  }

  /** Checks, packs and signs. */
  @Command(
      name = "make",
      description = {
        "Check a configuration as 'weir check' does, put it into one file with the files that belong"
            + " to it, and sign that.",
        "Secrets do not belong in a bundle: write $${NAME} or an absolute $${file:PATH}, which each"
            + " gateway fills in by itself."
      },
      footer = {
        "",
        "  weir bundle make --key fleet.key --version 12 --gateway plant-a-1 --gateway plant-a-2 \\",
        "      --main gateway.yaml --to plant-a.bundle"
      })
  static final class Make implements Callable<Integer> {

    private final Terminal terminal;
    private final Time time;

    @Option(
        names = "--key",
        required = true,
        paramLabel = "FILE",
        description = "The private key, as 'weir bundle key' writes it.")
    private Path key = Path.of("fleet.key");

    @Option(
        names = "--version",
        required = true,
        paramLabel = "N",
        description = {
          "A whole number, higher than that of each bundle before: gateways refuse one that is not."
        })
    private long version;

    @Option(
        names = "--gateway",
        required = true,
        paramLabel = "ID",
        description = "Whom it is for; can be repeated. '*' for every gateway that follows it.")
    private List<String> gateways = List.of();

    @Option(
        names = "--main",
        required = true,
        paramLabel = "FILE",
        description = {
          "The configuration. Tables and the like that it names are added by themselves; its group"
              + " 'gateway' is not used, for each gateway keeps its own."
        })
    private Path main = Path.of("gateway.yaml");

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description =
            "One more file, in the folder of the configuration or below. Can be repeated.")
    private List<Path> more = List.of();

    @Option(
        names = "--to",
        required = true,
        paramLabel = "FILE",
        description = "Where the bundle goes; one that is there is replaced.")
    private Path to = Path.of("weir.bundle");

    @Option(
        names = "--unchecked",
        description = {
          "Do not check it, where this machine lacks what the gateways have, such as variables of"
              + " the environment. The gateways check it all the same."
        })
    private boolean unchecked;

    Make(Terminal terminal, Time time) {
      this.terminal = terminal;
      this.time = time;
    }

    @Override
    public Integer call() throws ConfigException, IOException, InputException {
      Path absolute = main.toAbsolutePath().normalize();
      Path folder = absolute.getParent() == null ? absolute : absolute.getParent();
      // What a gateway on this machine has got is no part of the file.
      ConfigFile file =
          new ConfigFile(
              absolute,
              terminal.environment(),
              List.of("gateway.data-dir=" + folder.resolve(".weir-bundle-has-no-data")));
      if (!unchecked) {
        Config config = file.load();
        Warnings.of(config).forEach(each -> terminal.err().println("warning: " + each));
        if (config.fleet().follow() == null) {
          terminal
              .err()
              .println(
                  "warning: it has no fleet.follow; a gateway that takes it follows no bundle from"
                      + " its next start on");
        }
      }
      Set<Path> parts = file.files();
      Map<String, byte[]> files = new TreeMap<>();
      add(folder, absolute, files);
      for (Path each : Stream.concat(parts.stream(), more.stream()).toList()) {
        Path path = each.toAbsolutePath().normalize();
        if (!path.endsWith(Site.NAME)) {
          add(folder, path, files);
        }
      }
      byte[] bundle;
      try {
        String name = name(folder, absolute);
        bundle =
            Bundle.make(
                version, Time.instant(time.wallNs()), gateways, name, files, privateKey(key));
      } catch (BundleException e) {
        throw new InputException("the bundle " + e.getMessage());
      }
      Files.write(to, bundle);
      terminal.out().printf("%s: version %d, %,d bytes%n", to, version, bundle.length);
      files.forEach(
          (name, bytes) -> terminal.out().printf("  %s, %,d bytes%n", name, bytes.length));
      return Program.DONE;
    }

    private static void add(Path folder, Path path, Map<String, byte[]> files)
        throws IOException, InputException {
      files.put(name(folder, path), read(path, Bundle.MOST_BYTES));
    }

    private static String name(Path folder, Path path) throws InputException {
      if (!path.startsWith(folder)) {
        throw new InputException(path + " is not in the folder of the configuration, or below");
      }
      return folder.relativize(path).toString().replace('\\', '/');
    }
  }

  /** What is in a bundle, and what becomes of it. */
  @Command(
      name = "verify",
      description = {
        "Check the signature of a bundle and say what it holds. With --config, also whether that"
            + " gateway would take it, and every problem of it as 'weir check' finds them."
      },
      footer = {
        "",
        "  weir bundle verify plant-a.bundle --key ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "  weir bundle verify plant-a.bundle --config gateway.yaml"
      })
  static final class Verify implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "BUNDLE", description = "The file.")
    private Path bundle = Path.of("weir.bundle");

    @Option(
        names = "--key",
        paramLabel = "KEY",
        description = "A public key; can be repeated. By default those of --config.")
    private List<String> keys = List.of();

    @Option(
        names = {"-c", "--config"},
        paramLabel = "FILE",
        description = "The main file of a gateway that follows it.")
    private @Nullable Path config;

    @Option(
        names = "--set",
        paramLabel = "KEY=VALUE",
        description = "Overrides one value of the file, as the gateway was started with it.")
    private List<String> settings = List.of();

    Verify(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws ConfigException, IOException, InputException {
      Path own = config;
      ConfigFile file = own == null ? null : new ConfigFile(own, terminal.environment(), settings);
      Config now = file == null ? null : file.load();
      Bundle read;
      try {
        read = Bundle.read(read(bundle, Bundle.MOST_BYTES), keys(now));
      } catch (BundleException e) {
        throw new InputException("the bundle " + e.getMessage());
      }
      terminal.out().printf("version   %d, made at %s%n", read.version(), read.time());
      terminal.out().println("gateways  " + String.join(", ", read.gateways()));
      read.files()
          .forEach(
              (name, bytes) ->
                  terminal
                      .out()
                      .printf(
                          "file      %s, %,d bytes%s%n",
                          name, bytes.length, name.equals(read.main()) ? ", the main file" : ""));
      return file == null || now == null ? Program.DONE : judge(read, file, now);
    }

    private List<PublicKey> keys(@Nullable Config now) throws InputException {
      List<PublicKey> all = new ArrayList<>();
      try {
        for (String text : keys) {
          all.add(BundleKeys.publicKey(text));
        }
      } catch (BundleException e) {
        throw new InputException("--key " + e.getMessage());
      }
      FleetConfig.Follow follow = now == null ? null : now.fleet().follow();
      if (all.isEmpty() && follow != null) {
        all.addAll(follow.keys());
      }
      if (all.isEmpty()) {
        throw new InputException("give --key, or --config with fleet.follow: no key is known");
      }
      return all;
    }

    private int judge(Bundle read, ConfigFile file, Config now)
        throws ConfigException, IOException {
      String id = now.gateway().id();
      if (!read.isFor(id)) {
        terminal.err().println("it is not for this gateway, '" + id + "'");
        return Program.INPUT_WRONG;
      }
      Installed running = Installed.inUse(now.gateway().dataDir());
      if (running != null && running.version() >= read.version()) {
        terminal.err().println("it is not newer than what runs, version " + running.version());
        return Program.INPUT_WRONG;
      }
      Path folder = Files.createTempDirectory("weir-bundle");
      try {
        for (Map.Entry<String, byte[]> each : read.files().entrySet()) {
          Path path = folder.resolve(each.getKey());
          Files.createDirectories(path.getParent() == null ? folder : path.getParent());
          Files.write(path, each.getValue());
        }
        Config next = file.loadWithBundle(folder.resolve(read.main()));
        terminal.out().println("This gateway would run:");
        Summary.of(next).forEach(terminal.out()::println);
        Warnings.of(next).forEach(each -> terminal.out().println("warning: " + each));
      } finally {
        remove(folder);
      }
      return Program.DONE;
    }

    private static void remove(Path folder) throws IOException {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
