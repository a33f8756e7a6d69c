/**
 * Proof that the tests notice a program that loses data. A sabotage is one small wrong change to a
 * source file, such as a write without its force. {@code make mutants} compiles each of them, runs
 * the test that is named for it on the wrong program, and fails if that test passes. The list is
 * {@code sabotages.yaml}, beside the resources of this package; docs/reference/mutants.md explains
 * it.
 */
@NullMarked
package io.weir.gateway.mutants;

import org.jspecify.annotations.NullMarked;
