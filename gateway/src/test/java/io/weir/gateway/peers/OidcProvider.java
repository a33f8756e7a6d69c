package io.weir.gateway.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.peers.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A certified provider of OpenID Connect, with its own pages for the login. It is at {@code
 * localhost}, which is another site than {@code 127.0.0.1}, as a provider is as a rule.
 */
public final class OidcProvider extends Peer {

  private final int port;
  private final String redirect;

  /**
   * @param redirect where it may send browsers back to
   */
  public OidcProvider(Path home, int port, String redirect) throws Exception {
    super(home);
    this.port = port;
    this.redirect = redirect;
    for (String file : List.of("package.json", "package-lock.json", "provider.mjs")) {
      try (InputStream in = OidcProvider.class.getResourceAsStream("oidc/" + file)) {
        Files.copy(Objects.requireNonNull(in), home.resolve(file));
      }
    }
    install();
  }

  private void install() throws IOException, InterruptedException {
    Process npm =
        new ProcessBuilder(
                program("npm", "npm"),
                "ci",
                "--prefer-offline",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts")
            .directory(home().toFile())
            .redirectErrorStream(true)
            .start();
    npm.getOutputStream().close();
    String said = new String(npm.getInputStream().readAllBytes(), UTF_8);
    if (npm.waitFor() != 0) {
      throw new IOException("npm ci: " + said);
    }
  }

  @Override
  protected List<String> command() {
    return List.of(program("node", "nodejs"), "provider.mjs", Integer.toString(port), redirect);
  }

  @Override
  public int port() {
    return port;
  }
}
