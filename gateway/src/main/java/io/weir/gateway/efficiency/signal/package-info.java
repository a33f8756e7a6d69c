/**
 * What a machine's signals mean: {@link io.weir.gateway.efficiency.signal.SignalRules} says which
 * metric is which signal, {@link io.weir.gateway.efficiency.signal.MachineWords} turns readings
 * into numbers, {@link io.weir.gateway.efficiency.signal.ReorderBuffer} keeps them in the order of
 * time, {@link io.weir.gateway.efficiency.signal.Session} says whether the machine is there. {@link
 * io.weir.gateway.efficiency.signal.FoldMemory} bounds what all machines keep of them. Books no
 * time and counts no pieces.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.efficiency.signal;
