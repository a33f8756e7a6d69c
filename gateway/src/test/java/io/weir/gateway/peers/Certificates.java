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

  /** Lines for a Mosquitto that shows a certificate, and asks each client for one. */
  public String mosquitto(String name) {
    return """
        listener PORT 127.0.0.1
        cafile %s
        certfile %s
        keyfile %s
        require_certificate true
        """
        .formatted(path("ca.pem"), path(name + ".pem"), path(name + ".key"));
  }

  /** Makes {@code <name>.key}, in PKCS #8, and {@code <name>.pem}, good for one host. */
  public void sign(String name, String algorithm, String subjectAlternativeName) throws Exception {
    request(name, algorithm, subjectAlternativeName);
    openssl(
        "x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile %s.ext -out %s.pem"
            .formatted(name, name, name));
  }

  /**
   * The same, valid for a day that is over. By {@code openssl ca}: the other commands take no day
   * in the past, in OpenSSL 3.5, or no dates at all, in 3.0.
   */
  public void signExpired(String name, String algorithm, String subjectAlternativeName)
      throws Exception {
    request(name, algorithm, subjectAlternativeName);
    Files.writeString(path("index.txt"), "");
    Files.writeString(
        path("ca.cnf"),
        """
        [ca]
        default_ca = test
        [test]
        database = index.txt
        new_certs_dir = .
        default_md = sha256
        rand_serial = yes
        policy = names
        [names]
        commonName = supplied
        """);
    openssl(
        "ca -batch -notext -config ca.cnf -cert ca.pem -keyfile ca.key -in %s.csr -extfile %s.ext -startdate 20260101000000Z -enddate 20260102000000Z -out %s.pem"
            .formatted(name, name, name));
  }

  /** The same with a common name alone, as many a script makes them. */
  public void signWithoutNames(String name, String algorithm) throws Exception {
    newKey(name, algorithm);
    openssl("req -new -key %s.key -out %s.csr -subj /CN=%s".formatted(name, name, name));
    openssl(
        "x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out %s.pem"
            .formatted(name, name));
  }

  private void request(String name, String algorithm, String subjectAlternativeName)
      throws Exception {
    newKey(name, algorithm);
    openssl("req -new -key %s.key -out %s.csr -subj /CN=%s".formatted(name, name, name));
    Files.writeString(path(name + ".ext"), "subjectAltName=" + subjectAlternativeName);
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
