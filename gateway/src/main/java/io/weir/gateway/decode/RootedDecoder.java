package io.weir.gateway.decode;

import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.util.Set;

/**
 * Hands on only what stands in one field of the documents that another decoder reads, under the
 * names that it would have as a document of its own. Time, tags and asset may stand around it.
 *
 * @param documents reads whole documents
 * @param root the name of that field
 */
record RootedDecoder(Decoder documents, String root) implements Decoder {

  private static final String OUTSIDE = "outside json.root";

  @Override
  public Decoder labelled(Set<String> fields) {
    return new RootedDecoder(documents.labelled(fields), root);
  }

  @Override
  public Decoder expecting(Expectations expectations) {
    return new RootedDecoder(documents.expecting(expectations), root);
  }

  @Override
  public void decode(Payload payload, Output out) {
    documents.decode(payload, new Inside(out, root));
  }

  private record Inside(Output out, String root) implements Output {

    private boolean isInside(String name) {
      return name.startsWith(root)
          && (name.length() == root.length() || name.charAt(root.length()) == '.');
    }

    /** The name behind the root's; that of the root alone is its last part. */
    private String name(String name) {
      return name.substring(
          name.length() == root.length() ? root.lastIndexOf('.') + 1 : root.length() + 1);
    }

    @Override
    public void sample(Sample sample) {
      if (isInside(sample.name())) {
        out.sample(sample.with(name(sample.name()), sample.value()));
      } else {
        out.filtered(sample.name(), OUTSIDE);
      }
    }

    @Override
    public void sample(String name, Value value, Sample beside) {
      if (isInside(name)) {
        out.sample(name(name), value, beside);
      } else {
        out.filtered(name, OUTSIDE);
      }
    }

    @Override
    public void standsAt(int line, int column) {
      out.standsAt(line, column);
    }

    @Override
    public void filtered(String name, String why) {
      out.filtered(isInside(name) ? name(name) : name, why);
    }

    @Override
    public void rejected(Rejected rejected) {
      out.rejected(rejected);
    }
  }
}
