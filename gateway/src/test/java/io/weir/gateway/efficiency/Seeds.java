package io.weir.gateway.efficiency;

import io.weir.gateway.log.Soak;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Seeds from 0 on, where each costs much computing: the first few for each change, and all in
 * {@code make soak}, which sets {@code weir.seeds=all}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(Seeds.Numbers.class)
public @interface Seeds {

  int few();

  int all();

  /** The seeds of this run. */
  final class Numbers implements ArgumentsProvider, AnnotationConsumer<Seeds> {

    private int count;

    @Override
    public void accept(Seeds seeds) {
      count = Soak.count(seeds.few(), seeds.all());
    }

    @Override
    public Stream<? extends Arguments> provideArguments(
        ParameterDeclarations parameters, ExtensionContext context) {
      return IntStream.range(0, count).mapToObj(Arguments::of);
    }
  }
}
