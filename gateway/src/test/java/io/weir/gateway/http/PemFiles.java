package io.weir.gateway.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for localhost, signed by itself, as the PEM files that a user would have. */
record PemFiles(Path cert, Path key, SSLContext trust) {

  private static final String PASSWORD = "changeit";

  static PemFiles make(Path home) throws Exception {
    return make(home, 90);
  }

  static PemFiles make(Path home, int days) throws Exception {
    return make(home, days, 0);
  }

  /**
   * @param days how long it is still valid
   * @param age since when it is, in days
   */
  static PemFiles make(Path home, int days, int age) throws Exception {
    Path store = home.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:+UseSerialGC",
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                "weir",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-startdate",
                "-" + age + "d",
                "-validity",
                Integer.toString(age + days),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (keytool.waitFor() != 0) {
      throw new AssertionError("keytool made no certificate");
    }
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    byte[] certificate = keys.getCertificate("weir").getEncoded();
    byte[] key = keys.getKey("weir", PASSWORD.toCharArray()).getEncoded();
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("weir", keys.getCertificate("weir"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return new PemFiles(
        pem(home.resolve("cert.pem"), "CERTIFICATE", certificate),
        pem(home.resolve("key.pem"), "PRIVATE KEY", key),
        context);
  }

  private static Path pem(Path file, String kind, byte[] bytes) throws Exception {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n");
  }
}
