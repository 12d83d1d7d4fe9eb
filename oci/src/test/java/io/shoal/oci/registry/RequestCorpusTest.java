package io.shoal.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays again what fuzzing starts from: requests that reach far, and those that once failed. */
class RequestCorpusTest {

  private static final Path CORPUS =
      Path.of("src/test/resources/io/shoal/oci/registry/RequestFuzzTestInputs/anyBytesAreAnswered");

  static List<Path> inputs() throws Exception {
    try (Stream<Path> files = Files.list(CORPUS)) {
      List<Path> inputs = files.sorted().toList();
      assertThat(inputs).isNotEmpty();
      return inputs;
    }
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void areAnswered(Path input) throws Exception {
    AnyRequest.read(Files.readAllBytes(input));
  }
}
