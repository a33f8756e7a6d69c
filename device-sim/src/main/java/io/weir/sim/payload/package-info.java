/** What a machine says, in every payload format that a gateway reads: one class a format. */
@org.jspecify.annotations.NullMarked
package io.weir.sim.payload;
