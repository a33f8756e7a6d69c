package io.weir.packaging;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;

/** The part of the JDK of this build that the programs need, made by {@code jlink}. */
final class JavaRuntime {

  /**
   * The modules that classes of the programs and of their libraries refer to, by {@code jdeps}. For
   * those with a remark there is a further reason, or one that jdeps cannot see.
   */
  static final List<String> MODULES =
      List.of(
          "java.base",
          "java.compiler",
          "java.desktop", // for java.beans only: SnakeYAML, Artemis
          "java.logging",
          "java.management",
          "java.management.rmi",
          "java.naming",
          "java.net.http",
          "java.prefs",
          "java.rmi",
          "java.scripting",
          "java.security.jgss",
          "java.sql",
          "java.transaction.xa",
          "java.xml",
          "jdk.charsets", // by name: a payload may come in any
          "jdk.crypto.ec", // by the security provider: TLS with elliptic curves
          "jdk.httpserver",
          "jdk.jcmd", // a JFR recording or a heap dump of a gateway in trouble
          "jdk.jfr",
          "jdk.management",
          "jdk.management.agent", // by option: JMX
          "jdk.naming.dns", // by name: DNS through JNDI
          "jdk.unsupported",
          "jdk.zipfs"); // by name: jars in plugins

  private JavaRuntime() {}

  static void link(Path to) throws IOException {
    ToolProvider jlink =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IOException("This Java has no jlink. Build with a JDK."));
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int code =
        jlink.run(
            out,
            out,
            "--add-modules",
            String.join(",", MODULES),
            "--no-header-files",
            "--no-man-pages",
            "--compress",
            Runtime.version().feature() < 21 ? "2" : "zip-6",
            "--output",
            to.toString());
    if (code != 0) {
      throw new IOException("jlink ended with " + code + ": " + said);
    }
  }
}
