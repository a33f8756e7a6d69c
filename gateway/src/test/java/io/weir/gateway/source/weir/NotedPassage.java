package io.weir.gateway.source.weir;

import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Passage;
import java.util.Map;

/**
 * Notes each row that a gateway was given, once, with the number of its readings: by its place in
 * the log of its sender, whatever that log is called.
 */
record NotedPassage(Passage passage, Map<String, Integer> rows) implements Passage {

  @Override
  public void begin(String source, Place first) {
    passage.begin(source, first);
  }

  @Override
  public Known known(String source, Place place, boolean mustStand) {
    return passage.known(source, place, mustStand);
  }

  @Override
  public Inbox.Answer pass(Passed row, boolean again, Delivery.Settled settled) {
    String[] names = row.place().log().split("/", -1); // gateway, incarnation, log
    String name = names[0] + "/" + names[names.length - 1];
    rows.put(name + " " + row.place().offset() + " " + row.place().index(), row.readings().size());
    return passage.pass(row, again, settled);
  }

  @Override
  public void repeated(String source, int rows) {
    passage.repeated(source, rows);
  }
}
