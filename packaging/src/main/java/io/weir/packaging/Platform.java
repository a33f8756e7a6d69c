package io.weir.packaging;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An operating system and a processor that an archive is for.
 *
 * @param name as in the archive's name, in the words of Go and of container images
 * @param system as libraries name the operating system, {@code null} where no archive is for it
 * @param processor as libraries name the processor
 */
record Platform(String name, String system, String processor) {

  static final Platform LINUX_AMD64 = new Platform("linux-amd64", "linux", "x86_64");
  static final Platform LINUX_ARM64 = new Platform("linux-arm64", "linux", "aarch64");
  static final Platform WINDOWS_AMD64 = new Platform("windows-amd64", "windows", "x86_64");

  static final List<Platform> ALL = List.of(LINUX_AMD64, LINUX_ARM64, WINDOWS_AMD64);

  /**
   * Names of a platform in the names of files and folders: {@code linux-x86-64}, {@code
   * osx-aarch_64}, {@code win/amd64}.
   */
  private static final Pattern SPELLED =
      Pattern.compile(
          "(?<![a-z])(linux|windows|win|darwin|osx|mac|freebsd|aix|sunos)[-_/]"
              + "(x86[-_]64|amd64|(?:android-)?aarch[-_]?64|arm64|(?:android-)?arm(?:v[67])?"
              + "|i[36]86|x86|riscv64|loongarch64|mips64|ppc64le|ppc64|ppc|s390x|sparc)(?![a-z0-9])");

  /** The end of a native library's name. */
  private static final Pattern NATIVE =
      Pattern.compile(".*\\.(so|dll|dylib|jnilib)", Pattern.CASE_INSENSITIVE);

  /** Whether a file of this name holds machine code. */
  static boolean isNative(String path) {
    return NATIVE.matcher(path).matches();
  }

  /** Whether the path names a platform, and another one than this. */
  boolean isForAnother(String path) {
    return spelled(path).map(there -> !there.equals(system + "-" + processor)).orElse(false);
  }

  /** The platform that a path names, in one spelling. */
  static Optional<String> spelled(String path) {
    var matcher = SPELLED.matcher(path.toLowerCase(Locale.ROOT));
    if (!matcher.find()) {
      return Optional.empty();
    }
    String processor =
        switch (matcher.group(2).replaceAll("[-_]", "")) {
          case "x8664", "amd64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch64";
          default -> matcher.group(2);
        };
    String system =
        switch (matcher.group(1)) {
          case "win" -> "windows";
          case "darwin", "mac" -> "osx";
          default -> matcher.group(1);
        };
    return Optional.of(system + "-" + processor);
  }

  /** The platform on which this process runs, if an archive is for it. */
  static Optional<Platform> here() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.startsWith("windows") ? "windows" : os;
    String processor =
        System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
    return ALL.stream()
        .filter(each -> each.system.equals(system) && each.processor.equals(processor))
        .findFirst();
  }
}
