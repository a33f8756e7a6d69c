package io.weir.gateway.settings;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.Quantities;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.SentHeaders;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.FormatFactory;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyReader;
import io.weir.gateway.fleet.FleetReader;
import io.weir.gateway.group.GroupConfig;
import io.weir.gateway.normalize.NameLimits;
import io.weir.gateway.normalize.RouteReader;
import io.weir.gateway.normalize.TopicPattern;
import io.weir.gateway.notify.NotifyConfig;
import io.weir.gateway.notify.NotifyReader;
import io.weir.gateway.oidc.OidcReader;
import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkReader;
import io.weir.gateway.sink.embedded.EmbeddedConfig;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SourceFactory;
import io.weir.gateway.source.SourceReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives the file's values their meaning: fills in defaults and checks what no schema can, values
 * against each other and against the machine.
 */
final class ConfigReader {

  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  private static final Duration LONGEST_HSTS = Duration.ofDays(3650);

  /** A shift with what comes before and after it. */
  private static final Duration HALF_A_DAY = Duration.ofHours(12);

  /** Schemes of what people open; its port is left out where it is the usual one. */
  private static final Map<String, Integer> WEB = Map.of("http", -1, "https", -1);

  private static final Map<String, Integer> TLS_ONLY = Map.of("https", -1);

  /** Where collectors take OTLP over HTTP, with the usual port. */
  private static final Map<String, Integer> COLLECTORS = Map.of("http", 4318, "https", 443);

  /** What the client sets itself. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "date",
          "expect",
          "host",
          "transfer-encoding",
          "upgrade");

  private final Section root;

  /**
   * @param contents where the files go that are read beside it
   */
  ConfigReader(YamlNode.Mapping root, Path folder, Problems problems, Set<Path> contents) {
    this.root = new Section(root, "", folder, problems, contents);
  }

  /** The configuration; to be used only where no problem was added. */
  Config read() {
    Config.Gateway gateway = gateway(root.section("gateway"));
    Config.Buffer buffer = buffer(root.section("buffer"), gateway.storage());
    Config.Quarantine quarantine =
        new Config.Quarantine(
            root.section("quarantine").bytes("max-size", 256 * MIB, 16 * MIB, Long.MAX_VALUE));
    Config.Figures figures =
        new Config.Figures(
            root.section("figures").bytes("max-size", 512 * MIB, 16 * MIB, Long.MAX_VALUE));
    Config.Corrections corrections =
        new Config.Corrections(
            root.section("corrections").bytes("max-size", 64 * MIB, MIB, Long.MAX_VALUE));
    Config.Http http = http(root.section("http"), buffer);
    ReadContext context = new ReadContext(gateway.id(), buffer.maxMessageSize());
    List<Section> sources = root.sections("sources");
    List<Section> routes = root.sections("routes");
    List<Section> sinks = root.sections("sinks");
    claimPort(http.port(), sinks.isEmpty(), context);
    EfficiencyConfig efficiency = null;
    if (root.has("efficiency")) {
      EfficiencyReader reader = new EfficiencyReader(root.section("efficiency"));
      refuseShares(sources, routes);
      efficiency = reader.read();
    }
    Config config =
        new Config(
            gateway,
            SourceReader.read(sources, context),
            limits(sources),
            new RouteReader(sources, ConfigReader::subscribes, new RouteFormats(context))
                .read(routes),
            buffer,
            quarantine,
            figures,
            corrections,
            sinks.isEmpty() ? List.of(EmbeddedConfig.DEFAULT) : SinkReader.read(sinks, context),
            efficiency,
            notify(root.section("notify"), gateway.id(), efficiency, context),
            http,
            logging(root.section("logging")),
            otlp(root.section("metrics").section("otlp")),
            FleetReader.read(root.section("fleet")));
    namesAreUnique(sources);
    namesAreUnique(sinks);
    refuseStrangers(config);
    checkGroup(root.section("gateway").section("group"), sources, config);
    Loops.refuse(config.sources(), config.routes(), config.sinks(), sinks);
    return config;
  }

  /** Who shows a certificate must be known by an authority. */
  private void refuseStrangers(Config config) {
    Config.HttpTls tls = config.http().tls();
    for (SourceConfig source : config.sources()) {
      if (source.needsCertificates() && (tls == null || tls.files().ca() == null)) {
        root.section("http")
            .problem(
                "tls",
                "needs ca, cert and key: source "
                    + source.name()
                    + " knows other gateways by their certificates");
        return;
      }
    }
  }

  private @Nullable NotifyConfig notify(
      Section section, String gateway, @Nullable EfficiencyConfig efficiency, ReadContext context) {
    if (!root.has("notify")) {
      return null;
    }
    namesAreUnique(section.sections("outlets"));
    namesAreUnique(section.sections("rules"));
    ZoneId zone = efficiency == null ? ZoneId.systemDefault() : efficiency.zone();
    return NotifyReader.read(section, gateway, zone, efficiency != null, context);
  }

