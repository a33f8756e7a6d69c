package io.weir.gateway.decode;

import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a decoder hands on. */
record Taken(List<Sample> samples, List<Rejected> rejected, List<String> filtered)
    implements Decoder.Output {

  Taken() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  void clear() {
    samples.clear();
    rejected.clear();
    filtered.clear();
  }

  @Override
  public void sample(Sample sample) {
    samples.add(sample);
  }

  @Override
  public void rejected(Rejected part) {
    rejected.add(part);
  }

  @Override
  public void filtered(String part, String why) {
    filtered.add(part);
  }
}
