package io.weir.gateway.sink;

import java.util.List;

/**
 * What a store holds already.
 *
 * @param fields each with a type that it takes; a field may come with several
 * @param note what there is to know where fields cannot be compared, as text for people; else ""
 */
public record HeldFields(List<HeldField> fields, String note) {

  public static HeldFields of(List<HeldField> fields) {
    return new HeldFields(List.copyOf(fields), "");
  }

  public static HeldFields notCompared(String note) {
    return new HeldFields(List.of(), note);
  }
}