  private static Map<String, NameLimits> limits(List<Section> sources) {
    Map<String, NameLimits> limits = new LinkedHashMap<>();
    for (Section source : sources) {
      limits.put(source.text("name", ""), NameLimits.read(source.section("limits")));
    }
    return Collections.unmodifiableMap(limits);
  }

  /**
   * A shared subscription gives each gateway a part of a machine's readings, of which no figures
   * can be made.
   */
  private static void refuseShares(List<Section> sources, List<Section> routes) {
    for (Section source : sources) {
      String name = source.text("name", "");
      boolean bringsMachines =
          routes.stream()
              .filter(route -> route.text("source", name).equals(name))
              .anyMatch(ConfigReader::bringsMachines);
      if (source.has("share") && bringsMachines) {
        source.problem(
            "share",
            "gives this gateway only a part of each machine's readings, of which no efficiency can"
                + " be made; leave out share or efficiency");
      }
    }
  }

  private static boolean subscribes(String type) {
    Kinds<SourceFactory<?>> kinds = Kinds.installed(SourceFactory.class);
    SourceFactory<?> factory = kinds.get(type);
    return factory != null && factory.subscribes();
  }

  private static boolean bringsMachines(Section route) {
    FormatFactory<?> format = Decoders.format(route.text("format", ""));
    return TopicPattern.names(route.text("topic", "")).contains("machine")
        || format == null
        || format.namesMachines();
  }

  private static Config.Gateway gateway(Section section) {
    Path dataDir = section.path("data-dir");
    return new Config.Gateway(
        section.text("id", ""),
        dataDir == null ? section.folder().resolve("data") : dataDir,
        section.choice("storage", Storage.DISK),
        section.choice("reload", Config.Reload.ON_REQUEST),
        section.has("group") ? group(section.section("group")) : null);
  }

  private static GroupConfig group(Section section) {
    return new GroupConfig(
        section.text("name", ""),
        section.text("source", ""),
        section.choice("mode", GroupConfig.Mode.STANDBY),
        section.duration(
            "history", GroupConfig.USUAL_HISTORY, Duration.ZERO, Duration.ofDays(366)));
  }

  /** By the source of a group its members hear each other, in order with what devices send. */
  private static void checkGroup(Section group, List<Section> sources, Config config) {
    GroupConfig configured = config.gateway().group();
    if (configured == null) {
      return;
    }
    Section link =
        sources.stream()
            .filter(each -> each.text("name", "").equals(configured.source()))
            .findFirst()
            .orElse(null);
    if (link == null || !link.text("type", "").equals("mqtt")) {
      group.problem("source", "must be the name of a source of type mqtt");
    } else if (link.has("share")) {
      group.problem(
          "source",
          "has share, so each gateway receives a part; here each must receive everything");
    } else if (link.text("version", "5").equals("3.1.1")) {
      group.problem("source", "has version 3.1.1; here it must be 5, where messages expire");
    }
    for (SinkConfig sink : config.sinks()) {
      String why = sink.notInGroup(config.gateway().id());
      if (!why.isEmpty()) {
        group.problem("name", "does not go with sink " + sink.name() + ": " + why);
      }
    }
    if (configured.mode() == GroupConfig.Mode.SPREAD) {
      for (SinkConfig sink : config.sinks()) {
        if (sink.writesOnce()) {
          group.problem(
              "mode",
              "must be standby with sink "
                  + sink.name()
                  + ": it writes each record once, in order, and would leave out what is taken"
                  + " over");
        }
      }
    }
  }

  private static Config.Buffer buffer(Section section, Storage storage) {
    long max = section.bytes("max-size", 10 * GIB, 2 * MIB, Long.MAX_VALUE);
    // Where only one of the three is set, the defaults of the others fit it.
    long usual = Math.max(MIB, Math.min(storage.segmentSize(), max / 4));
    long segment = section.bytes("segment-size", usual, MIB, GIB);
    if (max < 2 * segment) {
      String message = "must be at least two segments, " + Quantities.show(2 * segment);
      section.problem("max-size", message);
    }
    long message =
        section.bytes("max-message-size", Math.min(8 * MIB, segment / 4), KIB, 256 * MIB);
    if (message > segment / 4) {
      String quarter = Quantities.show(segment / 4);
      section.problem("max-message-size", "must be at most a quarter of a segment, " + quarter);
    }
    return new Config.Buffer(
        segment,
        max,
        section.choice("when-full", Config.WhenFull.BLOCK),
        section.duration("linger", storage.linger(), Duration.ZERO, Duration.ofSeconds(10)),
        (int) message,
        section.flag("pack", true));
  }

