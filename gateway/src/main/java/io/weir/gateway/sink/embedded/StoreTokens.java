package io.weir.gateway.sink.embedded;

import io.weir.gateway.config.Secret;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Random tokens that open the store's HTTP: one to everything, one to questions only. {@code
 * Authorization: Token ...}
 */
record StoreTokens(Secret writer, Secret reader) {

  static StoreTokens random() {
    return new StoreTokens(token(), token());
  }

  private static Secret token() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return new Secret(HexFormat.of().formatHex(random));
  }
}
