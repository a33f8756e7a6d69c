package io.weir.gateway.decode;

import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a decoder hands on. */
public final class Taken implements Decoder.Output {

  private final List<Sample> samples = new ArrayList<>();
  private final List<Rejected> rejected = new ArrayList<>();
  private final List<String> filtered = new ArrayList<>();
  private boolean kept = true;

  /** Samples since the last {@link #clear}. */
  public List<Sample> samples() {
    return samples;
  }

  public List<Rejected> rejected() {
    return rejected;
  }

  public List<String> filtered() {
    return filtered;
  }

  public void clear() {
    samples.clear();
    rejected.clear();
    filtered.clear();
  }

  /** Whether the next message is kept by the log. */
  public void isKept(boolean now) {
    kept = now;
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

  @Override
  public void onceKept(Runnable effect) {
    if (kept) {
      effect.run();
    }
  }
}