  private static Config.Http http(Section section, Config.Buffer buffer) {
    String bind = section.text("bind", "127.0.0.1");
    if (!Hosts.isLoopback(bind) && !section.has("token") && !section.has("users")) {
      section.problem(
          "bind", "listens beyond this machine, so http.token or http.users must be set too");
    }
    Path users = section.path("users");
    for (String key : List.of("public-url", "oidc")) {
      if (users == null && section.has(key)) {
        section.problem(key, "is for logins, so http.users must be set too");
      }
    }
    Section tls = section.section("tls");
    return new Config.Http(
        bind,
        section.number("port", 8080),
        section.secret("token"),
        section.has("tls") ? httpTls(tls) : null,
        (int) section.bytes("max-body-size", buffer.maxMessageSize(), KIB, 256 * MIB),
        section.duration(
            "timeout", Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofHours(1)),
        users == null ? null : login(section, users));
  }

  private static Config.Login login(Section section, Path users) {
    URI publicUrl = publicUrl(section, section.has("tls"));
    return new Config.Login(
        users,
        section.duration("session-time", HALF_A_DAY, Duration.ofMinutes(1), Duration.ofDays(90)),
        publicUrl,
        section.has("oidc") ? OidcReader.read(section.section("oidc"), publicUrl) : null);
  }

  /** What people open: with it, a proxy before the server may be the one that has TLS. */
  private static @Nullable URI publicUrl(Section section, boolean hasTls) {
    URI url = Urls.read(section, "public-url", hasTls ? TLS_ONLY : WEB);
    if (url != null && !url.getPath().isEmpty() && !url.getPath().equals("/")) {
      section.problem("public-url", "must end with host and port: the page has no path before it");
    }
    return url;
  }

  private static Config.HttpTls httpTls(Section tls) {
    Duration hsts = tls.duration("hsts", Duration.ZERO, Duration.ofSeconds(1), LONGEST_HSTS);
    return new Config.HttpTls(
        new TlsFiles(tls.file("ca"), tls.file("cert"), tls.file("key")),
        tls.has("hsts") ? hsts : null);
  }

  private static Config.Logging logging(Section section) {
    Section loggers = section.section("loggers");
    Map<String, String> levels = new LinkedHashMap<>();
    loggers.names().forEach(name -> levels.put(name, loggers.text(name, "")));
    return new Config.Logging(
        section.text("format", "text"),
        section.text("level", "info"),
        Collections.unmodifiableMap(levels),
        section.duration(
            "status-interval", Duration.ofMinutes(1), Duration.ofSeconds(5), Duration.ofDays(1)),
        logFile(section));
  }

  private static Config.@Nullable LogFile logFile(Section section) {
    Path file = section.path("file");
    int keep = section.number("keep", 4);
    long size = section.bytes("max-size", 100 * MIB, MIB, Long.MAX_VALUE);
    if (size / (keep + 1) < 64 * KIB) {
      String message = "leaves less than 64KiB for each of the " + (keep + 1) + " files";
      section.problem("max-size", message);
    }
    if (file != null && Files.exists(file) && !Files.isRegularFile(file)) {
      section.problem("file", "must be a file, and '" + section.written("file") + "' is none");
    }
    return file == null ? null : new Config.LogFile(file, size, keep);
  }

  private static Config.@Nullable Otlp otlp(Section section) {
    URI url = Urls.read(section, "url", COLLECTORS);
    if (url != null && url.getPath().length() < 2) {
      section.problem("url", "must end with the path for metrics, as a rule /v1/metrics");
    }
    Map<String, Secret> headers = SentHeaders.read(section.section("headers"), OWN_HEADERS);
    Duration interval =
        section.seconds(
            "interval", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofHours(1));
    TlsFiles tls = TlsFiles.read(section);
    if (tls != null && url != null && !url.getScheme().equals("https")) {
      section.problem("tls", "needs a url that begins with https://");
    }
    return url == null ? null : new Config.Otlp(url, interval, headers, tls);
  }

  /** Names become file names, and not every file system distinguishes upper case from lower. */
  private static void namesAreUnique(List<Section> items) {
    Map<String, Section> seen = new HashMap<>();
    for (Section item : items) {
      String name = item.text("name");
      Section before = name == null ? null : seen.putIfAbsent(name.toLowerCase(Locale.ROOT), item);
      if (before != null) {
        item.problem("name", "is taken already, in " + before.where("name"));
      }
    }
  }

  private void claimPort(int http, boolean noSinks, ReadContext context) {
    if (http == EmbeddedConfig.DEFAULT_PORT && noSinks) {
      root.section("http")
          .problem("port", "is that of the embedded store, which runs where there is no sink");
    }
    if (http != 0) {
      context.claimPort(http, "http.port");
    }
  }
}
