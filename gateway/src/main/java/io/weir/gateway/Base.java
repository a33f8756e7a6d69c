package io.weir.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.settings.Config;

/**
 * What every part is made of.
 *
 * @param started gets each part that must be stopped
 */
record Base(
    Config config,
    DataDirectory data,
    FileSystem files,
    DamagedFiles damaged,
    MemoryBudget budget,
    MeterRegistry meters,
    Time time,
    Started started) {}
