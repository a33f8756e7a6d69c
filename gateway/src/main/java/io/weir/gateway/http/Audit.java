package io.weir.gateway.http;

import reactor.core.publisher.Mono;

/** Keeps who did what. */
public interface Audit {

  /**
   * Somebody is about to change something.
   *
   * @param address of the client
   * @return the number of the entry, once it is on stable storage; empty where it cannot be kept
   */
  Mono<Long> begins(Caller caller, String method, String path, String address);

  /**
   * What became of it. Does not wait.
   *
   * @param status of the answer
   */
  void ended(long entry, int status);
}
