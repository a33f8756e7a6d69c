package io.weir.gateway.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A small authority and what it signs, as PEM files made with {@code openssl}. */
public final class Certificates {

  private final Path home;

  public Certificates(Path home) throws Exception {
    this.home = Files.createDirectories(home);
    newKey("ca", "EC");
    openssl("req -x509 -key ca.key -out ca.pem -days 2 -subj /CN=test-authority");
  }

  public Path path(String file) {
    return home.resolve(file);
  }

  /** Makes {@code <name>.key}, in PKCS #8, and {@code <name>.pem}, good for one host. */
  public void sign(String name, String algorithm, String subjectAlternativeName) throws Exception {
    sign(name, algorithm, subjectAlternativeName, 2);
  }

  /**
   * @param days how long it is valid from now on; negative for one that has expired
   */
  public void sign(String name, String algorithm, String subjectAlternativeName, int days)
      throws Exception {
    newKey(name, algorithm);
    openssl("req -new -key %s.key -out %s.csr -subj /CN=%s".formatted(name, name, name));
    Files.writeString(path(name + ".ext"), "subjectAltName=" + subjectAlternativeName);
    openssl(
        "x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days %d -extfile %s.ext -out %s.pem"
            .formatted(name, days, name, name));
  }

  private void newKey(String name, String algorithm) throws Exception {
    String options = algorithm.equals("EC") ? " -pkeyopt ec_paramgen_curve:P-256" : "";
    openssl("genpkey -algorithm " + algorithm + options + " -out " + name + ".key");
  }

  public void openssl(String arguments) throws Exception {
    List<String> command =
        Stream.concat(Stream.of("openssl"), Stream.of(arguments.split(" "))).toList();
    Path log = path("openssl.log");
    Process process =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed:\n" + Files.readString(log));
    }
  }
}
