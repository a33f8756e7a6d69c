/**
 * Who may do what: the file of users and tokens, their passwords, the sessions of those who have
 * logged in, the walls that were paired, and the record of who did what. Knows no route.
 *
 * <p>Promises: no secret is kept as it is, but as a hash that does not tell it; whoever is removed
 * from the file is out within two seconds; a flood of logins takes one thread and a bounded memory.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.people;
