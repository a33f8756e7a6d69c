package io.weir.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import org.eclipse.packager.rpm.FileFlags;
import org.eclipse.packager.rpm.RpmTag;
import org.eclipse.packager.rpm.RpmVersion;
import org.eclipse.packager.rpm.build.BuilderContext;
import org.eclipse.packager.rpm.build.BuilderOptions;
import org.eclipse.packager.rpm.build.DigestAlgorithm;
import org.eclipse.packager.rpm.build.FileInformation;
import org.eclipse.packager.rpm.build.RpmBuilder;
import org.eclipse.packager.rpm.deps.RpmDependencyFlags;

/** Writes a package for RPM. Its bytes depend on its content alone. */
final class RpmPackage {

  private final SystemPackage it;
  private final Instant time;

  RpmPackage(SystemPackage it, Instant time) {
    this.it = it;
    this.time = time;
  }

  /** Writes {@code NAME-VERSION-1.ARCHITECTURE.rpm}. */
  Path write(Path folder) throws IOException {
    // A hyphen separates version and release; a tilde sorts before the end.
    String version = it.version().replace("-", "~");
    Path rpm = folder.resolve(it.name() + "-" + version + "-1." + architecture() + ".rpm");
    Files.deleteIfExists(rpm);
    RpmVersion numbers = new RpmVersion(version, "1");
    BuilderOptions options = new BuilderOptions();
    options.setFileDigestAlgorithm(DigestAlgorithm.SHA256);
    options.setPayloadFlags("6"); // most of it is compressed already
    try (RpmBuilder builder = new RpmBuilder(it.name(), numbers, architecture(), rpm, options)) {
      about(builder.getInformation());
      builder.addRequirement(
          "java-headless", "1:17", RpmDependencyFlags.GREATER, RpmDependencyFlags.EQUAL);
      scripts(builder);
      BuilderContext context = builder.newContext();
      for (Installed each : it.files()) {
        add(context, each);
      }
      builder.setHeaderCustomizer(
          header -> header.putInt(RpmTag.BUILDTIME, Math.toIntExact(time.getEpochSecond())));
      builder.build();
    }
    return rpm;
  }

  private String architecture() {
    return it.platform().equals(Platform.LINUX_ARM64) ? "aarch64" : "x86_64";
  }

  private void about(RpmBuilder.PackageInformation information) {
    information.setSummary(it.summary());
    information.setDescription(String.join("\n", it.description()));
    information.setLicense("Apache-2.0");
    information.setGroup("Applications/Internet");
    information.setVendor("The developers of Weir");
    information.setBuildHost("localhost");
  }

  private void scripts(RpmBuilder builder) throws IOException {
    String text = it.script("rpm", "prein");
    if (text.isEmpty()) {
      return;
    }
    builder.addRequirement("shadow-utils", "", RpmDependencyFlags.SCRIPT_PRE);
    builder.setPreInstallationScript(text);
    builder.setPostInstallationScript(it.script("rpm", "postin"));
    builder.setPreRemoveScript(it.script("rpm", "preun"));
    builder.setPostRemoveScript(it.script("rpm", "postun"));
    builder.setPostTransactionScript(it.script("rpm", "posttrans"));
  }

  private void add(BuilderContext context, Installed each) throws IOException {
    String path = "/" + each.path();
    if (each.content() instanceof Installed.Folder) {
      context.addDirectory(path, (name, none, type) -> information(each));
    } else if (each.content() instanceof Installed.Link link) {
      context.addSymbolicLink(path, link.target(), (name, none, type) -> information(each));
    } else {
      context.addFile(path, each.bytes(), (name, none, type) -> information(each));
    }
  }

  private FileInformation information(Installed each) {
    FileInformation information = new FileInformation();
    information.setTimestamp(time);
    information.setUser("root");
    information.setGroup(each.group());
    information.setMode((short) each.mode());
    if (each.configuration()) {
      information.setFileFlags(EnumSet.of(FileFlags.CONFIGURATION, FileFlags.NOREPLACE));
    }
    return information;
  }
}
