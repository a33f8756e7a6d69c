package io.weir.gateway.source;

/**
 * A connection of a source, among all of that source. Numbers go up, over restarts too, and are
 * never given to another one.
 *
 * @param number its number
 * @param resumed the number of the connection before, whose session this one resumed, so that what
 *     came by that one may come again; 0 if it is not sure that it is the same session
 * @param since the number of the connection that began the session, as far as this process knows,
 *     also if that is in doubt; its own where it resumed none
 * @param sureSince the number of the connection since which the session was the same for sure, as
 *     far as this process knows: what came before that one may have been followed by something that
 *     is lost
 */
public record SourceConnection(long number, long resumed, long since, long sureSince) {

  /** Of a source whose connections have no numbers. */
  public static final SourceConnection NONE = new SourceConnection(0, 0, 0, 0);

  /** One with a session of its own. */
  public static SourceConnection first(long number) {
    return new SourceConnection(number, 0, number, number);
  }
}
