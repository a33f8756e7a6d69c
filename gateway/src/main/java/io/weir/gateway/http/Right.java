package io.weir.gateway.http;

/** What a request asks to do. Each route declares one, and each {@link Role} has some. */
public enum Right {
  /** To ask for what is no secret, and to log in. */
  EVERYONE,
  /** To see what the gateway knows. */
  VIEW,
  /** To read the meters. */
  METRICS,
  /** To send readings. */
  INGEST,
  /** To say what happened at a machine. */
  OPERATE,
  /** To change how readings become figures. */
  ENGINEER,
  /** To decide who may do what. */
  ADMINISTER
}
