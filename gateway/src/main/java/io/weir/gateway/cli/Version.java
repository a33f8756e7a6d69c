package io.weir.gateway.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The program's version, from its jar. */
final class Version implements IVersionProvider {

  /** As the jar's manifest says; "development" outside a jar. */
  static String number() {
    return Objects.requireNonNullElse(
        Version.class.getPackage().getImplementationVersion(), "development");
  }

  @Override
  public String[] getVersion() {
    String java = System.getProperty("java.version");
    return new String[] {"weir " + number() + " (Java " + java + ")"};
  }
}
