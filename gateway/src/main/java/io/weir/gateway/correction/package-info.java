/**
 * What people say about machines after the fact, and of the orders that they make: records in a log
 * of their own. {@link io.weir.gateway.correction.CorrectionLog} is the entry; {@link
 * io.weir.gateway.correction.CorrectionCodec} is the format of a record.
 */
@NullMarked
package io.weir.gateway.correction;

import org.jspecify.annotations.NullMarked;
