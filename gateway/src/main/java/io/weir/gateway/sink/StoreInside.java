package io.weir.gateway.sink;

import io.weir.gateway.config.Secret;
import java.net.URI;
import java.util.function.Supplier;

/**
 * A store that runs inside the gateway and that people may ask. Its own port is known to nobody;
 * what stands at the address that users know asks it for them.
 *
 * @param name of the sink
 * @param port where users expect it, on loopback
 * @param origin its own port, on loopback, for HTTP; another one after it was started again
 * @param reader what opens it to questions only: {@code Authorization: Token ...}
 */
public record StoreInside(String name, int port, Supplier<URI> origin, Secret reader) {}
