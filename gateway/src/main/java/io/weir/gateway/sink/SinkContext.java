package io.weir.gateway.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.Time;
import java.nio.file.Path;

/**
 * What a sink is opened with.
 *
 * @param dataDir the gateway's folder of everything durable; a sink that keeps a store of its own
 *     keeps it in one folder below
 */
public record SinkContext(Path dataDir, Time time, MeterRegistry meters) {}
